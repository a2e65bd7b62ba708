// What was typed is kept while its person proves again who they are, and is there again afterwards.
// It stays in this tab, without passwords, and is forgotten as soon as another page is opened.
"use strict";

const KEPT = "trimtab-typed";
const ERRANDS = ["/confirm", "/login", "/account/factor", "/first"];
const LEFT_OUT = new Set(["password", "hidden", "file"]);

function isErrand(path) {
  return ERRANDS.some((one) => path === one || path.startsWith(`${one}/`));
}

function typedIn(form) {
  return [...form.elements].filter(
    (field) =>
      (field instanceof HTMLInputElement || field instanceof HTMLSelectElement ||
        field instanceof HTMLTextAreaElement) && field.name && !LEFT_OUT.has(field.type),
  );
}

// What a form is about: its address and its hidden fields, which differ where the data has moved on.
function aboutOf(form) {
  const hidden = [...form.elements].filter((one) => one.type === "hidden" && one.name !== "csrf");
  return JSON.stringify([form.getAttribute("action"), ...hidden.map((one) => [one.name, one.value])]);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
  if (event.defaultPrevented || isErrand(location.pathname)) return;
  const fields = typedIn(form).map((one) => [one.name, one.value, Boolean(one.checked)]);
  try {
    sessionStorage.setItem(
      KEPT, JSON.stringify({ path: location.pathname, about: aboutOf(form), fields }),
    );
  } catch {
    // A browser that keeps nothing: the form is as empty as it was before there was this script.
  }
});

function fill(form, fields) {
  const left = [...fields];
  let last = null;
  for (const field of typedIn(form)) {
    const at = left.findIndex(([name]) => name === field.name);
    if (at < 0) continue;
    const [, value, checked] = left.splice(at, 1)[0];
    if (field.type === "checkbox" || field.type === "radio") {
      field.checked = checked;
    } else if (field.value !== value) {
      field.value = value;
      last = field;
    }
  }
  return last;
}

// Whether this page was opened from one where people prove who they are: ours, or the issuer's.
function isBack() {
  if (!document.referrer) return false;
  const from = new URL(document.referrer);
  return from.origin !== location.origin || isErrand(from.pathname);
}

function restore() {
  if (isErrand(location.pathname)) return;
  const text = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (!text || !isBack()) return;
  const kept = JSON.parse(text);
  if (kept.path !== location.pathname) return;
  const form = [...document.forms].find((one) => aboutOf(one) === kept.about);
  const last = form ? fill(form, kept.fields) : null;
  if (!last) return;
  last.dispatchEvent(new Event("input", { bubbles: true }));
  window.trimtab.tell("What you had typed is here again. It is not sent yet.");
}

restore();
