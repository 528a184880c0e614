// Images of a site on one map: the earlier date in one pane, the later one in another, each cut at the dividing line.
// One map drives both, so that they cannot drift apart by a pixel. Side by side, the later pane stands half a frame to
// the right, and a finger there means the same place as half a frame to the left.
(function (P) {
  const SIDES = ["before", "after"];
  const EQUATOR_M = 156543.034;
  const STALE_MS = 1500;
  const LEAST_ZOOM = 8;

  // The outer edge alone: the inner one runs beside the outline of the site.
  const outer = (ring) => ring && (ring.type === "Polygon" ? { ...ring, coordinates: ring.coordinates.slice(0, 1) } : ring);

  class Images {
    constructor(map, options, onload) {
      Object.assign(this, { map, onload, shown: {}, at: 0.5, split: false });
      this.deepest = options.scenes.map((scene) => this.depth(scene)).reduce((a, b) => Math.max(a, b), 12);
      map.options.zoomSnap = 1;
      map.options.minZoom = LEAST_ZOOM; // else the first layer zooms in to its own least, and ends there after the fit
      map.setMaxZoom(Math.min(this.deepest + 3, 22));
      for (const side of SIDES) this.pane(side, options);
      const plain = map.mouseEventToContainerPoint;
      map.mouseEventToContainerPoint = (event) => this.folded(plain.call(map, event), event.pointerType === "touch" || "identifier" in event);
      const first = (event) => event.isPrimary && (this.begun = plain.call(map, event).x);
      map.getContainer().addEventListener("pointerdown", first, { capture: true, passive: true });
      map.on("move zoom viewreset resize", () => this.cut());
    }

    // The zoom at which a pixel of the image is a pixel of the map.
    depth(scene) {
      const south = (scene.bounds[1] * Math.PI) / 180;
      return Math.max(LEAST_ZOOM, Math.min(21, Math.ceil(Math.log2((EQUATOR_M * Math.cos(south)) / scene.gsd_m))));
    }

    pane(side, options) {
      const pane = this.map.createPane(side);
      pane.style.zIndex = side === "before" ? 200 : 201;
      const lines = L.svg({ pane: side, padding: 0.3 });
      const draw = (shape, style) => shape && L.geoJSON(shape, { pane: side, renderer: lines, interactive: false, style }).addTo(this.map);
      draw(outer(options.ring), { color: "#ffffff", weight: 1.5, dashArray: "6 6", fill: false, opacity: 0.9 });
      draw(options.site, { color: "#12355f", weight: 5, fill: false, opacity: 0.55 });
      draw(options.site, { color: "#ffd600", weight: 2.5, fill: false });
    }

    // The picture before stays until the next one is there, so that nothing flashes.
    show(side, scene) {
      const old = this.shown[side];
      if (old && old.scene === scene) return;
      const [west, south, east, north] = scene.bounds;
      const bounds = [[south, west], [north, east]];
      const layer = L.tileLayer(scene.tiles, { pane: side, bounds, maxNativeZoom: this.depth(scene), maxZoom: 22, minZoom: LEAST_ZOOM, keepBuffer: 1, zIndex: 1 });
      layer.scene = scene;
      this.shown[side] = layer;
      const gone = () => old && old.remove();
      layer.once("load", gone);
      layer.on("loading load", (event) => this.shown[side] === layer && this.onload(side, event.type === "load"));
      setTimeout(gone, STALE_MS);
      layer.addTo(this.map);
      layer.bringToFront();
    }

    width() {
      return this.map.getSize().x;
    }

    half() {
      return Math.round(this.width() / 2);
    }

    // Where the dividing line is, in pixels from the left edge.
    line() {
      return this.split ? this.half() : Math.round(this.width() * this.at);
    }

    // Two fingers that stand on either side of the middle mean one picture, that of the first finger.
    folded(point, touched) {
      if (this.split && (touched ? this.begun : point.x) > this.half()) point.x -= this.half();
      return point;
    }

    divide(at) {
      this.at = Math.max(0, Math.min(1, at));
      this.cut();
    }

    splitting(split) {
      this.split = split;
      this.cut();
    }

    cut() {
      const { map } = this;
      const { x: width, y: height } = map.getSize();
      const line = this.line();
      const moved = this.split ? this.half() : 0;
      const spans = { before: [0, line], after: [line - moved, width - moved] };
      for (const side of SIDES) {
        const pane = map.getPane(side);
        const corner = map.containerPointToLayerPoint([spans[side][0], 0]);
        const right = corner.x + spans[side][1] - spans[side][0];
        pane.style.clipPath = `inset(${corner.y}px ${-right}px ${-corner.y - height}px ${corner.x}px)`;
        pane.style.transform = side === "after" && moved ? `translate3d(${moved}px, 0, 0)` : "";
      }
    }

    fit(bounds) {
      const right = this.split ? this.half() : 0;
      this.map.fitBounds(bounds, { animate: false, paddingTopLeft: [24, 76], paddingBottomRight: [right + 24, 40] });
    }
  }

  P.SIDES = SIDES;
  P.Images = Images;
})(window.PalmMap);
