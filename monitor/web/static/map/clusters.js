// Sites that would cover each other at a zoom, taken together cell by cell of a grid. One pass over typed arrays.
(function (P) {
  const LIGHTS = 4;

  // Side of a cell in CSS pixels: wide while the country is seen, only what really overlaps when close.
  const side = (zoom) => (zoom < 8 ? 58 : zoom < 11 ? 44 : 20);

  function table(size) {
    let slots = 16;
    while (slots < 2 * size) slots *= 2;
    return { slots, keys: new Float64Array(slots).fill(-1), cells: new Int32Array(slots) };
  }

  // Number of the cell with this key, or -1 with the free slot remembered.
  function find(hash, key) {
    let slot = (Math.imul(key % 0x7fffffff, 0x9e3779b1) >>> 0) % hash.slots;
    while (hash.keys[slot] !== -1 && hash.keys[slot] !== key) slot = (slot + 1) % hash.slots;
    hash.slot = slot;
    return hash.keys[slot] === -1 ? -1 : hash.cells[slot];
  }

  // `worst` ranks the lights: the lowest rank in a cell is shown.
  function cluster(sites, mask, left, zoom, worst) {
    const world = 256 * Math.pow(2, zoom);
    const scale = world / side(zoom);
    const columns = Math.ceil(scale) + 1;
    const hash = table(left);
    const made = {
      size: 0,
      count: new Int32Array(left),
      x: new Float64Array(left),
      y: new Float64Array(left),
      first: new Int32Array(left),
      light: new Uint8Array(left).fill(255),
      lights: new Int32Array(left * LIGHTS),
      cellOf: new Int32Array(sites.size).fill(-1),
    };
    for (let i = 0; i < sites.size; i++) {
      if (!mask[i] || !sites.placed[i]) continue;
      const key = Math.floor(sites.y[i] * scale) * columns + Math.floor(sites.x[i] * scale);
      let cell = find(hash, key);
      if (cell < 0) {
        cell = made.size++;
        hash.keys[hash.slot] = key;
        hash.cells[hash.slot] = cell;
        made.first[cell] = i;
      }
      const light = sites.light[i];
      made.cellOf[i] = cell;
      made.count[cell]++;
      made.x[cell] += sites.x[i];
      made.y[cell] += sites.y[i];
      made.lights[cell * LIGHTS + light]++;
      if (made.light[cell] === 255 || worst[light] < worst[made.light[cell]]) made.light[cell] = light;
    }
    for (let cell = 0; cell < made.size; cell++) {
      made.x[cell] /= made.count[cell];
      made.y[cell] /= made.count[cell];
    }
    return made;
  }

  P.cluster = cluster;
})(window.PalmMap);
