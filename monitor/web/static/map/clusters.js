// Sites that would cover each other at a zoom, taken together: one pass over typed arrays into the cells of a grid, then
// one over the cells, where a cell joins a larger neighbour that its ring would touch.
(function (P) {
  const LIGHTS = 4;

  // Side of a cell in CSS pixels: wide while the country is seen, only what really overlaps when close.
  const side = (zoom) => (zoom < 8 ? 60 : zoom < 11 ? 46 : 20);

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
      this.into = new Int32Array(left); // the cell that a cell has joined; itself at first
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
    merge(grid, columns, reach) {
      const order = Array.from({ length: this.size }, (_, cell) => cell).sort((a, b) => this.count[b] - this.count[a]);
      for (const cell of order) {
        if (!this.count[cell]) continue;
        for (let row = -1; row <= 1; row++) {
          for (let column = -1; column <= 1; column++) {
            const other = grid.get(this.key[cell] + row * columns + column);
            if (other === undefined || other === cell || !this.count[other]) continue;
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
    const columns = Math.ceil(scale) + 3;
    const grid = new Map(); // key -> cell
    const made = new Clusters(sites, left, scale);
    for (let i = 0; i < sites.size; i++) {
      if (!mask[i] || !sites.placed[i]) continue;
      const key = Math.floor(sites.y[i] * scale + 1) * columns + Math.floor(sites.x[i] * scale + 1);
      let cell = grid.get(key);
      if (cell === undefined) {
        cell = made.size++;
        grid.set(key, cell);
        made.into[cell] = cell;
        made.key[cell] = key;
        made.first[cell] = i;
      }
      made.add(sites, i, cell);
    }
    for (let cell = 0; cell < made.size; cell++) {
      made.x[cell] /= made.count[cell];
      made.y[cell] /= made.count[cell];
    }
    if (made.size < made.cellOf.length) made.merge(grid, columns, zoom < 11 ? 0.8 : 0.6);
    made.judge(worst);
    return made;
  };
})(window.PalmMap);
