// The outline of a group of leaves: the arcs with a leaf of the group on one side only, joined end to end to rings. Inner
// borders drop out, so a province is drawn with the few vertices of its own border.
(function (P) {
  const GRID = 1 << 26; // finer than the grid the positions lie on, and its square is still a whole number

  // Nodes: numbers for the places where arcs end, given when they are first asked for.
  class Nodes {
    constructor(topology) {
      this.topology = topology;
      this.numbers = new Map();
      this.ends = new Int32Array(2 * topology.arcEnds.length).fill(-1);
    }

    first(arc) {
      return this.end(2 * arc, this.topology.arcStarts[arc]);
    }

    last(arc) {
      return this.end(2 * arc + 1, this.topology.arcEnds[arc] - 1);
    }

    end(place, vertex) {
      if (this.ends[place] >= 0) return this.ends[place];
      const { xy } = this.topology;
      const key = Math.round(xy[2 * vertex] * GRID) * GRID + Math.round(xy[2 * vertex + 1] * GRID);
      if (!this.numbers.has(key)) this.numbers.set(key, this.numbers.size);
      return (this.ends[place] = this.numbers.get(key));
    }
  }

  // Arcs on the border of each group, signed so that walking them is possible either way.
  function borders(topology, group) {
    const found = new Map();
    const add = (code, arc) => {
      if (!found.has(code)) found.set(code, []);
      found.get(code).push(arc);
    };
    for (let arc = 0; arc < topology.arcEnds.length; arc++) {
      const one = topology.sides[2 * arc];
      const other = topology.sides[2 * arc + 1];
      if (other >= 0 && group[one] === group[other]) continue;
      if (one >= 0) add(group[one], arc);
      if (other >= 0) add(group[other], arc);
    }
    return found;
  }

  // Arcs joined to rings: lists of arc numbers, ~n for arc n backwards.
  function join(arcs, ends) {
    const at = new Map();
    for (const arc of arcs) {
      for (const node of [ends.first(arc), ends.last(arc)]) {
        if (!at.has(node)) at.set(node, []);
        at.get(node).push(arc);
      }
    }
    const used = new Set();
    const rings = [];
    for (const start of arcs) {
      if (used.has(start)) continue;
      const ring = [];
      let arc = start;
      let node = ends.first(start);
      while (arc !== undefined) {
        used.add(arc);
        const forward = ends.first(arc) === node;
        ring.push(forward ? arc : ~arc);
        node = forward ? ends.last(arc) : ends.first(arc);
        arc = at.get(node).find((next) => !used.has(next));
      }
      rings.push(ring);
    }
    return rings;
  }

  // Rings of every group; `group`: leaf -> code.
  P.outlines = function (topology, group) {
    topology.nodes = topology.nodes || new Nodes(topology);
    const found = new Map();
    borders(topology, group).forEach((arcs, code) => found.set(code, join(arcs, topology.nodes)));
    return found;
  };
})(window.PalmMap);
