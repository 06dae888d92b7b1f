/* A figure as an image: the drawing that is seen, its finding above, its source beneath. */
(function () {
  "use strict";
  var SCALE = 2, EDGE = 24;

  function lines(ink, text, width) {
    var found = [""];
    text.split(/\s+/).filter(Boolean).forEach(function (word) {
      var longer = found[found.length - 1] ? found[found.length - 1] + " " + word : word;
      if (ink.measureText(longer).width <= width) found[found.length - 1] = longer;
      else found.push(word);
    });
    return found;
  }

  function seen(figure, name) {
    return Array.from(figure.querySelectorAll(name)).find(function (part) { return part.getClientRects().length; });
  }

  function words(figure, name) {
    var part = seen(figure, name);
    if (!part) return "";
    var copy = part.cloneNode(true);
    copy.querySelectorAll("a, button").forEach(function (inner) { inner.remove(); });
    return copy.textContent.trim();
  }

  /* A figure in a drawer has its finding on the drawer's front. */
  function finding(figure) {
    return words(figure, ".r2k-finding") || words(figure.parentNode, "summary");
  }

  function save(figure) {
    var drawing = seen(figure, ".r2k-plot svg");
    var style = getComputedStyle(document.documentElement), font = getComputedStyle(figure).fontFamily;
    var box = drawing.viewBox.baseVal, copy = drawing.cloneNode(true);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("font-family", font);
    var text = new XMLSerializer().serializeToString(copy).replace(/var\((--r2k-[\w-]+)\)/g, function (_, name) {
      return style.getPropertyValue(name).trim();
    });
    var image = new Image();
    image.onload = function () {
      var canvas = document.createElement("canvas"), ink = canvas.getContext("2d");
      var title = "650 17px " + font, small = "12px " + font;
      ink.font = title;
      var above = lines(ink, finding(figure), box.width);
      ink.font = small;
      var beneath = lines(ink, words(figure, ".r2k-source") + " " + (figure.dataset.source || ""), box.width);
      canvas.width = SCALE * (box.width + 2 * EDGE);
      canvas.height = SCALE * (box.height + 23 * above.length + 17 * beneath.length + 3 * EDGE);
      ink.scale(SCALE, SCALE);
      ink.fillStyle = style.getPropertyValue("--r2k-paper").trim();
      ink.fillRect(0, 0, canvas.width, canvas.height);
      ink.fillStyle = style.getPropertyValue("--r2k-ink").trim();
      ink.font = title;
      above.forEach(function (line, i) { ink.fillText(line, EDGE, EDGE + 16 + 23 * i); });
      var top = EDGE + 23 * above.length + 8;
      ink.drawImage(image, EDGE, top, box.width, box.height);
      ink.fillStyle = style.getPropertyValue("--r2k-muted").trim();
      ink.font = small;
      beneath.forEach(function (line, i) { ink.fillText(line, EDGE, top + box.height + 22 + 17 * i); });
      var link = document.createElement("a");
      link.download = (figure.querySelector(".r2k-csv").download || "figure.csv").replace(/csv$/, "png");
      link.href = canvas.toDataURL("image/png");
      link.click();
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  }

  document.querySelectorAll(".r2k-figure").forEach(function (figure) {
    var after = figure.querySelector(".r2k-csv");
    if (!after) return;
    var button = document.createElement("button");
    button.type = "button";
    button.className = "r2k-image";
    button.textContent = "image (PNG)";
    button.setAttribute("aria-label", "Image of " + finding(figure));
    button.addEventListener("click", function () { save(figure); });
    after.insertAdjacentElement("afterend", button);
    after.insertAdjacentText("afterend", " ");
  });
})();
