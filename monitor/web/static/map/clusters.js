// Sites that would cover each other at a zoom, taken together: one pass over typed arrays into the cells of a grid, then
// one over the cells, where a cell joins a larger neighbour that its ring would touch.
(function (P) {
  const LIGHTS = 4;

  // Side of a cell in CSS pixels: wide while the country is seen, only what really overlaps when close.
  const side = (zoom) => (zoom < 8 ? 60 : zoom < 11 ? 46 : 20);

  // A hash table of cell numbers by grid key.
  class Grid {
    constructor(size, columns) {
      this.columns = columns;
      this.slots = 16;
      while (this.slots < 2 * size) this.slots *= 2;
      this.keys = new Float64Array(this.slots).fill(-1);
      this.cells = new Int32Array(this.slots);
    }

    slot(key) {
      let slot = (Math.imul(key % 0x7fffffff, 0x9e3779b1) >>> 0) % this.slots;
      while (this.keys[slot] !== -1 && this.keys[slot] !== key) slot = (slot + 1) % this.slots;
      return slot;
    }

    // Number of the cell at a key, -1 where there is none.
    get(key) {
      const slot = this.slot(key);
      return this.keys[slot] === -1 ? -1 : this.cells[slot];
    }

    set(key, cell) {
      const slot = this.slot(key);
      this.keys[slot] = key;
      this.cells[slot] = cell;
    }
  }

  class Clusters {
    constructor(sites, left, scale) {
      this.size = 0;
      this.scale = scale;
      this.count = new Int32Array(left);
      this.x = new Float64Array(left);
      this.y = new Float64Array(left);
      this.first = new Int32Array(left);
      this.key = new Float64Array(left);
      this.light = new Uint8Array(left).fill(255);
      this.lights = new Int32Array(left * LIGHTS);
      this.cellOf = new Int32Array(sites.size).fill(-1);
      this.into = Int32Array.from({ length: left }, (_, cell) => cell); // the cell that a cell has joined
    }

    add(sites, i, cell) {
      this.cellOf[i] = cell;
      this.count[cell]++;
      this.x[cell] += sites.x[i];
      this.y[cell] += sites.y[i];
      this.lights[cell * LIGHTS + sites.light[i]]++;
    }

    // The cell that holds a site now, -1 for a site that is not shown.
    holder(i) {
      let cell = this.cellOf[i];
      while (cell >= 0 && this.into[cell] !== cell) cell = this.into[cell];
      return cell;
    }

    join(large, small) {
      const total = this.count[large] + this.count[small];
      for (const place of [this.x, this.y]) {
        place[large] = (place[large] * this.count[large] + place[small] * this.count[small]) / total;
      }
      for (let light = 0; light < LIGHTS; light++) this.lights[large * LIGHTS + light] += this.lights[small * LIGHTS + light];
      this.count[large] = total;
      this.count[small] = 0;
      this.into[small] = large;
    }

    // Every cell, the largest first, takes in the neighbours nearer than `reach` cells.
    merge(grid, reach) {
      const order = Array.from({ length: this.size }, (_, cell) => cell).sort((a, b) => this.count[b] - this.count[a]);
      for (const cell of order) {
        if (!this.count[cell]) continue;
        for (let row = -1; row <= 1; row++) {
          for (let column = -1; column <= 1; column++) {
            const other = grid.get(this.key[cell] + row * grid.columns + column);
            if (other < 0 || other === cell || !this.count[other]) continue;
            const away = Math.hypot(this.x[cell] - this.x[other], this.y[cell] - this.y[other]) * this.scale;
            if (away < reach && this.count[other] <= this.count[cell]) this.join(cell, other);
          }
        }
      }
    }

    // `worst` ranks the lights: the lowest rank in a cell is shown.
    judge(worst) {
      for (let cell = 0; cell < this.size; cell++) {
        for (let light = 0; light < LIGHTS; light++) {
          if (!this.lights[cell * LIGHTS + light]) continue;
          if (this.light[cell] === 255 || worst[light] < worst[this.light[cell]]) this.light[cell] = light;
        }
      }
    }
  }

  P.cluster = function (sites, mask, left, zoom, worst) {
    const scale = (256 * Math.pow(2, zoom)) / side(zoom);
    const grid = new Grid(left, Math.ceil(scale) + 3);
    const made = new Clusters(sites, left, scale);
    for (let i = 0; i < sites.size; i++) {
      if (!mask[i] || !sites.placed[i]) continue;
      const key = Math.floor(sites.y[i] * scale + 1) * grid.columns + Math.floor(sites.x[i] * scale + 1);
      let cell = grid.get(key);
      if (cell < 0) {
        cell = made.size++;
        grid.set(key, cell);
        made.key[cell] = key;
        made.first[cell] = i;
      }
      made.add(sites, i, cell);
    }
    for (let cell = 0; cell < made.size; cell++) {
      made.x[cell] /= made.count[cell];
      made.y[cell] /= made.count[cell];
    }
    if (made.size < made.cellOf.length) made.merge(grid, zoom < 11 ? 0.8 : 0.6);
    made.judge(worst);
    return made;
  };
})(window.PalmMap);
