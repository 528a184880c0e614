// The card of a unit: its lights, figures, the units below it, those without a shape, and projects without a place.
(function (P) {
  const { element, button, format, figure } = P;
  const EMPTY = P.emptySum();

  function lights(view, sum) {
    return element(
      "div.palm-lights",
      {},
      view.layer.order().map((number) => {
        const light = view.lights[number];
        const only = view.state.filters.light;
        const on = only.length === 1 && only[0] === light.key;
        const made = button(
          ".palm-tile." + light.key + (on ? ".on" : ""),
          () => view.change({ filters: { ...view.state.filters, light: on ? [] : [light.key] } }),
          element("b", {}, format.count(sum.lights[number])),
          element("span", {}, view.layer.symbols.picture(number, false), light.label),
        );
        made.setAttribute("aria-pressed", on);
        return made;
      }),
    );
  }

  // A sum leads to its formula, its projects and its clause; a sum of what a filter has left has no page of its own.
  function figures(view, code, sum) {
    const whole = !P.activeFilters(view).length;
    const scope = code === P.NATION || view.tree.isBranch(code) ? { scope: "whole" } : {}; // everything under it, as summed here
    const told = (indicator, text) => (whole ? button(".palm-why", () => view.ask({ unit: code, indicator, ...scope }), text) : text);
    return element(
      "dl.palm-figures",
      {},
      figure("项目", told("projects", `${format.count(sum.count)} 个`), sum.samples ? element("small", {}, `示例 ${format.count(sum.samples)} 个`) : null),
      figure("年度计划投资", told("promised", format.money(sum.plan)), element("small", {}, `${format.count(sum.planned)} 个有计划`)),
      figure("年度完成投资", told("delivered", format.money(sum.done)), sum.unreported ? element("small", {}, `${format.count(sum.unreported)} 个未填报`) : null),
      figure("年度投资完成率", told("completion", format.percent(sum.completion)), element("small", {}, `序时 ${format.percent(view.sites.timeProgress)}`)),
    );
  }

  // What the unit's plan sets its lists by the end of the quarter; the projects a filter has left are not the list.
  function goals(view, code) {
    const rows = view.sites.goals[code];
    if (!rows || P.activeFilters(view).length) return null;
    const [year, month] = view.sites.asOf.split("-").map(Number);
    const row = ({ name, due, done }) =>
      button(
        ".palm-unit",
        () => view.ask({ unit: code, indicator: "lists", scope: "whole" }),
        element("span", {}, name),
        element("b", {}, done < due ? `差 ${format.money(due - done)}` : "已达到"),
        element("small", {}, `应累计 ${format.money(due)}，已完成 ${format.money(done)}`),
      );
    return element(
      "section",
      {},
      element("h3", {}, "清单分季目标", element("small", {}, `${year}年第${"一二三四"[Math.ceil(month / 3) - 1]}季度末`)),
      element("div.palm-units", {}, rows.map(row)),
    );
  }

  // The units below, by what the map is shaded by, the largest first.
  function below(view, code) {
    const sums = view.sumsBelow(code);
    const units = view.tree.units.get(code).children.filter((child) => sums.has(child));
    if (!units.length) return null;
    const shade = view.shade();
    const value = (child) => sums.get(child)[shade.key];
    units.sort((a, b) => (value(b) || 0) - (value(a) || 0));
    return element(
      "section",
      {},
      element("h3", {}, "下级区域", element("small", {}, shade.label)),
      element("div.palm-units", {}, units.map((child) => unitRow(view, child, view.shaded(sums.get(child)), sums.get(child)))),
    );
  }

  // Its lights as one bar; one element a row, for a province has two hundred rows.
  function bar(view, sum) {
    let at = 0;
    const parts = view.layer.order().map((light) => {
      const from = at;
      at += (100 * sum.lights[light]) / sum.count;
      return `${view.lights[light].colour} ${from}% ${at}%`;
    });
    return element("em", { style: `background:linear-gradient(90deg,${parts.join()})` });
  }

  function unitRow(view, code, text, sum) {
    const made = button(".palm-unit", () => view.pick(code), element("span", {}, view.tree.name(code)), element("b", {}, text), bar(view, sum));
    made.dataset.unit = code;
    return made;
  }

  // Units that report but have no polygon: tappable like districts, drawn as what they are.
  function others(view, code) {
    const sums = view.sumsBelow(code);
    const units = view.tree.units.get(code).others.filter((other) => sums.has(other));
    const own = view.tree.isBranch(code) && sums.get(code);
    if (!units.length && !own) return null;
    const chip = (other, name, sum) => {
      const made = button(".palm-chip" + (view.state.picked === other ? ".on" : ""), () => view.pick(other), name, element("b", {}, format.count(sum.count)));
      made.dataset.unit = other;
      return made;
    };
    return element(
      "section",
      {},
      element("h3", {}, "不上图的填报单元", element("small", {}, "开发区、市直及跨区域")),
      element("div.palm-choices", {}, units.map((other) => chip(other, view.tree.name(other), sums.get(other))), own && element("span.palm-chip.quiet", {}, "本级填报", element("b", {}, format.count(own.count)))),
    );
  }

  function unplaced(view, indices) {
    if (!indices.length) return null;
    return element(
      "section.palm-unplaced",
      {},
      element("h3", {}, `无法上图的项目 ${format.count(indices.length)} 个`),
      P.siteRows(view, indices, (index) => view.sites.unplaced[view.sites.id[index]]),
    );
  }

  // Beside which others a unit stands; or, of the unit looked at, how those under it stand.
  function compare(view, code, inside) {
    if (code === P.NATION || (!inside && !view.tree.isBranch(code))) return null;
    const wanted = inside ? { unit: code } : { parent: code };
    return button(".palm-compare", () => view.ask(wanted), inside ? "查看排名与得分" : "下级区域排名");
  }

  function nothing(view) {
    if (view.result.total === 0 && view.state.unit === P.NATION) {
      return element("p.palm-nothing", {}, "还没有项目。请到“导入”页面导入项目清单，或运行 palmmap init --demo 载入示例。");
    }
    const filtered = P.activeFilters(view).length > 0;
    return element(
      "p.palm-nothing",
      {},
      filtered ? "没有符合筛选条件的项目，请放宽条件。" : "这里没有项目。",
      filtered && button(".palm-primary", () => view.clear(), "清除筛选"),
    );
  }

  function unit(view, code) {
    const sum = view.sumOf(code) || EMPTY;
    const inside = code !== view.state.unit;
    const branch = view.tree.isBranch(code);
    const placed = branch ? [] : view.left(code, 1);
    return element(
      "div.palm-card.palm-district",
      {},
      element("header", {}, element("h2", {}, view.tree.name(code)), inside && button(".palm-primary.palm-enter", () => view.enter(code), "进入"), inside && P.closer(view)),
      sum.count ? [lights(view, sum), figures(view, code, sum), compare(view, code, inside), goals(view, code)] : nothing(view),
      sum.count && branch ? [others(view, code), below(view, code)] : null,
      placed.length ? element("section", {}, element("h3", {}, "项目"), P.siteRows(view, placed)) : null,
      unplaced(view, view.left(code, 0)),
    );
  }

  P.unitCard = unit;
})(window.PalmMap);
