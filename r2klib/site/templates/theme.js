(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  try {
    var theme = localStorage.getItem("r2k-theme");
    if (theme === "light" || theme === "dark") root.setAttribute("data-theme", theme);
    if (localStorage.getItem("r2k-code") === "on") root.setAttribute("data-code", "on");
  } catch (ignored) { /* storage may be closed to pages opened from disk */ }
})();
