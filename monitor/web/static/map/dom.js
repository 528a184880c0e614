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
})(window.PalmMap);
