// The dividing line with its handle. It stands beside the map, not in it: what happens to it never reaches the map, which
// would otherwise begin to move under the finger.
(function (P) {
  const { element } = P;

  class Divider {
    constructor(frame, onmove) {
      Object.assign(this, { frame, onmove, finger: null });
      this.grip = element("div.inspect-grip", { role: "slider", tabindex: "0" }, element("i", { ariaHidden: "true" }));
      for (const [name, value] of [["aria-label", "前后影像分界"], ["aria-valuemin", 0], ["aria-valuemax", 100]]) this.grip.setAttribute(name, value);
      this.line = element("div.inspect-line", {}, this.grip);
      frame.append(this.line);
      this.grip.addEventListener("pointerdown", (event) => this.take(event));
      this.grip.addEventListener("pointermove", (event) => this.move(event));
      for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) this.grip.addEventListener(end, () => this.leave());
    }

    take(event) {
      event.preventDefault();
      this.grip.setPointerCapture(event.pointerId);
      this.box = this.frame.getBoundingClientRect();
      this.off = event.clientX - this.grip.getBoundingClientRect().left - this.grip.offsetWidth / 2;
      this.finger = event.pointerId;
      this.grip.classList.add("held");
    }

    move(event) {
      if (event.pointerId !== this.finger) return;
      this.onmove((event.clientX - this.off - this.box.left) / this.box.width);
    }

    leave() {
      this.finger = null;
      this.grip.classList.remove("held");
    }

    place(line, share) {
      this.line.style.transform = `translate3d(${line}px, 0, 0)`;
      this.grip.setAttribute("aria-valuenow", Math.round(100 * share));
    }
  }

  P.Divider = Divider;
})(window.PalmMap);
