// The filters: values as buttons with the number of projects each would leave, and ranges as sliders with two thumbs.
(function (P) {
  const { element, button, format } = P;
  const TITLES = { light: "亮灯", stage: "项目状态", list: "项目清单", tier: "项目层级", channel: "调度渠道", sector: "行业" };
  const ten = (n) => n * 10000;
  const RANGES = {
    completion: { title: "年度投资完成率", stops: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100], show: format.percent },
    plan: {
      title: "年度计划投资",
      stops: [0, 500, 1000, 5000, ten(1), ten(2), ten(5), ten(10), ten(20), ten(50), ten(100)],
      show: format.money,
    },
  };

  function values(view, kind) {
    const terms = view.sites.terms[kind];
    const chosen = view.state.filters[kind];
    const rows = terms
      .map(([key, label], value) => ({ key, label, value, left: view.result.counts[kind][value] }))
      .filter((row) => row.left || chosen.includes(row.key));
    if (!rows.length) return null;
    return element(
      "section",
      {},
      element("h3", {}, TITLES[kind]),
      element("div.palm-choices", {}, rows.map((row) => choice(view, kind, row))),
    );
  }

  function choice(view, kind, row) {
    const chosen = view.state.filters[kind];
    const on = chosen.includes(row.key);
    const next = on ? chosen.filter((key) => key !== row.key) : [...chosen, row.key];
    const made = button(
      ".palm-choice" + (on ? ".on" : ""),
      () => view.change({ filters: { ...view.state.filters, [kind]: next } }),
      kind === "light" && view.layer.symbols.picture(row.value, false),
      row.label,
      element("small", {}, format.count(row.left)),
    );
    made.setAttribute("aria-pressed", on);
    made.dataset.filter = kind + ":" + row.key;
    return made;
  }

  // A range is two positions among the stops; the last position of the upper thumb means "no limit".
  function range(view, name) {
    const { title, stops, show } = RANGES[name];
    const [low, high] = view.state.ranges[name] || [null, null];
    const text = element("output", {});
    const lower = thumb(stops.length, low === null ? 0 : Math.max(0, stops.indexOf(low)));
    const upper = thumb(stops.length, high === null ? stops.length : stops.indexOf(high));
    lower.setAttribute("aria-label", title + "下限");
    upper.setAttribute("aria-label", title + "上限");
    const track = element("div.palm-range", {}, lower, upper);
    const bounds = () => [Math.min(+lower.value, stops.length - 1), +upper.value];
    const say = () => {
      const [from, to] = bounds();
      text.textContent = said(stops, show, from, to);
      track.style.setProperty("--from", from / stops.length);
      track.style.setProperty("--to", to / stops.length);
    };
    const take = () => {
      if (+lower.value > +upper.value) [lower.value, upper.value] = [upper.value, lower.value];
      const [from, to] = bounds();
      const limits = [from > 0 ? stops[from] : null, to < stops.length ? stops[to] : null];
      const ranges = { ...view.state.ranges, [name]: limits };
      if (limits[0] === null && limits[1] === null) delete ranges[name];
      view.change({ ranges });
    };
    for (const input of [lower, upper]) Object.assign(input, { oninput: say, onchange: take });
    say();
    return element("section", {}, element("h3", {}, title, text), track);
  }

  const thumb = (max, value) => element("input", { type: "range", min: 0, max, step: 1, value });

  function said(stops, show, from, to) {
    if (from === 0 && to === stops.length) return "不限";
    if (to === stops.length) return show(stops[from]) + " 以上";
    return (from === 0 ? "" : show(stops[from]) + " 至 ") + show(stops[to]) + (from === 0 ? " 以下" : "");
  }

  // The filters that are set, each with a word for it and the state without it.
  function active(view) {
    const found = [];
    for (const kind of P.KINDS) {
      for (const key of view.state.filters[kind]) {
        const [, label] = view.sites.terms[kind].find(([own]) => own === key) || [key, key];
        const rest = view.state.filters[kind].filter((other) => other !== key);
        found.push({ label: TITLES[kind] + ":" + label, without: { filters: { ...view.state.filters, [kind]: rest } } });
      }
    }
    for (const [name, [low, high]] of Object.entries(view.state.ranges)) {
      const rest = { ...view.state.ranges };
      delete rest[name];
      found.push({ label: rangeLabel(name, low, high), without: { ranges: rest } });
    }
    if (view.state.text.trim()) found.push({ label: "搜索：" + view.state.text.trim(), without: { text: "" } });
    return found;
  }

  function rangeLabel(name, low, high) {
    const range = RANGES[name] || { title: name, show: String };
    const ends = [low === null ? "" : range.show(low) + " 以上", high === null ? "" : range.show(high) + " 以下"];
    return range.title + ":" + ends.filter(Boolean).join("、");
  }

  function panel(view) {
    return element(
      "div.palm-card",
      {},
      element(
        "header",
        {},
        element("h2", {}, "筛选"),
        button(".palm-primary.palm-done", () => view.close(), `查看 ${format.count(view.result.left)} 个项目`),
      ),
      values(view, "light"),
      values(view, "stage"),
      values(view, "list"),
      values(view, "tier"),
      values(view, "channel"),
      range(view, "completion"),
      range(view, "plan"),
      values(view, "sector"),
    );
  }

  P.filterPanel = panel;
  P.activeFilters = active;
})(window.PalmMap);
