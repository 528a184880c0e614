// The two pictures of a site, what each of them is, and the dates to choose from.
(function (P) {
  const { element, button } = P;
  const SAMPLE = "示例影像";
  const TITLES = { before: "前", after: "后" };

  const chinese = (on) => on.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, "$1年$2月$3日");

  // What is written all over a picture that was made, not taken.
  function stamp(text) {
    const canvas = element("canvas", { width: 600, height: 380 });
    const context = canvas.getContext("2d");
    Object.assign(context, { font: "600 44px sans-serif", textAlign: "center", fillStyle: "rgba(255, 255, 255, .38)", strokeStyle: "rgba(0, 0, 0, .22)", lineWidth: 2 });
    for (const [x, y] of [[150, 110], [450, 290]]) {
      context.setTransform(0.94, -0.34, 0.34, 0.94, x, y);
      context.strokeText(text, 0, 0);
      context.fillText(text, 0, 0);
    }
    return `url(${canvas.toDataURL()})`;
  }

  class Inspector {
    constructor(map, options) {
      Object.assign(this, { map, options, scenes: options.scenes, single: options.scenes.length === 1 });
      this.frame = element("div.palm-map.inspect-frame" + (this.single ? ".single" : ""));
      this.dates = new P.Dates(this.scenes, () => this.refresh());
      this.switcher = button(".inspect-mode", () => this.switch());
      const whole = button(".inspect-whole", () => this.fit(), "看全地块");
      const back = button(".inspect-back", () => this.judged(), "回到研判的两期");
      const key = element("small.inspect-key", {}, element("i"), "研判所用", element("i.unusable"), "被云遮挡或不可用");
      const tools = element("div.inspect-tools", {}, this.switcher, whole, back, key);
      document.body.append(element("div.palm.inspect", {}, this.frame, ...(this.single ? [] : [this.dates.bar]), tools));
      if (this.single) tools.replaceChildren(whole);
      else if (!options.after) tools.replaceChildren(this.switcher, whole);
      this.frame.append(map.getContainer());
      P.name(map, "前后影像");
      this.frame.style.setProperty("--stamp", stamp(SAMPLE));
      this.signs = Object.fromEntries(P.SIDES.map((side) => [side, element(`div.inspect-side.${side}`, {}, element("div"))]));
      this.frame.append(...Object.values(this.signs));
      this.images = new P.Images(map, options, (side, done) => this.signs[side].classList.toggle("loading", !done));
      this.divider = new P.Divider(this.frame, (at) => this.divide(at));
      new ResizeObserver(() => this.resized()).observe(map.getContainer());
      for (const gesture of ["pointerdown", "wheel"]) map.getContainer().addEventListener(gesture, () => (this.fitted = false), { passive: true });
      P.listen((what, ...how) => this[what](...how));
      this.switch(!this.single && options.mode === "split");
      if (this.single) this.divide(0);
      this.fit();
      this.judged();
    }

    judged() {
      const place = (id, otherwise) => {
        const found = this.scenes.findIndex((scene) => scene.id === id);
        return found < 0 ? otherwise : found;
      };
      const after = place(this.options.after, this.scenes.length - 1);
      this.dates.set({ before: place(this.options.before, 0), after });
      this.refresh();
    }

    refresh() {
      const chosen = this.dates.chosen();
      for (const side of this.single ? ["after"] : P.SIDES) {
        const scene = this.scenes[chosen[side]];
        this.images.show(side, scene);
        this.signs[side].firstChild.replaceChildren(this.sign(side, scene));
        this.signs[side].classList.toggle("sample", scene.sample);
        document.body.dataset[side] = scene.on;
      }
    }

    // What the picture is, on the picture.
    sign(side, scene) {
      const lines = [scene.source, scene.said].filter(Boolean).map((text) => element("small", {}, text));
      const sample = scene.sample && element("em", {}, SAMPLE);
      return element("p.inspect-sign", {}, element("b", {}, this.single ? chinese(scene.on) : `${TITLES[side]} ${chinese(scene.on)}`), sample, ...lines);
    }

    divide(at) {
      this.images.divide(at);
      this.place();
    }

    place() {
      const line = this.images.line();
      this.divider.place(line, this.images.at);
      this.frame.style.setProperty("--line", line + "px");
    }

    switch(split = !this.images.split) {
      if (this.single && split) return;
      this.images.splitting(split);
      this.frame.classList.toggle("split", split);
      this.switcher.replaceChildren(split ? "改为卷帘" : "改为并排");
      document.body.dataset.mode = split ? "split" : "swipe";
      this.place();
      if (this.fitted) this.fit();
    }

    fit() {
      this.images.fit(L.geoJSON(this.options.site).getBounds().pad(0.15));
      this.fitted = true;
    }

    // The style sheet may arrive after the script, and a tablet may be turned.
    resized() {
      this.map.invalidateSize({ animate: false });
      this.images.cut();
      this.place();
      if (this.fitted) this.fit();
    }

    // --- keys ---

    nudge(by) {
      if (!this.single) this.divide(this.images.at + by);
    }

    step(side, by) {
      if (!this.single) this.dates.step(side, by);
    }

    decide(number) {
      window.Streamlit.setComponentValue({ decide: number, at: Date.now() });
    }
  }

  P.inspect = function (map, options) {
    P.inspector = new Inspector(map, options);
  };
})(window.PalmMap);
