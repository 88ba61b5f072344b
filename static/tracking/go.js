// Copies on a tap, never on load. Without script the text itself can be selected.
(function () {
  "use strict";

  function selectText(node) {
    var range = document.createRange();
    range.selectNodeContents(node);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  // The older way: it needs the selection, and works where navigator.clipboard does not.
  function copySelected(node) {
    selectText(node);
    try {
      return document.execCommand("copy");
    } catch (error) {
      return false;
    }
  }

  document.querySelectorAll("[data-copy]").forEach(function (button) {
    var text = document.getElementById(button.dataset.copy);
    var status = button.parentNode.querySelector("[role=status]");
    function say(copied) {
      status.textContent = copied ? button.dataset.done : button.dataset.failed;
      if (!copied) {
        selectText(text);
      }
    }
    button.hidden = false;
    button.addEventListener("click", function () {
      if (!navigator.clipboard || !window.isSecureContext) {
        say(copySelected(text));
        return;
      }
      // Safari allows it only inside the tap, so nothing may be waited for before this call.
      navigator.clipboard.writeText(text.textContent.trim()).then(
        function () { say(true); },
        function () { say(copySelected(text)); }
      );
    });
  });
})();
