// element("button.palm-chip", { onclick }, "文字", child): one element with its class, properties and children.
(function (P) {
  P.element = function (kind, properties, ...children) {
    const [tag, ...classes] = kind.split(".");
    const made = document.createElement(tag);
    made.className = classes.join(" ");
    for (const [name, value] of Object.entries(properties || {})) {
      if (name in made) made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
    return made;
  };

  P.button = (classes, onclick, ...children) => P.element("button" + classes, { type: "button", onclick }, ...children);

  // What is read out of a map and its buttons, which Leaflet says in English or not at all.
  P.name = function (map, said) {
    const container = map.getContainer();
    container.setAttribute("role", "region");
    container.setAttribute("aria-label", said);
    for (const [way, words] of [["in", "放大"], ["out", "缩小"]]) {
      const made = container.querySelector(`.leaflet-control-zoom-${way}`);
      made.title = words;
      made.setAttribute("aria-label", words);
    }
  };
})(window.PalmMap);
