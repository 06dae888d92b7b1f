(function () {
  "use strict";
  function all(selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  }
  function press(button, on) { button.setAttribute("aria-pressed", String(on)); }
  function pressed(button) { return button.getAttribute("aria-pressed") === "true"; }

  /* The figure: its span. Every picture is in the page already. */
  var spans = document.querySelector(".spans");
  if (spans) {
    spans.hidden = false;
    all("button", spans).forEach(function (button) {
      button.addEventListener("click", function () {
        all("button", spans).forEach(function (other) { press(other, other === button); });
        all("[data-span]").forEach(function (part) {
          part.hidden = part.dataset.span !== button.dataset.show;
        });
      });
    });
  }

  /* The two lists: tabs, search, filters, sort. */
  var filters = document.querySelector(".filters");
  if (!filters) return;
  filters.hidden = false;
  var tabs = all(".tabs [role=tab]");
  if (tabs.length) document.querySelector(".tabs").hidden = false;
  var search = document.getElementById("claim-search");
  var selects = all("select", filters);
  var roles = all("button.count");
  var count = document.getElementById("claim-count");

  var lists = all(".panel").map(function (panel) {
    var table = panel.querySelector("table");
    var body = table.tBodies[0];
    var list = {
      name: panel.dataset.list, panel: panel, body: body, by: "order", down: false,
      heads: all("thead th[data-sort]", table),
      rows: all("tr:not(.group)", body), groups: all("tr.group", body)
    };
    list.heads.forEach(function (head) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.textContent = head.textContent;
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        list.down = list.by === head.dataset.sort && !list.down;
        list.by = head.dataset.sort;
        sort(list);
        keep();
      });
    });
    return list;
  });
  var current = lists[0];

  function choices(list) {
    var chosen = {};
    selects.forEach(function (select) {
      if (select.dataset.of.split(" ").indexOf(list.name) >= 0 && select.value) {
        chosen[select.name] = [select.value];
      }
    });
    var on = roles.filter(pressed).map(function (button) { return button.dataset.role; });
    if (list.name === "claims" && on.length) chosen.role = on;
    return chosen;
  }

  function filter(list) {
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    var chosen = choices(list), keys = Object.keys(chosen), shown = {}, n = 0;
    list.rows.forEach(function (row) {
      var text = row.textContent.toLowerCase();
      var fits = words.every(function (word) { return text.indexOf(word) >= 0; }) &&
        keys.every(function (key) { return chosen[key].indexOf(row.dataset[key]) >= 0; });
      row.hidden = !fits;
      if (fits) { n += 1; shown[row.dataset.section] = true; }
    });
    list.groups.forEach(function (group) {
      group.hidden = list.by !== "order" || list.down || !shown[group.dataset.section];
    });
    if (list !== current) return;
    var named = chosen.role ? ", only those " + roles.filter(pressed).map(function (button) {
      return button.lastChild.textContent.trim();
    }).join(" or ") : "";
    count.textContent = n + " of " + list.rows.length + " " + list.name + named;
  }

  function value(row, by) {
    if (by === "claim") return row.cells[1].textContent.toLowerCase();
    var number = parseFloat(row.dataset[by]);
    return isNaN(number) ? null : number;
  }

  function sort(list) {
    var way = list.down ? -1 : 1;
    list.rows.sort(function (a, b) {
      var x = value(a, list.by), y = value(b, list.by);
      if (x === null || y === null) return (x === null) - (y === null) || a.dataset.order - b.dataset.order;
      return x === y ? a.dataset.order - b.dataset.order : (x < y ? -1 : 1) * way;
    });
    var section = null;
    list.rows.forEach(function (row) {
      if (row.dataset.section !== section) {
        section = row.dataset.section;
        list.groups.forEach(function (group) {
          if (group.dataset.section === section) list.body.appendChild(group);
        });
      }
      list.body.appendChild(row);
    });
    list.heads.forEach(function (head) {
      var here = head.dataset.sort === list.by;
      head.setAttribute("aria-sort", here ? (list.down ? "descending" : "ascending") : "none");
    });
    filter(list);
  }

  function open(list) {
    current = list;
    lists.forEach(function (other) { other.panel.classList.toggle("off", other !== list); });
    tabs.forEach(function (tab) {
      var here = tab.dataset.list === list.name;
      tab.setAttribute("aria-selected", String(here));
      tab.tabIndex = here ? 0 : -1;
    });
    selects.forEach(function (select) {
      select.parentNode.hidden = select.dataset.of.split(" ").indexOf(list.name) < 0;
    });
    filter(list);
  }

  /* What is shown is kept in the address, after the #: it can be sent, and asks for nothing. */
  function keep() {
    var chosen = choices(current), said = new URLSearchParams();
    if (current !== lists[0]) said.set("list", current.name);
    if (search.value) said.set("q", search.value);
    Object.keys(chosen).forEach(function (key) { said.set(key, chosen[key].join(",")); });
    if (current.by !== "order" || current.down) said.set("sort", (current.down ? "-" : "") + current.by);
    var address = location.href.split("#")[0] + (String(said) ? "#" + said : "");
    try { history.replaceState(null, "", address); } catch (ignored) { /* then it is not kept */ }
  }

  function recall() {
    if (location.hash.indexOf("=") < 0) return;
    var held = new URLSearchParams(location.hash.slice(1));
    search.value = held.get("q") || "";
    selects.forEach(function (select) {
      select.value = held.get(select.name) || "";
      if (select.selectedIndex < 0) select.value = "";
    });
    var on = (held.get("role") || "").split(",");
    roles.forEach(function (button) { press(button, on.indexOf(button.dataset.role) >= 0); });
    var list = lists.filter(function (one) { return one.name === held.get("list"); })[0] || lists[0];
    var by = held.get("sort") || "order", down = by.charAt(0) === "-";
    by = down ? by.slice(1) : by;
    var known = list.heads.some(function (head) { return head.dataset.sort === by; });
    list.by = known ? by : "order";
    list.down = known && down;
    lists.forEach(sort);
    open(list);
    list.panel.parentNode.scrollIntoView();
  }

  tabs.forEach(function (tab, at) {
    function choose(tab) {
      open(lists.filter(function (list) { return list.name === tab.dataset.list; })[0]);
      keep();
    }
    tab.addEventListener("click", function () { choose(tab); });
    tab.addEventListener("keydown", function (event) {
      var step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      var next = tabs[(at + step + tabs.length) % tabs.length];
      next.focus();
      choose(next);
    });
  });
  roles.forEach(function (button) {
    button.addEventListener("click", function () {
      press(button, !pressed(button));
      open(lists.filter(function (list) { return list.name === "claims"; })[0]);
      if (pressed(button)) current.panel.parentNode.scrollIntoView();
      keep();
    });
  });
  search.addEventListener("input", function () { lists.forEach(filter); keep(); });
  selects.forEach(function (select) {
    select.addEventListener("change", function () { lists.forEach(filter); keep(); });
  });
  window.addEventListener("hashchange", recall);
  lists.forEach(sort);
  open(current);
  recall();
})();
