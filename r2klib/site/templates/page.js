(function () {
  "use strict";
  var root = document.documentElement;
  function keep(key, value) {
    try { localStorage.setItem(key, value); } catch (ignored) { /* as above */ }
  }

  var switches = document.querySelector(".switches");
  if (switches) switches.hidden = false;

  /* Light and dark: the system's choice until the reader makes one. */
  var theme = document.getElementById("theme-switch");
  var system = window.matchMedia("(prefers-color-scheme: dark)");
  function isDark() {
    var chosen = root.getAttribute("data-theme");
    return chosen ? chosen === "dark" : system.matches;
  }
  function labelTheme() { theme.textContent = isDark() ? "Light" : "Dark"; }
  if (theme) {
    labelTheme();
    system.addEventListener("change", labelTheme);
    theme.addEventListener("click", function () {
      var next = isDark() ? "light" : "dark";
      root.setAttribute("data-theme", next);
      keep("r2k-theme", next);
      labelTheme();
    });
  }

  /* Code: all cells of all pages, or none. */
  var code = document.getElementById("code-switch");
  var cells = Array.prototype.slice.call(document.querySelectorAll("details.code"));
  function showCode(on) {
    cells.forEach(function (cell) { cell.open = on; });
    code.setAttribute("aria-pressed", String(on));
    code.textContent = on ? "Hide code" : "Show code";
  }
  if (code) {
    if (root.getAttribute("data-code") === "on") showCode(true);
    code.addEventListener("click", function () {
      var on = code.getAttribute("aria-pressed") !== "true";
      showCode(on);
      keep("r2k-code", on ? "on" : "off");
    });
  }

  /* Paper shows what lies in drawers; afterwards they are as they were. */
  var drawers = [];
  window.addEventListener("beforeprint", function () {
    drawers = Array.prototype.slice.call(document.querySelectorAll(".r2k-drawer:not([open])"));
    drawers.forEach(function (drawer) { drawer.open = true; });
  });
  window.addEventListener("afterprint", function () {
    drawers.forEach(function (drawer) { drawer.open = false; });
  });

  /* Escape closes the explanation of a word. */
  document.addEventListener("keydown", function (event) {
    var held = document.activeElement;
    if (event.key === "Escape" && held && held.classList.contains("r2k-term")) held.blur();
  });

  /* The contents list is folded where it stands above the text, open where it stands beside it. */
  var contents = document.querySelector(".contents details");
  if (contents) {
    var beside = window.matchMedia("(min-width: 72rem)");
    var fold = function () { contents.open = beside.matches; };
    fold();
    beside.addEventListener("change", fold);
  }
})();
