// The bar above the map: where one is, search, what the map is shaded by, and the filters that are set.
(function (P) {
  const { element, button, format } = P;

  class Bar {
    constructor(view) {
      this.view = view;
      this.crumbs = element("nav.palm-crumbs", { "aria-label": "当前位置" });
      this.search = element("input.palm-search", { type: "search", placeholder: "搜索项目名称或代码", autocomplete: "off", value: view.state.text });
      this.search.setAttribute("aria-label", "搜索项目名称或代码");
      this.search.oninput = () => view.searchFor(this.search.value);
      this.shade = this.select("地图着色指标", view.options.shades.map((shade) => [shade.key, "着色：" + shade.label]));
      this.shade.onchange = () => view.change({ shade: this.shade.value });
      this.deep = button(".palm-toggle", () => view.change({ deep: !view.state.deep, picked: "" }), "显示到区县");
      this.open = button(".palm-toggle.palm-filter", () => view.filters(), "筛选");
      this.year = this.select("年度", view.options.years.map((year) => [year, year + "年"]));
      this.month = this.select("月份", Array.from({ length: 12 }, (_, i) => [i + 1, i + 1 + "月"]));
      for (const part of [this.year, this.month]) part.onchange = () => view.turn(+this.year.value, +this.month.value);
      this.bar = element("div.palm-bar", {}, this.crumbs, this.search, this.year, this.month, this.shade, this.deep, this.open);
      this.status = element("div.palm-status", { role: "status" });
    }

    select(label, choices) {
      const made = element("select.palm-select", {}, choices.map(([value, text]) => element("option", { value }, text)));
      made.setAttribute("aria-label", label);
      return made;
    }

    // The month that is looked at; a year without reports is among the choices while it is looked at.
    showMonth([year, month]) {
      if (![...this.year.options].some((option) => +option.value === year)) this.year.add(new Option(year + "年", year), 0);
      this.year.value = year;
      this.month.value = month;
    }

    update() {
      const { view } = this;
      this.trail();
      if (document.activeElement !== this.search) this.search.value = view.state.text;
      this.shade.value = view.state.shade;
      this.deep.classList.toggle("on", view.state.deep);
      this.deep.setAttribute("aria-pressed", view.state.deep);
      this.open.classList.toggle("on", view.mode === "filters");
      const active = P.activeFilters(view);
      this.open.replaceChildren("筛选", active.length ? element("b", {}, String(active.length)) : "");
      this.status.replaceChildren(
        element("span.palm-left", {}, "显示 ", element("b", {}, format.count(view.result.left)), ` / ${format.count(view.result.total)} 个项目`),
        ...active.map(({ label, without }) => this.chip(label, without)),
        ...(active.length ? [button(".palm-clear", () => view.clear(), "清除筛选")] : []),
      );
    }

    chip(label, without) {
      const made = button(".palm-chip.palm-active", () => this.view.change(without), label, element("span", {}, "×"));
      made.setAttribute("aria-label", "取消筛选 " + label);
      return made;
    }

    trail() {
      const { view } = this;
      const chain = [...view.tree.chain(view.state.unit).reverse()];
      const path = view.root === P.NATION ? [P.NATION, ...chain] : chain.slice(chain.indexOf(view.root));
      const parts = path.map((code, i) => {
        const last = i === path.length - 1;
        const made = button(".palm-crumb" + (last ? ".here" : ""), () => view.enter(code), view.tree.name(code));
        if (last) made.setAttribute("aria-current", "location");
        return i ? [element("span", { ariaHidden: "true" }, "›"), made] : [made];
      });
      this.crumbs.replaceChildren(...parts.flat());
    }
  }

  P.Bar = Bar;
})(window.PalmMap);
