// Cards beside the map: one project with the reasons of its light, or the projects under one finger.
(function (P) {
  const { element, button, format } = P;

  const figure = (label, ...value) => element("div.palm-figure", {}, element("dt", {}, label), element("dd", {}, ...value));

  function reason(view, found) {
    const light = view.lights.find((one) => one.key === found.colour);
    const number = view.lights.indexOf(light);
    const clause = [found.document && `《${found.document}》`.replace("《《", "《").replace("》》", "》"), found.clause].filter(Boolean).join(" ");
    return element(
      "li.palm-reason",
      {},
      view.layer.symbols.picture(number, false),
      element(
        "div",
        {},
        element("p", {}, found.text),
        ["red", "yellow"].includes(found.colour) && found.value && found.threshold
          ? element("p.palm-measure", {}, `实测 ${found.value}，界限 ${found.threshold}`)
          : null,
        clause && button(".palm-clause", () => view.ask({ rule: found.rule }), "依据：" + clause),
      ),
    );
  }

  // Figures are there at once; the reasons come with the next answer of the server.
  function site(view, index) {
    const { sites } = view;
    const light = view.lights[sites.light[index]];
    const lead = sites.completion[index] - sites.expected[index];
    const id = sites.id[index];
    const why = element("ul.palm-reasons", {}, element("li.palm-quiet", {}, "正在读取亮灯原因…"));
    const seen = element("div.palm-seen");
    const title = element("h2", {}, view.nameOf(index));
    const place = element("p.palm-place", {}, view.tree.chain(sites.units.code[sites.unit[index]]).map((code) => view.tree.name(code)).reverse().join(""));
    const card = element(
      "div.palm-card.palm-site",
      {},
      element("header", {}, title, sites.sample[index] ? element("span.palm-sample", {}, "示例") : null, closer(view)),
      place,
      element("p.palm-light." + light.key, {}, view.layer.symbols.picture(sites.light[index], false), light.label),
      seen,
      why,
      element(
        "dl.palm-figures",
        {},
        figure("年度计划投资", Number.isNaN(sites.plan[index]) ? "无年度计划" : format.money(sites.plan[index])),
        figure("年度完成投资", format.money(sites.done[index])),
        figure("年度投资完成率", format.percent(sites.completion[index])),
        figure("比序时进度", leadText(lead), format.known(lead) && element("small", {}, `应完成 ${format.percent(sites.expected[index])}`)),
      ),
      placeNote(sites, index),
      button(".palm-primary.palm-open", () => view.ask({ project: id }), "一项一档"),
    );
    view.details(id).then(
      (found) => fill(view, found, { why, seen, title, place }),
      (error) => why.replaceChildren(element("li.palm-quiet", {}, error.message)),
    );
    return card;
  }

  function fill(view, found, { why, seen, title, place }) {
    title.textContent = found.name;
    place.textContent = found.code ? `${found.district} · ${found.code}` : found.district;
    why.replaceChildren(...found.reasons.map((one) => reason(view, one)));
    if (found.imagery) seen.append(imagery(view, found.id, found.imagery));
  }

  // What the sky says beside what was reported: both dates, the finding, and the way to the inspection.
  function imagery(view, id, { finding, sample, pictures }) {
    const picture = ({ on, address }) =>
      element("figure", {}, element("img", { src: address, alt: on + "影像", loading: "lazy" }), element("figcaption", {}, on));
    return button(
      ".palm-imagery",
      () => view.ask({ inspected: id }),
      element("span", {}, "影像研判", element("b", {}, finding), sample && element("small", {}, "示例影像")),
      ...pictures.map(picture),
    );
  }

  function leadText(lead) {
    if (!format.known(lead)) return "—";
    return (lead >= 0 ? "超前 " : "滞后 ") + format.points(Math.abs(lead)).replace("+", "");
  }

  function placeNote(sites, index) {
    if (!sites.placed[index]) return element("p.palm-note", {}, "无法上图：" + sites.unplaced[sites.id[index]]);
    if (sites.approximate[index]) return element("p.palm-note", {}, "空心符号：位置为近似，仅表示所在乡镇或区县");
    return null;
  }

  const closer = (view) => {
    const made = button(".palm-close", () => view.close(), "×");
    made.setAttribute("aria-label", "关闭");
    return made;
  };

  // A row that opens a site.
  function row(view, index, note) {
    return button(
      ".palm-row",
      () => view.choose(index),
      view.layer.symbols.picture(view.sites.light[index], view.sites.approximate[index]),
      element(
        "span",
        {},
        view.nameOf(index),
        element("small", {}, note || view.tree.name(view.sites.units.code[view.sites.unit[index]]), view.sites.sample[index] ? " · 示例" : ""),
      ),
    );
  }

  const MOST = 60; // rows drawn at once

  // The worst first; what is not drawn is counted.
  function rows(view, indices, note) {
    const ranked = [...indices].sort((a, b) => view.layer.worst[view.sites.light[a]] - view.layer.worst[view.sites.light[b]]);
    const rest = ranked.length - MOST;
    return element(
      "div.palm-rows",
      {},
      ranked.slice(0, MOST).map((index) => row(view, index, note && note(index))),
      rest > 0 && element("p.palm-quiet", {}, `还有 ${format.count(rest)} 个，请用筛选或搜索缩小范围`),
    );
  }

  function several(view, indices) {
    return element("div.palm-card", {}, element("header", {}, element("h2", {}, `此处 ${indices.length} 个项目`), closer(view)), rows(view, indices));
  }

  P.siteCard = site;
  P.severalCard = several;
  P.siteRows = rows;
  P.figure = figure;
  P.closer = closer;
})(window.PalmMap);
