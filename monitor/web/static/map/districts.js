// The districts on the map: each filled by the class of the unit it stands for, borders by rank, names where there is room.
(function (P) {
  const CONTEXT = "#eef2f6"; // land outside the unit that is looked at
  const FONT = '"Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif';

  const SHIFTS = [0, 26, -26]; // pixels that a name may be moved down or up to keep clear of a ring

  // An arc, added to a path in canvas pixels; what lies beside the canvas is cut short to its end.
  function trace(path, topology, thin, ref, view, joined) {
    const arc = ref < 0 ? ~ref : ref;
    const step = ref < 0 ? -1 : 1;
    const first = thin.starts[arc];
    const last = thin.ends(arc) - 1;
    const [from, to] = ref < 0 ? [last, first] : [first, last];
    const beside = topology.beside(arc, view);
    for (let i = from; ; i += beside ? to - from : step) {
      const v = 2 * thin.kept[i];
      const x = topology.xy[v] * view.world - view.left;
      const y = topology.xy[v + 1] * view.world - view.top;
      if (i !== from || joined) path.lineTo(x, y);
      else path.moveTo(x, y);
      if (i === to) break;
    }
  }

  class Districts {
    // `tree` knows the units; `topology` their shapes.
    constructor(topology, tree) {
      this.topology = topology;
      this.tree = tree;
      this.fills = new Map(); // unit code -> colour
      this.group = []; // leaf -> unit code it is drawn as, "" outside
      this.picked = "";
      this.changed = null;
      const canvas = (draw, sharp) => new P.CanvasLayer(draw, { pane: "overlayPane", sharp });
      this.layer = L.layerGroup([
        (this.area = canvas((context, view, over) => this.fill(context, view, over), false)), // its edges lie under lines
        (this.lines = canvas((context, view) => this.borders(context, view), true)),
      ]);
    }

    // Which unit each leaf stands for, and the colour of each unit. Where only colours change, only those are painted.
    show(group, fills, picked) {
      const moved = !this.outlines || group.some((code, leaf) => code !== this.group[leaf]);
      if (moved) Object.assign(this, { outlines: P.outlines(this.topology, group), paths: null });
      this.changed = [...fills.keys()].filter((code) => fills.get(code) !== this.fills.get(code));
      const same = !moved && picked === this.picked;
      Object.assign(this, { group, fills, picked });
      this.area.redraw(!moved);
      if (!same) this.lines.redraw();
    }

    // Each unit by itself: its edges lie under the borders. The land around comes first.
    fill(context, view, over) {
      if (!this.outlines) return;
      const paths = this.areas(view);
      for (const code of over ? this.changed : paths.keys()) {
        if (!paths.has(code)) continue;
        context.fillStyle = this.fills.get(code) || CONTEXT;
        context.fill(paths.get(code), "evenodd");
      }
    }

    // Paths of the units seen; they are kept while the map stands still, for a filter changes nothing but colours.
    areas(view) {
      const same = this.paths && Object.keys(view).every((key) => view[key] === this.pathsView[key]);
      if (same) return this.paths;
      const thin = this.topology.thinned(1 / view.world);
      const seen = [...this.outlines].filter(([, rings]) => this.seen(rings, view));
      this.pathsView = view;
      this.paths = new Map(seen.map(([code, rings]) => [code, this.path(rings, view, thin)]));
      return this.paths;
    }

    path(rings, view, thin) {
      const path = new Path2D();
      for (const ring of rings) {
        ring.forEach((ref, i) => trace(path, this.topology, thin, ref, view, i > 0));
        path.closePath();
      }
      return path;
    }

    // Whether rings reach into the canvas; many arcs are taken as seen.
    seen(rings, view) {
      return rings.length > 20 || rings.some((ring) => ring.length > 60 || this.reaches(ring, view));
    }

    reaches(ring, view) {
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      for (const ref of ring) this.topology.widen(box, ref < 0 ? ~ref : ref);
      const { world, left, top, width, height } = view;
      return box[0] * world < left + width && box[2] * world > left && box[1] * world < top + height && box[3] * world > top;
    }

    borders(context, view) {
      if (!this.outlines) return;
      const thin = this.topology.thinned(1 / view.world);
      this.stroke(context, view, thin);
      this.outline(context, view, thin);
    }

    // Borders between leaves that stand for different units; thin grey ones in the land around.
    stroke(context, view, thin) {
      const inner = new Path2D();
      const outer = new Path2D();
      const { sides } = this.topology;
      for (let arc = 0; arc < this.topology.arcEnds.length; arc++) {
        const a = sides[2 * arc];
        const b = sides[2 * arc + 1];
        const one = this.group[a];
        const other = b < 0 ? null : this.group[b];
        if (one === other && (one || this.tree.province(a) === this.tree.province(b))) continue;
        if (!this.topology.beside(arc, view)) trace(one || other ? inner : outer, this.topology, thin, arc, view, false);
      }
      context.lineJoin = "round";
      context.lineWidth = 0.8;
      context.strokeStyle = "#c3ced9";
      context.stroke(outer);
      context.lineWidth = 1.1;
      context.strokeStyle = "#7f93a8";
      context.stroke(inner);
      this.topology.lines.forEach((line) => this.line(context, view, line.xy));
    }

    line(context, view, xy) {
      context.beginPath();
      for (let i = 0; i < xy.length; i += 2) context.lineTo(xy[i] * view.world - view.left, xy[i + 1] * view.world - view.top);
      context.stroke();
    }

    // The unit that was tapped: a strong border around all its leaves.
    outline(context, view, thin) {
      const rings = this.outlines.get(this.picked);
      if (!this.picked || !rings) return;
      const path = this.path(rings, view, thin);
      context.lineWidth = 5;
      context.strokeStyle = "rgba(255,255,255,.9)";
      context.stroke(path);
      context.lineWidth = 2.5;
      context.strokeStyle = "#12355f";
      context.stroke(path);
    }

    // Width of a unit in the Mercator square: what is narrower than its name goes unnamed.
    width(code) {
      if (!this.widths) {
        this.widths = new Map();
        this.tree.leaves.forEach((own, leaf) => {
          const [west, , east] = this.topology.bounds.subarray(leaf * 4);
          for (const unit of this.tree.chain(own)) {
            const [first, last] = this.widths.get(unit) || [Infinity, -Infinity];
            this.widths.set(unit, [Math.min(first, west), Math.max(last, east)]);
          }
        });
      }
      const [west, east] = this.widths.get(code);
      return east - west;
    }

    // Names of the units drawn, the picked one first, none over another or over what has `taken` its place already.
    names(context, view, taken) {
      context.font = "500 13px " + FONT;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineWidth = 3;
      const units = [...this.fills.keys()].sort((a, b) => (b === this.picked) - (a === this.picked));
      for (const code of units) {
        const place = this.tree.label(code);
        if (!place) continue;
        const x = place[0] * view.world - view.left;
        const y = place[1] * view.world - view.top;
        if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
        if (this.width(code) * view.world < this.tree.name(code).length * 9 && code !== this.picked) continue;
        const half = this.tree.name(code).length * 7 + 2;
        const box = (shift) => [x - half, y + shift - 9, x + half, y + shift + 9];
        const free = (b) => !taken.some((t) => b[0] < t[2] && b[2] > t[0] && b[1] < t[3] && b[3] > t[1]);
        const own = (down) => !down || this.group[this.topology.leafAt(place[0], place[1] + down / view.world)] === code;
        const shift = SHIFTS.find((down) => free(box(down)) && own(down));
        if (shift === undefined) continue;
        taken.push(box(shift));
        context.strokeStyle = "rgba(255,255,255,.85)";
        context.fillStyle = "#24364a";
        context.strokeText(this.tree.name(code), x, y + shift);
        context.fillText(this.tree.name(code), x, y + shift);
      }
    }
  }

  P.Districts = Districts;
})(window.PalmMap);
