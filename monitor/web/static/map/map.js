// The view: what is looked at (state), what is left of the sites (result), and the parts that show it.
(function (P) {
  const { element } = P;

  class View {
    constructor(map, options) {
      Object.assign(this, { map, options, lights: options.lights, root: options.root, state: P.address.read(), mode: "unit", several: [] });
      this.layer = new P.Sites(options.lights);
      this.bar = new P.Bar(this);
      this.panel = element("aside.palm-panel", { "aria-label": "详情" }, element("p.palm-nothing", {}, "正在读取地图和项目…"));
      this.frame = element("div.palm-map");
      this.key = element("div");
      document.body.append(element("div.palm", {}, this.bar.bar, this.bar.status, this.frame, this.panel));
      this.frame.append(map.getContainer(), this.key);
      P.name(map, "项目地图");
      new ResizeObserver(() => this.resized()).observe(map.getContainer());
      for (const gesture of ["pointerdown", "wheel"]) this.frame.addEventListener(gesture, () => (this.fitted = false), { passive: true });
      map.on("click", (event) => this.tap(event.latlng));
    }

    // The style sheet may arrive after the script, and a tablet may be turned: fit again what nobody has moved.
    resized() {
      const before = this.map.getSize();
      this.map.invalidateSize({ animate: false });
      if (this.fitted && !before.equals(this.map.getSize())) this.fit(this.state.unit, false);
    }

    async loadDistricts(url) {
      const data = await P.fetchPacked(url);
      this.tree = new P.Tree(data);
      this.topology = new P.Topology(data);
      this.districts = new P.Districts(this.topology, this.tree);
      if (!this.tree.has(this.state.unit) || this.state.unit === P.NATION) this.state.unit = this.root;
      this.layer.names = (context, view, taken) => this.districts.names(context, view, taken);
      this.fit(this.state.unit, false);
    }

    // The sites of a day; a newer call wins over an older one that answers late.
    async loadSites(urls) {
      this.urls = urls;
      this.bar.showMonth(urls.asOf.split("-").map(Number));
      const [data] = await Promise.all([P.fetchPacked(urls.sites), this.ready]);
      if (this.urls !== urls) return;
      this.sites = P.decodeSites(data);
      this.tree.addOthers(this.sites.units);
      this.words = null;
      if (!this.tree.has(this.state.unit)) this.state.unit = this.root;
      this.layer.selected = this.sites.id.indexOf(this.state.site);
      this.mode = this.layer.selected < 0 ? "unit" : "site";
      this.refresh();
      this.loadNames(urls);
    }

    // Names are many bytes and are searched, not drawn: they come after the first picture.
    async loadNames(urls) {
      const names = await P.fetchPacked(urls.names);
      if (this.urls !== urls) return;
      this.names = names;
      if (this.state.text.trim()) this.refresh();
      else if (this.panel.querySelector(".palm-row, .palm-site")) this.fillPanel(); // what stands there without its name
      document.body.dataset.ready = urls.asOf;
    }

    // Name and code of every site in small letters; null while nothing is searched, or before the names are here.
    get search() {
      if (!this.names || !this.state.text.trim()) return null;
      const { name, code } = this.names;
      this.words = this.words || name.map((own, i) => (own + " " + code[i]).toLowerCase());
      return this.words;
    }

    nameOf(index) {
      return this.names ? this.names.name[index] : "项目 " + this.sites.id[index];
    }

    details(id) {
      return P.fetchJson(this.urls.site.replace("ID", id));
    }

    // --- what is looked at ---

    change(part) {
      Object.assign(this.state, part);
      this.refresh();
      P.address.write(this.state);
    }

    clear() {
      const { filters, ranges, text } = P.address.fresh();
      this.change({ filters, ranges, text });
    }

    searchFor(text) {
      this.mode = text.trim() ? "found" : "unit";
      this.layer.selected = -1;
      this.change({ text, site: null });
    }

    filters() {
      this.mode = this.mode === "filters" ? "unit" : "filters";
      this.change({});
    }

    close() {
      this.mode = this.state.text.trim() && this.mode === "site" ? "found" : "unit";
      this.layer.selected = -1;
      this.change({ site: null, picked: this.mode === "unit" ? "" : this.state.picked });
    }

    pick(code) {
      if (code === this.state.picked) return this.enter(code);
      this.mode = "unit";
      this.layer.selected = -1;
      return this.change({ picked: code, site: null });
    }

    enter(code) {
      this.mode = "unit";
      this.layer.selected = -1;
      this.fit(code, true);
      this.change({ unit: code, picked: "", site: null });
    }

    choose(index) {
      this.mode = "site";
      this.layer.selected = index;
      this.show(index);
      this.change({ site: this.sites.id[index] });
    }

    // Bring a site into view if it is not.
    show(index) {
      if (!this.sites.placed[index]) return;
      const at = P.unproject(this.sites.x[index], this.sites.y[index]);
      if (!this.map.getBounds().pad(-0.1).contains(at)) this.map.setView(at, Math.max(this.map.getZoom(), 10));
    }

    // Ask the page for another page: the dossier of a project, or the comparison of a unit or of the units under it.
    ask(wanted) {
      P.ahead.tell({ ...wanted, at: Date.now() });
    }

    // Look at the end of a month: the page reads the day from its address, and sends the addresses of that day's data.
    turn(year, month) {
      this.bar.status.replaceChildren(P.element("span.palm-left", {}, `正在读取 ${year}年${month}月的数据…`));
      P.address.turn(this.state, new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10));
    }

    // --- taps ---

    tap(latlng) {
      if (!this.sites) return;
      const metres = L.CRS.EPSG3857.project(latlng);
      const point = [metres.x / P.WORLD + 0.5, 0.5 - metres.y / P.WORLD];
      const found = this.layer.at(point[0], point[1], this.map.getZoom());
      if (found.length === 1) this.choose(found[0]);
      else if (found.length) this.spread(found);
      else this.tapDistrict(point);
    }

    // Several sites under the finger: go closer where that parts them, else list them.
    spread(found) {
      const bounds = L.latLngBounds(found.map((i) => P.unproject(this.sites.x[i], this.sites.y[i])));
      const zoom = Math.min(this.map.getBoundsZoom(bounds.pad(0.2)), 16);
      if (zoom > this.map.getZoom()) {
        this.map.setView(bounds.getCenter(), zoom);
        return;
      }
      this.mode = "several";
      this.several = found;
      this.refresh();
    }

    tapDistrict(point) {
      const leaf = this.topology.leafAt(point[0], point[1]);
      const code = leaf < 0 ? "" : this.group[leaf];
      if (code && code !== this.state.unit) this.pick(code);
      else if (this.mode !== "unit" || this.state.picked) this.close();
    }
  }

  P.View = View;
})(window.PalmMap);
