// What is looked at stands in the page's address, so that a reload, a bookmark or a colleague sees the same. The map
// lives in a frame of the page and of the same origin; without a page around it, it uses its own address.
(function (P) {
  const host = (() => {
    try {
      return window.parent.location.href ? window.parent : window;
    } catch (refused) {
      return window; // a page of another origin around us: its address is not ours to read
    }
  })();

  const fresh = () => ({
    unit: P.NATION,
    picked: "",
    site: null,
    shade: "count",
    deep: false,
    text: "",
    filters: Object.fromEntries(P.KINDS.map((kind) => [kind, []])),
    ranges: {},
  });

  const bound = (text) => (text === "" || Number.isNaN(Number(text)) ? null : Number(text));

  // e.g. "completion:0~50,plan:10000~": both ends included, an open end is left out.
  function readRanges(text) {
    const ranges = {};
    for (const part of text.split(",").filter(Boolean)) {
      const [, name, low, high] = /^(\w+):([^~]*)~(.*)$/.exec(part) || [];
      if (["plan", "completion", "total", "done", "physical"].includes(name)) ranges[name] = [bound(low), bound(high)];
    }
    return ranges;
  }

  const end = (value) => (value === null ? "" : value);
  const writeRanges = (ranges) => Object.entries(ranges).map(([name, [low, high]]) => `${name}:${end(low)}~${end(high)}`).join(",");

  function read() {
    const query = new URLSearchParams(host.location.search);
    const state = fresh();
    state.unit = query.get("unit") || state.unit;
    state.picked = query.get("picked") || "";
    state.site = Number(query.get("site")) || null;
    state.shade = ["count", "plan", "completion"].includes(query.get("shade")) ? query.get("shade") : state.shade;
    state.deep = query.get("level") === "county";
    state.text = query.get("text") || "";
    state.ranges = readRanges(query.get("range") || "");
    for (const kind of P.KINDS) state.filters[kind] = (query.get(kind) || "").split(",").filter(Boolean);
    return state;
  }

  // The address of the page with what is looked at; parameters of the page itself stay.
  function addressOf(state, more) {
    const query = new URLSearchParams(host.location.search);
    const stated = {
      unit: state.unit === P.NATION ? "" : state.unit,
      picked: state.picked,
      site: state.site || "",
      shade: state.shade === "count" ? "" : state.shade,
      level: state.deep ? "county" : "",
      text: state.text.trim(),
      range: writeRanges(state.ranges),
      ...more,
    };
    for (const kind of P.KINDS) stated[kind] = state.filters[kind].join(",");
    for (const [key, value] of Object.entries(stated)) {
      if (value) query.set(key, value);
      else query.delete(key);
    }
    const text = query.toString();
    return host.location.pathname + (text ? "?" + text : "");
  }

  // After the picture: the browser takes longer to note an address than to draw a map.
  const write = (state) => {
    requestAnimationFrame(() => setTimeout(() => host.history.replaceState(host.history.state, "", addressOf(state))));
  };

  // Another day is a step of the page's history: the page is told as when one goes back, and runs anew for that day.
  function turn(state, asOf) {
    host.history.pushState({}, "", addressOf(state, { as_of: asOf }));
    host.dispatchEvent(new PopStateEvent("popstate"));
  }

  P.address = { read, write, turn, fresh };
})(window.PalmMap);
