// Copies and opens apps on a tap, never on load. Without script the text can be selected and every link followed.
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

  // Nobody tells whether the app is installed: where this page is still seen after a while, say where to go on.
  var PATIENCE_MS = 2500;
  document.querySelectorAll("[data-opens-app]").forEach(function (link) {
    var status = link.parentNode.querySelector("[role=status]");
    var timer = 0;
    function stop() {
      window.clearTimeout(timer);
    }
    document.addEventListener("visibilitychange", function () {
      if (document.hidden) {
        stop();
      }
    });
    window.addEventListener("pagehide", stop);
    link.addEventListener("click", function () {
      stop();
      timer = window.setTimeout(function () {
        if (!document.hidden) {
          status.textContent = link.dataset.late;
        }
      }, PATIENCE_MS);
    });
  });
})();
