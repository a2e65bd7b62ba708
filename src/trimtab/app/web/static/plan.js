// The plan's editor: line numbers, going to the line of a mistake, and looking how far a run is.
"use strict";

const area = document.querySelector("[data-numbered] textarea");

if (area) {
  const numbers = document.createElement("pre");
  numbers.className = "numbers";
  numbers.setAttribute("aria-hidden", "true");
  area.before(numbers);
  const count = () => {
    const lines = area.value.split("\n").length;
    if (numbers.dataset.lines === String(lines)) return;
    numbers.dataset.lines = String(lines);
    numbers.textContent = Array.from({ length: lines }, (_, at) => at + 1).join("\n");
  };
  const follow = () => {
    numbers.scrollTop = area.scrollTop;
  };
  area.addEventListener("input", count);
  area.addEventListener("scroll", follow);
  count();
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("[data-line]") : null;
  if (!link || !area) return;
  event.preventDefault();
  const line = Number(link.dataset.line);
  const rows = area.value.split("\n");
  const start = rows.slice(0, line - 1).reduce((sum, row) => sum + row.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (rows[line - 1] || "").length);
  area.scrollTop = Math.max(0, ((line - 4) / rows.length) * area.scrollHeight);
  area.scrollIntoView({ block: "center" });
});

// While a run goes on, its part of the page is fetched anew; the zone it found comes with the page.
window.setInterval(() => {
  const past = document.getElementById("past");
  if (!past || !("running" in past.dataset) || past.getAttribute("aria-busy") === "true") return;
  window.trimtab.swapFrom(new Request(location.href), "past").then(() => {
    const now = document.getElementById("past");
    if (now && !("running" in now.dataset)) {
      window.trimtab.swapFrom(new Request(location.href), "bands-shown");
    }
  });
}, 1000);
