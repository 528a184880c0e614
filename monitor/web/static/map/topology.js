// Districts as arcs that neighbours share. Positions are kept in the Mercator square (0..1), as the canvas needs them.
(function (P) {
  const WORLD = 2 * Math.PI * 6378137; // metres of EPSG:3857 around the equator

  const project = (x, y, out, at) => {
    out[at] = x / WORLD + 0.5;
    out[at + 1] = 0.5 - y / WORLD;
  };

  // Steps from vertex to vertex, or positions (whole numbers of `step` metres), as positions in the square.
  function positions(numbers, step, running) {
    const out = new Float64Array(numbers.length);
    let x = 0;
    let y = 0;
    for (let i = 0; i < numbers.length; i += 2) {
      x = running ? x + numbers[i] : numbers[i];
      y = running ? y + numbers[i + 1] : numbers[i + 1];
      project(x * step, y * step, out, i);
    }
    return out;
  }

  const starts = (ends) => Int32Array.from(ends, (_, i) => (i ? ends[i - 1] : 0));

  class Topology {
    constructor(data) {
      this.xy = positions(data.xy, data.step, true);
      this.arcEnds = data.arc_ends;
      this.arcStarts = starts(this.arcEnds);
      this.refs = data.refs;
      this.ringEnds = data.ring_ends;
      this.ringStarts = starts(this.ringEnds);
      this.leafEnds = data.district_ends;
      this.leafStarts = starts(this.leafEnds);
      this.size = this.leafEnds.length;
      this.lines = data.lines.map((line) => ({ name: line.name, xy: positions(line.xy, data.step, false) }));
      this.measure();
    }

    // Bounds of every arc and leaf, and the one or two leaves on the sides of every arc.
    measure() {
      this.arcBounds = new Float64Array(this.arcEnds.length * 4);
      for (let arc = 0; arc < this.arcEnds.length; arc++) this.around(arc);
      this.bounds = new Float64Array(this.size * 4);
      this.sides = new Int32Array(this.arcEnds.length * 2).fill(-1);
      for (let leaf = 0; leaf < this.size; leaf++) {
        const box = [Infinity, Infinity, -Infinity, -Infinity];
        this.eachArc(leaf, (arc) => {
          this.sides[this.sides[2 * arc] < 0 ? 2 * arc : 2 * arc + 1] = leaf;
          this.widen(box, arc);
        });
        this.bounds.set(box, leaf * 4);
      }
    }

    around(arc) {
      let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
      for (let i = 2 * this.arcStarts[arc]; i < 2 * this.arcEnds[arc]; i += 2) {
        const x = this.xy[i];
        const y = this.xy[i + 1];
        if (x < west) west = x;
        if (x > east) east = x;
        if (y < north) north = y;
        if (y > south) south = y;
      }
      const at = 4 * arc;
      this.arcBounds[at] = west;
      this.arcBounds[at + 1] = north;
      this.arcBounds[at + 2] = east;
      this.arcBounds[at + 3] = south;
    }

    // A box, made large enough to hold an arc.
    widen(box, arc) {
      const own = this.arcBounds;
      const at = 4 * arc;
      if (own[at] < box[0]) box[0] = own[at];
      if (own[at + 1] < box[1]) box[1] = own[at + 1];
      if (own[at + 2] > box[2]) box[2] = own[at + 2];
      if (own[at + 3] > box[3]) box[3] = own[at + 3];
    }

    // Whether an arc lies wholly beside the canvas, on one side of it.
    beside(arc, view) {
      const b = arc * 4;
      const box = this.arcBounds;
      const { world, left, top, width, height } = view;
      return box[b] * world > left + width || box[b + 2] * world < left || box[b + 1] * world > top + height || box[b + 3] * world < top;
    }

    eachArc(leaf, visit) {
      for (let ring = this.leafStarts[leaf]; ring < this.leafEnds[leaf]; ring++) {
        for (let k = this.ringStarts[ring]; k < this.ringEnds[ring]; k++) {
          visit(this.refs[k] < 0 ? ~this.refs[k] : this.refs[k]);
        }
      }
    }

    // Vertices worth drawing where one pixel is `pixel` wide. An arc is thinned when it is first drawn, by itself, so that
    // neighbours stay joined; arc n keeps `kept[starts[n]]` to `kept[ends(n) - 1]`.
    thinned(pixel) {
      if (this.thin && this.thin.pixel === pixel) return this.thin;
      const kept = new Int32Array(this.xy.length / 2);
      const known = new Int32Array(this.arcEnds.length);
      const ends = (arc) => known[arc] || (known[arc] = this.thinArc(arc, pixel, kept));
      this.thin = { pixel, kept, starts: this.arcStarts, ends };
      return this.thin;
    }

    thinArc(arc, pixel, kept) {
      const last = this.arcEnds[arc] - 1;
      let n = this.arcStarts[arc];
      let x = Infinity;
      let y = Infinity;
      for (let v = n; v <= last; v++) {
        const far = Math.abs(this.xy[2 * v] - x) >= pixel || Math.abs(this.xy[2 * v + 1] - y) >= pixel;
        if (!far && v !== last) continue;
        kept[n++] = v;
        x = this.xy[2 * v];
        y = this.xy[2 * v + 1];
      }
      return n;
    }

    contains(leaf, x, y) {
      const b = leaf * 4;
      if (x < this.bounds[b] || x > this.bounds[b + 2] || y < this.bounds[b + 1] || y > this.bounds[b + 3]) return false;
      let inside = false;
      this.eachArc(leaf, (arc) => {
        for (let v = this.arcStarts[arc]; v < this.arcEnds[arc] - 1; v++) {
          const ay = this.xy[2 * v + 1];
          const by = this.xy[2 * v + 3];
          if (ay > y === by > y) continue;
          const ax = this.xy[2 * v];
          if (x < ax + ((this.xy[2 * v + 2] - ax) * (y - ay)) / (by - ay)) inside = !inside;
        }
      });
      return inside;
    }

    leafAt(x, y) {
      for (let leaf = 0; leaf < this.size; leaf++) if (this.contains(leaf, x, y)) return leaf;
      return -1;
    }
  }

  P.project = project;
  P.WORLD = WORLD;
  P.Topology = Topology;
})(window.PalmMap);
