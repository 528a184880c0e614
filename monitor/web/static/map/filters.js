// Filters compose: values of one kind are "or", kinds are "and". One pass tells which sites are left, and how many
// each further value would leave.
(function (P) {
  const KINDS = ["light", "stage", "list", "tier", "channel", "sector"];

  const keysOf = (sites, kind) => sites.terms[kind].map(([key]) => key);

  // For each value (of a set: each set) whether it passes; the last place is "no value".
  function passes(sites, kind, chosen) {
    const keys = keysOf(sites, kind);
    const wanted = new Set(chosen.map((key) => keys.indexOf(key)));
    const sets = sites.sets[kind] || keys.map((_, number) => [number]);
    const table = new Uint8Array(sets.length + 1).fill(chosen.length ? 0 : 1);
    sets.forEach((set, number) => {
      if (set.some((value) => wanted.has(value))) table[number] = 1;
    });
    return table;
  }

  function words(text) {
    return text.toLowerCase().split(/\s+/).filter(Boolean);
  }

  // `inside`: by unit number, whether it belongs to the unit looked at. `search`: lower-case name and code of each site.
  function apply(sites, state, inside, search) {
    const tables = KINDS.map((kind) => passes(sites, kind, state.filters[kind]));
    const counts = tables.map((table) => new Int32Array(table.length));
    const columns = KINDS.map((kind) => sites[kind]);
    const ranges = Object.entries(state.ranges).map(([name, [low, high]]) => [sites[name], low, high]);
    const wanted = search ? words(state.text) : [];
    const result = { mask: new Uint8Array(sites.size), left: 0, placed: 0, total: 0, counts: {} };
    for (let i = 0; i < sites.size; i++) {
      if (!inside[sites.unit[i]]) continue;
      result.total++;
      if (!inRanges(ranges, i) || !hasWords(search, wanted, i)) continue;
      let fails = 0;
      let failing = -1;
      for (let k = 0; k < KINDS.length; k++) {
        const value = columns[k][i];
        if (tables[k][value < 0 ? tables[k].length - 1 : value]) continue;
        fails++;
        failing = k;
      }
      if (fails > 1) continue;
      for (let k = 0; k < KINDS.length; k++) if ((!fails || failing === k) && columns[k][i] >= 0) counts[k][columns[k][i]]++;
      if (fails) continue;
      result.mask[i] = 1;
      result.left++;
      result.placed += sites.placed[i];
    }
    KINDS.forEach((kind, k) => (result.counts[kind] = perValue(sites, kind, counts[k])));
    return result;
  }

  function inRanges(ranges, i) {
    for (const [values, low, high] of ranges) {
      if (!(values[i] >= (low === null ? -Infinity : low) && values[i] <= (high === null ? Infinity : high))) return false;
    }
    return true;
  }

  function hasWords(search, wanted, i) {
    for (const word of wanted) if (!search[i].includes(word)) return false;
    return true;
  }

  function perValue(sites, kind, counts) {
    const values = new Int32Array(sites.terms[kind].length);
    (sites.sets[kind] || [...values.keys()].map((value) => [value])).forEach((set, number) => {
      set.forEach((value) => (values[value] += counts[number]));
    });
    return values;
  }

  const emptySum = () => ({ count: 0, plan: 0, done: 0, planned: 0, unreported: 0, samples: 0, lights: [0, 0, 0, 0], completion: NaN });

  // Sums of the sites left, by unit number.
  function sumUnits(sites, mask) {
    const { unit, light, sample, plan, done } = sites;
    const sums = sites.units.code.map(emptySum);
    for (let i = 0; i < sites.size; i++) {
      if (!mask[i]) continue;
      const sum = sums[unit[i]];
      sum.count++;
      sum.lights[light[i]]++;
      sum.samples += sample[i];
      if (!(plan[i] > 0)) continue;
      sum.planned++;
      sum.plan += plan[i];
      if (P.format.known(done[i])) sum.done += done[i];
      else sum.unreported++;
    }
    return sums;
  }

  // Sums of units taken together by group; `groupOf`: unit number -> group, "" for none.
  function sumGroups(sums, groupOf) {
    const found = new Map();
    sums.forEach((own, number) => {
      const group = groupOf[number];
      if (!own.count || !group) return;
      if (!found.has(group)) found.set(group, emptySum());
      const sum = found.get(group);
      for (const name of ["count", "plan", "done", "planned", "unreported", "samples"]) sum[name] += own[name];
      own.lights.forEach((count, light) => (sum.lights[light] += count));
      sum.completion = sum.plan > 0 ? (100 * sum.done) / sum.plan : NaN;
    });
    return found;
  }

  Object.assign(P, { KINDS, applyFilters: apply, emptySum, sumUnits, sumGroups });
})(window.PalmMap);
