// What the colours and symbols mean, with units.
(function (P) {
  const { element } = P;

  function swatch(colour, text) {
    return element("li", {}, element("i", { style: `background:${colour}` }), text);
  }

  // Classes between breaks: "3–8", the first "1 以下", the last "21 以上".
  function classes(view) {
    const { palette, none } = view.options;
    const breaks = view.breaks();
    const show = view.shade().percent ? (value) => value + "%" : view.shade().money ? P.format.money : String;
    const text = (i) => {
      if (!breaks.length) return "有项目";
      if (i === 0) return show(breaks[0]) + " 以下";
      return i === breaks.length ? show(breaks[i - 1]) + " 及以上" : show(breaks[i - 1]) + " – " + show(breaks[i]);
    };
    return [...breaks.keys(), breaks.length].map((i) => swatch(palette[i], text(i))).concat(swatch(none, "无数据"));
  }

  P.legend = function (view) {
    const { shade, layer, lights } = { shade: view.shade(), layer: view.layer, lights: view.lights };
    return element(
      "div.palm-legend",
      {},
      element("h3", {}, `${shade.label}（${shade.money ? "万元、亿元" : shade.unit}）`),
      element("ul", {}, classes(view)),
      element("ul.palm-legend-lights", {}, layer.order().map((n) => element("li", {}, layer.symbols.picture(n, false), lights[n].label)), element("li", {}, layer.symbols.picture(layer.order()[0], true), "空心：位置近似")),
      view.samples ? element("p.palm-samples", {}, `含示例项目 ${P.format.count(view.samples)} 个`) : null,
    );
  };
})(window.PalmMap);
