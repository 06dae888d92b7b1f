(function () {
  "use strict";
  var list = document.getElementById("claim-list");
  if (!list) return;
  var body = list.tBodies[0];
  var rows = Array.prototype.slice.call(body.rows);
  var search = document.getElementById("claim-search");
  var theme = document.getElementById("claim-theme");
  var count = document.getElementById("claim-count");
  var buttons = Array.prototype.slice.call(document.querySelectorAll("button.count"));
  document.querySelector(".filters").hidden = false;

  function filter() {
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    var statuses = buttons.filter(function (button) {
      return button.getAttribute("aria-pressed") === "true";
    }).map(function (button) { return button.dataset.status; });
    var shown = 0;
    rows.forEach(function (row) {
      var text = row.textContent.toLowerCase();
      var fits = words.every(function (word) { return text.indexOf(word) >= 0; }) &&
        (!theme.value || row.dataset.themeName === theme.value) &&
        (!statuses.length || statuses.indexOf(row.dataset.status) >= 0);
      row.hidden = !fits;
      if (fits) shown += 1;
    });
    count.textContent = shown + " of " + rows.length + " claims";
  }

  function value(row, by) {
    if (by === "claim") return row.cells[1].textContent.toLowerCase();
    var number = parseFloat(row.dataset[by]);
    return isNaN(number) ? null : number;
  }

  function sort(header) {
    var by = header.dataset.sort;
    var up = header.getAttribute("aria-sort") !== "ascending";
    rows.sort(function (a, b) {
      var x = value(a, by), y = value(b, by);
      if (x === null || y === null) return (x === null) - (y === null) || a.dataset.order - b.dataset.order;
      if (x === y) return a.dataset.order - b.dataset.order;
      return (x < y ? -1 : 1) * (up ? 1 : -1);
    });
    rows.forEach(function (row) { body.appendChild(row); });
    Array.prototype.forEach.call(list.tHead.rows[0].cells, function (cell) {
      if (cell.dataset.sort) cell.setAttribute("aria-sort", "none");
    });
    header.setAttribute("aria-sort", up ? "ascending" : "descending");
  }

  Array.prototype.forEach.call(list.tHead.rows[0].cells, function (header) {
    if (!header.dataset.sort) return;
    var button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = header.textContent;
    header.textContent = "";
    header.appendChild(button);
    button.addEventListener("click", function () { sort(header); });
  });
  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      filter();
    });
  });
  search.addEventListener("input", filter);
  theme.addEventListener("change", filter);
  filter();
})();
