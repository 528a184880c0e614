// All sites on one canvas: symbols of single sites, rings of counts for several, and the site nearest to a finger.
(function (P) {
  const REACH = 22; // CSS pixels around the finger
  const LIGHTS = 4;

  class Sites {
    constructor(lights) {
      this.lights = lights;
      this.worst = lights.map((light) => light.rank);
      this.symbols = new P.Symbols(lights, 8, Math.min(window.devicePixelRatio || 1, 2));
      this.layer = new P.CanvasLayer((context, view) => this.draw(context, view), { pane: "markerPane" });
      this.selected = -1;
      this.made = null;
    }

    // The sites that are left; `left` is their number.
    show(sites, mask, left) {
      Object.assign(this, { sites, mask, left, made: null });
      this.layer.redraw();
    }

    select(index) {
      this.selected = index;
      this.layer.redraw();
    }

    clusters(zoom) {
      if (!this.made || this.madeAt !== zoom) {
        this.made = P.cluster(this.sites, this.mask, this.left, zoom, this.worst);
        this.madeAt = zoom;
      }
      return this.made;
    }

    draw(context, view) {
      if (!this.sites) return;
      const cells = this.clusters(view.zoom);
      const several = [];
      const taken = [];
      for (let cell = 0; cell < cells.size; cell++) {
        const x = cells.x[cell] * view.world - view.left;
        const y = cells.y[cell] * view.world - view.top;
        if (!cells.count[cell]) continue; // has joined another
        if (x < -30 || y < -30 || x > view.width + 30 || y > view.height + 30) continue;
        const half = cells.count[cell] > 1 ? Sites.radius(cells.count[cell]) + 3 : 8;
        taken.push([x - half, y - half, x + half, y + half]);
        if (cells.count[cell] > 1) several.push(cell);
        else this.symbols.blit(context, cells.light[cell], this.sites.approximate[cells.first[cell]], x, y);
      }
      several.forEach((cell) => this.ring(context, view, cells, cell));
      if (this.names) this.names(context, view, taken);
      this.mark(context, view);
    }

    static radius(count) {
      return 13 + Math.min(11, 3.2 * Math.log10(count));
    }

    // A disc with the count; its rim is divided by lights, and the worst light's symbol stands at its corner.
    ring(context, view, cells, cell) {
      const x = cells.x[cell] * view.world - view.left;
      const y = cells.y[cell] * view.world - view.top;
      const count = cells.count[cell];
      const radius = Sites.radius(count);
      context.beginPath();
      context.arc(x, y, radius + 1.5, 0, 2 * Math.PI);
      context.fillStyle = "#ffffff";
      context.fill();
      let angle = -Math.PI / 2;
      context.lineWidth = 4;
      for (const light of this.order()) {
        const share = (cells.lights[cell * LIGHTS + light] / count) * 2 * Math.PI;
        if (!share) continue;
        context.beginPath();
        context.arc(x, y, radius - 1, angle, angle + share);
        context.strokeStyle = this.lights[light].colour;
        context.stroke();
        angle += share;
      }
      context.font = "600 " + (count > 9999 ? 10 : 12) + "px sans-serif";
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillStyle = "#1c2733";
      context.fillText(count, x, y + 0.5);
      P.drawSymbol(context, this.lights[cells.light[cell]], x + radius * 0.75, y - radius * 0.75, 5.5, false);
    }

    order() {
      return this.lights.map((_, light) => light).sort((a, b) => this.worst[a] - this.worst[b]);
    }

    mark(context, view) {
      if (this.selected < 0 || !this.sites.placed[this.selected]) return;
      const x = this.sites.x[this.selected] * view.world - view.left;
      const y = this.sites.y[this.selected] * view.world - view.top;
      context.beginPath();
      context.arc(x, y, 17, 0, 2 * Math.PI);
      context.lineWidth = 6;
      context.strokeStyle = "rgba(255,255,255,.9)";
      context.stroke();
      context.lineWidth = 3;
      context.strokeStyle = "#12355f";
      context.stroke();
    }

    // The sites under a finger at Mercator position x, y: of the nearest cell in reach, none where there is none.
    at(x, y, zoom) {
      if (!this.sites) return [];
      const cells = this.clusters(zoom);
      const world = 256 * Math.pow(2, zoom);
      let nearest = -1;
      let best = REACH;
      for (let cell = 0; cell < cells.size; cell++) {
        if (!cells.count[cell]) continue;
        const size = cells.count[cell] > 1 ? Sites.radius(cells.count[cell]) : 8;
        const away = Math.hypot((cells.x[cell] - x) * world, (cells.y[cell] - y) * world) - size + 8;
        if (away <= best) {
          best = away;
          nearest = cell;
        }
      }
      if (nearest < 0) return [];
      const found = [];
      for (let i = 0; i < this.sites.size; i++) if (cells.holder(i) === nearest) found.push(i);
      return found;
    }
  }

  P.Sites = Sites;
})(window.PalmMap);
