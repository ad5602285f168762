// Sets the theme before the first paint: the address's, else the one chosen before, else the
// system's.
"use strict";
(function () {
  var asked = new URLSearchParams(location.search).get("theme");
  var kept = null;
  try {
    kept = localStorage.getItem("theme");
  } catch (error) {
    /* storage may be forbidden */
  }
  var theme = asked || kept;
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();
