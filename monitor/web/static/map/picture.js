// The part of the view that works out what is shown: filters, sums by unit, classes, and then draws every part.
(function (P) {
  P.unproject = (x, y) => [((2 * Math.atan(Math.exp(Math.PI * (1 - 2 * y))) - Math.PI / 2) * 180) / Math.PI, (x - 0.5) * 360];

  Object.assign(P.View.prototype, {
    shade() {
      return this.options.shades.find((shade) => shade.key === this.state.shade);
    },

    shaded(sum) {
      const shade = this.shade();
      if (shade.money) return P.format.money(sum[shade.key]);
      return shade.percent ? P.format.percent(sum[shade.key]) : P.format.count(sum[shade.key]) + " " + shade.unit;
    },

    breaks() {
      const found = this.sites.breaks[this.state.unit + (this.state.deep ? "*" : "")];
      return found ? found[this.state.shade] : [];
    },

    // By unit number: the unit below `code` it belongs to, "" outside.
    groups(code, deep) {
      return this.sites.units.code.map((unit) => this.tree.below(unit, code, deep));
    },

    // Sums of the sites left by the unit below `code`; the sites of `code` itself under its own code.
    sumsBelow(code, deep) {
      return P.sumGroups(this.sums, this.groups(code, deep));
    },

    sumOf(code) {
      return P.sumGroups(this.sums, this.groups(code, false).map((group) => (group ? code : ""))).get(code);
    },

    // Sites left in a unit, with a place on the map or without.
    left(code, placed) {
      const inside = this.groups(code, false);
      const { size, unit, placed: has } = this.sites;
      const found = [];
      for (let i = 0; i < size; i++) if (this.result.mask[i] && has[i] === placed && inside[unit[i]]) found.push(i);
      return found;
    },

    colour(sum) {
      const value = sum && sum[this.state.shade];
      if (!P.format.known(value)) return this.options.none;
      const above = this.breaks().filter((limit) => value >= limit).length;
      return this.options.palette[above];
    },

    refresh() {
      if (!this.sites) return;
      const { unit, deep } = this.state;
      const inside = Uint8Array.from(this.groups(unit, deep), (group) => (group ? 1 : 0));
      this.result = P.applyFilters(this.sites, this.state, inside, this.search);
      this.sums = P.sumUnits(this.sites, this.result.mask);
      const sums = this.sumsBelow(unit, deep);
      this.samples = [...sums.values()].reduce((all, sum) => all + sum.samples, 0);
      this.group = this.tree.leaves.map((leaf) => this.tree.below(leaf, unit, deep));
      const fills = new Map(this.group.filter(Boolean).map((code) => [code, this.colour(sums.get(code))]));
      this.districts.show(this.group, fills, this.state.picked);
      this.layer.show(this.sites, this.result.mask, this.result.placed);
      for (const layer of [this.districts.layer, this.layer.layer]) if (!this.map.hasLayer(layer)) this.map.addLayer(layer);
      this.key.replaceChildren(P.legend(this));
      this.bar.update();
      this.fillPanel();
      document.body.dataset.left = this.result.left;
      P.ahead.drawn();
    },

    // A card that is drawn anew in place stays where it was scrolled to.
    fillPanel() {
      const stays = this.mode === "filters" && this.panel.dataset.mode === this.mode;
      const top = stays ? this.panel.scrollTop : 0;
      this.panel.replaceChildren(this.card());
      this.panel.dataset.mode = this.mode;
      this.panel.scrollTop = top;
    },

    card() {
      if (this.mode === "filters") return P.filterPanel(this);
      if (this.mode === "site" && this.layer.selected >= 0) return P.siteCard(this, this.layer.selected);
      if (this.mode === "several") return P.severalCard(this, this.several);
      if (this.mode === "found") return this.foundCard();
      return P.unitCard(this, this.tree.has(this.state.picked) ? this.state.picked : this.state.unit);
    },

    foundCard() {
      const found = [...this.left(this.state.unit, 1), ...this.left(this.state.unit, 0)];
      const title = P.element("h2", {}, `找到 ${P.format.count(found.length)} 个项目`);
      return P.element("div.palm-card", {}, P.element("header", {}, title, P.closer(this)), P.siteRows(this, found));
    },

    fit(code, animate) {
      const { bounds } = this.topology;
      const own = this.tree.leavesOf(code);
      const leaves = own.length ? own : this.tree.leavesOf(P.NATION); // a unit without a shape: all that was sent
      if (!leaves.length) return;
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      leaves.forEach((leaf) => {
        for (const side of [0, 1]) {
          box[side] = Math.min(box[side], bounds[leaf * 4 + side]);
          box[side + 2] = Math.max(box[side + 2], bounds[leaf * 4 + side + 2]);
        }
      });
      this.fitted = true;
      this.map.fitBounds([P.unproject(box[0], box[1]), P.unproject(box[2], box[3])], { animate, padding: [16, 16] });
    },
  });

  // Called by the folium elements: once for the map, once for each new day of data. Where the page carried the same map
  // from its first byte, that one is kept, and this frame only speaks for it.
  P.open = function (map, options) {
    const drawn = P.ahead.take(options);
    if (drawn) {
      P.show = (urls) => drawn.show(urls);
      return;
    }
    P.view = new P.View(map, options);
    P.view.ready = P.view.loadDistricts(options.districts).catch(P.fail);
  };

  P.show = function (urls) {
    if (P.view.urls && P.view.urls.sites === urls.sites) return;
    P.view.loadSites(urls).catch(P.fail);
  };

  P.fail = function (error) {
    P.ahead.drawn();
    P.view.panel.replaceChildren(P.element("p.palm-nothing", {}, error.message || "数据读取失败，请刷新页面"));
    throw error;
  };
})(window.PalmMap);
