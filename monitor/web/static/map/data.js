// What comes from the server, as typed arrays.
(function (P) {
  async function fetchJson(url) {
    const answer = await fetch(url).catch(() => {
      throw new Error("连接不上服务器，请检查网络后刷新页面");
    });
    const data = await answer.json();
    if (!answer.ok) throw new Error(data.message || "数据读取失败，请刷新页面");
    return data;
  }

  const floats = (values) => Float64Array.from(values, (value) => (value === null ? NaN : value));

  // Columns of a day; measures are what ranges and shades are made of.
  function decode(data) {
    const columns = data.columns;
    const size = columns.id.length;
    const x = new Float64Array(size);
    const y = new Float64Array(size);
    const point = new Float64Array(2);
    for (let i = 0; i < size; i++) {
      P.project(columns.x[i], columns.y[i], point, 0);
      x[i] = point[0];
      y[i] = point[1];
    }
    const sites = { size, x, y, asOf: data.as_of, timeProgress: data.time_progress_pct, terms: data.terms };
    for (const name of ["id", "unit", "light", "stage", "sector", "list", "tier"]) sites[name] = Int32Array.from(columns[name]);
    for (const name of ["placed", "approximate", "sample"]) sites[name] = Uint8Array.from(columns[name]);
    for (const name of ["total", "plan", "to_date", "done", "physical", "expected"]) sites[name] = floats(columns[name]);
    sites.completion = sites.done.map((done, i) => (sites.plan[i] > 0 ? (100 * done) / sites.plan[i] : NaN));
    sites.sets = { list: columns.list_sets, tier: columns.tier_sets };
    sites.units = data.units;
    sites.unplaced = data.unplaced;
    sites.breaks = data.breaks;
    sites.indexOf = new Map(columns.id.map((id, i) => [id, i]));
    return sites;
  }

  P.fetchJson = fetchJson;
  P.decodeSites = decode;
})(window.PalmMap);
