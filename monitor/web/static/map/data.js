// What comes from the server, as typed arrays.
(function (P) {
  const ARRAYS = { i1: Int8Array, i2: Int16Array, i4: Int32Array, f8: Float64Array };

  async function ask(url) {
    const answer = await fetch(url).catch(() => {
      throw new Error("连接不上服务器，请检查网络后刷新页面");
    });
    if (answer.ok) return answer;
    const { message } = await answer.json().catch(() => ({}));
    throw new Error(message || "数据读取失败，请刷新页面");
  }

  const fetchJson = async (url) => (await ask(url)).json();

  // A header in JSON, in which {"$": [kind, place, length]} stands for an array that follows (monitor/web/packing.py).
  function unpack(buffer) {
    const size = new DataView(buffer).getUint32(0, true);
    const first = Math.ceil((4 + size) / 8) * 8;
    const fill = (value) => {
      if (!value || typeof value !== "object" || typeof value[0] === "string") return value; // long lists hold texts
      if (value.$) return new ARRAYS[value.$[0]](buffer, first + value.$[1], value.$[2]);
      for (const name of Object.keys(value)) value[name] = fill(value[name]);
      return value;
    };
    return fill(JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size))));
  }

  const fetchPacked = async (url) => unpack(await (await ask(url)).arrayBuffer());

  // Sites of a day; measures are what ranges and shades are made of.
  function decode(data) {
    const { columns } = data;
    const size = columns.id.length;
    const point = new Float64Array(2);
    const [x, y, completion] = [0, 1, 2].map(() => new Float64Array(size));
    for (let i = 0; i < size; i++) {
      P.project(columns.x[i], columns.y[i], point, 0);
      x[i] = point[0];
      y[i] = point[1];
      completion[i] = columns.plan[i] > 0 ? (100 * columns.done[i]) / columns.plan[i] : NaN;
    }
    const { terms, units, unplaced, breaks, goals } = data;
    const sets = { list: columns.list_sets, tier: columns.tier_sets, channel: columns.channel_sets };
    return { ...columns, size, x, y, completion, sets, terms, units, unplaced, breaks, goals, asOf: data.as_of, timeProgress: data.time_progress_pct };
  }

  Object.assign(P, { fetchJson, fetchPacked, decodeSites: decode });
})(window.PalmMap);
