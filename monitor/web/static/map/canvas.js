// A canvas over the map. It is a little larger than what is seen, moves and scales with the map while a finger drags or
// pinches (as Leaflet's own renderers do), and is drawn anew when the finger is lifted.
(function (P) {
  P.CanvasLayer = L.Renderer.extend({
    options: { padding: 0.1, tolerance: 0, sharp: true },

    initialize(draw, options) {
      L.Renderer.prototype.initialize.call(this, options);
      this.drawing = draw;
    },

    _updatePaths() {},

    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.className = "palm-canvas";
      this.context = this._container.getContext("2d");
    },

    _destroyContainer() {
      L.DomUtil.remove(this._container);
      delete this._container;
    },

    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const ratio = this.options.sharp ? Math.min(window.devicePixelRatio || 1, 2) : 1;
      L.DomUtil.setPosition(this._container, this._bounds.min);
      const width = Math.round(size.x * ratio);
      const height = Math.round(size.y * ratio);
      if (this._container.width !== width || this._container.height !== height) {
        this._container.width = width;
        this._container.height = height;
        this._container.style.width = size.x + "px";
        this._container.style.height = size.y + "px";
        this.clean = true;
      }
      this.ratio = ratio;
      this.redraw();
    },

    // Where things are: `world` pixels wide is the Mercator square, `left`/`top` is the canvas corner in it.
    view() {
      const origin = this._map.getPixelOrigin().add(this._bounds.min);
      const size = this._bounds.getSize();
      const world = 256 * Math.pow(2, this._map.getZoom());
      return { world, left: origin.x, top: origin.y, width: size.x, height: size.y, zoom: this._map.getZoom() };
    },

    // `over`: what is drawn already stays, and the drawing paints over it.
    redraw(over) {
      if (!this._map || !this._bounds) return;
      const size = this._bounds.getSize();
      this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      if (!over && !this.clean) this.context.clearRect(0, 0, size.x, size.y);
      this.clean = false;
      this.drawing(this.context, this.view(), over === true);
    },
  });
})(window.PalmMap);
