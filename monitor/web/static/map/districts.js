// The districts on the map: each filled by the class of the unit it stands for, borders by rank, names where there is room.
(function (P) {
  const CONTEXT = "#eef2f6"; // land outside the unit that is looked at
  const FONT = '"Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif';

  const SHIFTS = [0, 26, -26, 40, -40]; // pixels that a name may be moved down or up to keep clear of a ring

  // A ring of a leaf, added to a path in canvas pixels.
  function trace(path, topology, thin, ring, view) {
    let first = true;
    for (let k = topology.ringStarts[ring]; k < topology.ringEnds[ring]; k++) {
      const ref = topology.refs[k];
      const arc = ref < 0 ? ~ref : ref;
      const from = ref < 0 ? thin.ends[arc] - 1 : thin.starts[arc];
      const to = ref < 0 ? thin.starts[arc] - 1 : thin.ends[arc];
      for (let i = from; i !== to; i += ref < 0 ? -1 : 1) {
        const v = 2 * thin.kept[i];
        const x = topology.xy[v] * view.world - view.left;
        const y = topology.xy[v + 1] * view.world - view.top;
        if (first) path.moveTo(x, y);
        else path.lineTo(x, y);
        first = false;
      }
    }
    path.closePath();
  }

  function strokeArc(path, topology, thin, arc, view) {
    for (let i = thin.starts[arc]; i < thin.ends[arc]; i++) {
      const v = 2 * thin.kept[i];
      const x = topology.xy[v] * view.world - view.left;
      const y = topology.xy[v + 1] * view.world - view.top;
      if (i === thin.starts[arc]) path.moveTo(x, y);
      else path.lineTo(x, y);
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
      this.layer = new P.CanvasLayer((context, view) => this.draw(context, view), { pane: "overlayPane" });
    }

    // Which unit each leaf stands for, and the colour of each unit.
    show(group, fills, picked) {
      this.group = group;
      this.fills = fills;
      this.picked = picked;
      this.layer.redraw();
    }

    draw(context, view) {
      const thin = this.topology.thinned(1 / view.world);
      const visible = this.visible(view);
      this.fill(context, view, thin, visible);
      this.stroke(context, view, thin, visible);
      this.outline(context, view, thin);
    }

    visible(view) {
      const { bounds, size } = this.topology;
      const left = view.left / view.world;
      const top = view.top / view.world;
      const right = (view.left + view.width) / view.world;
      const bottom = (view.top + view.height) / view.world;
      const found = [];
      for (let leaf = 0, b = 0; leaf < size; leaf++, b += 4) {
        if (bounds[b] < right && bounds[b + 2] > left && bounds[b + 1] < bottom && bounds[b + 3] > top) found.push(leaf);
      }
      return found;
    }

    fill(context, view, thin, visible) {
      const paths = new Map();
      for (const leaf of visible) {
        const colour = this.fills.get(this.group[leaf]) || CONTEXT;
        if (!paths.has(colour)) paths.set(colour, new Path2D());
        for (let ring = this.topology.leafStarts[leaf]; ring < this.topology.leafEnds[leaf]; ring++) {
          trace(paths.get(colour), this.topology, thin, ring, view);
        }
      }
      paths.forEach((path, colour) => {
        context.fillStyle = colour;
        context.fill(path, "evenodd");
      });
    }

    // Borders between leaves that stand for different units; thin grey ones in the land around.
    stroke(context, view, thin, visible) {
      const inner = new Path2D();
      const outer = new Path2D();
      const { sides } = this.topology;
      const seen = new Set(visible);
      for (let arc = 0; arc < this.topology.arcEnds.length; arc++) {
        const a = sides[2 * arc];
        const b = sides[2 * arc + 1];
        if (!seen.has(a) && !seen.has(b)) continue;
        const one = this.group[a];
        const other = b < 0 ? null : this.group[b];
        if (one === other && (one || this.tree.province(a) === this.tree.province(b))) continue;
        strokeArc(one || other ? inner : outer, this.topology, thin, arc, view);
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
      if (!this.picked) return;
      const path = new Path2D();
      const { sides } = this.topology;
      for (let arc = 0; arc < this.topology.arcEnds.length; arc++) {
        const one = this.group[sides[2 * arc]] === this.picked;
        const other = sides[2 * arc + 1] >= 0 && this.group[sides[2 * arc + 1]] === this.picked;
        if (one !== other) strokeArc(path, this.topology, thin, arc, view);
      }
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
        const shift = SHIFTS.find((down) => free(box(down)));
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
