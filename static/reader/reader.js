// Comfort only: every page works without it.
(() => {
  "use strict";

  // Copying is offered only where it can be done, and only inside the tap (Safari copies nowhere else).
  for (const button of document.querySelectorAll("[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    const word = button.querySelector("span");
    if (!source || !word) continue;
    const before = word.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = source.textContent.trim();
      if (!(await copy(text, source))) return;
      word.textContent = button.dataset.done;
      word.setAttribute("role", "status");
      setTimeout(() => { word.textContent = before; }, 2000);
    });
  }

  async function copy(text, source) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const range = document.createRange();
      range.selectNodeContents(source);
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      try { return document.execCommand("copy"); } catch { return false; }
    }
  }

  // A reader who comes back from a shop or from a post finds the listing as it was left.
  if ("scrollRestoration" in history) history.scrollRestoration = "auto";
})();
