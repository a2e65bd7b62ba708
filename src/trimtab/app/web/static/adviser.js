// The adviser's screens: choosing all rows at once.
"use strict";

document.addEventListener("change", (event) => {
  const all = event.target;
  if (!(all instanceof HTMLInputElement) || !all.dataset.chooses) return;
  for (const box of document.querySelectorAll(`input[name="${CSS.escape(all.dataset.chooses)}"]`)) {
    if (!box.disabled) box.checked = all.checked;
  }
});
