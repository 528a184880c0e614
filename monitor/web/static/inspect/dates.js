// The dates of a site: one stop a date, one thumb for each picture; arrows beside it step the later one.
(function (P) {
  const { element, button } = P;
  const NAMES = { before: "前期影像日期", after: "后期影像日期" };

  class Dates {
    constructor(scenes, onchange) {
      Object.assign(this, { scenes, onchange });
      this.last = scenes.length - 1;
      const thumb = (side) => {
        const made = element(`input.inspect-thumb.${side}`, { type: "range", min: 0, max: this.last, step: 1 });
        made.setAttribute("aria-label", NAMES[side]);
        made.oninput = () => this.pick(side, Number(made.value));
        return made;
      };
      this.thumbs = { before: thumb("before"), after: thumb("after") };
      const stops = scenes.map((scene, i) => this.stop(scene, i));
      this.track = element("div.inspect-track", {}, element("div.inspect-stops", {}, stops), this.thumbs.before, this.thumbs.after);
      const arrow = (step, label, text) => {
        const made = button(".inspect-arrow", () => this.step("after", step), text);
        made.setAttribute("aria-label", label);
        return made;
      };
      this.bar = element("div.inspect-dates", {}, arrow(-1, "后期影像上一期", "◀"), this.track, arrow(1, "后期影像下一期", "▶"));
    }

    // A year is written where it begins; few dates are written out.
    stop(scene, i) {
      const year = scene.on.slice(0, 4);
      const begins = !i || this.scenes[i - 1].on.slice(0, 4) !== year;
      const text = this.last <= 8 ? scene.on.slice(2).replaceAll("-", ".") : begins ? year : "";
      const made = element("i" + (scene.usable ? "" : ".unusable") + (scene.judged ? ".judged" : ""), { title: scene.on }, element("u", {}, text));
      made.style.left = this.last ? `${(100 * i) / this.last}%` : "50%";
      return made;
    }

    // The earlier picture stays before the later one.
    pick(side, place) {
      const { before, after } = this.chosen();
      const kept = side === "before" ? Math.min(place, after - 1) : Math.max(place, before + 1);
      this.set({ ...this.chosen(), [side]: Math.max(0, Math.min(this.last, kept)) });
      this.onchange(this.chosen());
    }

    step(side, by) {
      this.pick(side, this.chosen()[side] + by);
    }

    chosen() {
      return { before: Number(this.thumbs.before.value), after: Number(this.thumbs.after.value) };
    }

    set(chosen) {
      for (const side of P.SIDES) {
        this.thumbs[side].value = chosen[side];
        this.thumbs[side].setAttribute("aria-valuetext", this.scenes[chosen[side]].on);
        this.track.style.setProperty("--" + side, this.last ? chosen[side] / this.last : 0);
      }
    }
  }

  P.Dates = Dates;
})(window.PalmMap);
