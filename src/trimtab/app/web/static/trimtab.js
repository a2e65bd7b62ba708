// What the pages need of a script: parts that are swapped in place, and asking before what cannot
// be taken back. Every form and link also works without it.
"use strict";

const told = document.getElementById("told");
const TOLD_FOR = 15000; // milliseconds: what it says stands on the page as well
let silence = 0;

function tell(words) {
  if (!told) return;
  told.textContent = words;
  window.clearTimeout(silence);
  silence = window.setTimeout(() => { told.textContent = ""; }, TOLD_FOR);
}

// A form with data-swap="ID" replaces the element of that id by the answer's element of that id.
async function swapFrom(request, id) {
  const target = document.getElementById(id);
  if (!target) return false;
  target.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(request);
    if (answer.redirected && !new URL(answer.url).pathname.startsWith(location.pathname)) {
      location.assign(answer.url);
      return true;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(id);
    if (!fresh) {
      tell("That did not work. Load the page again.");
      return false;
    }
    const focused = document.activeElement ? document.activeElement.id : "";
    target.replaceWith(fresh);
    const back = focused && document.getElementById(focused);
    if (back) back.focus();
    if (fresh.dataset.told) tell(fresh.dataset.told);
    return true;
  } catch {
    tell("The server did not answer.");
    return false;
  } finally {
    target.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
  const words = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (words && !window.confirm(words)) {
    event.preventDefault();
    return;
  }
  const id = event.submitter?.dataset.swap ?? form.dataset.swap;
  if (!id || !document.getElementById(id)) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter ?? undefined);
  // The property would name the page where a button has no address of its own.
  const place = event.submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
  const address = new URL(place, location.href);
  if (form.method === "get") {
    address.search = new URLSearchParams(data).toString();
    swapFrom(new Request(address), id);
  } else {
    const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
    swapFrom(new Request(address, { method: "POST", body }), id);
  }
});

// A field with data-now sends its form as it changes, a moment after the last key.
let waiting = 0;
document.addEventListener("input", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLElement) || !field.closest("[data-now]")) return;
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => {
    const form = field.closest("form");
    const button = form?.querySelector("[data-now-button]");
    if (form) form.requestSubmit(button ?? undefined);
  }, 300);
});

window.trimtab = { swapFrom, tell };
