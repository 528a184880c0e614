// The four lights as colour AND shape, so that nobody has to tell red from green: drawn once, then copied.
(function (P) {
  const SHAPES = {
    triangle: [[0, -1.05], [1, 0.75], [-1, 0.75]],
    square: [[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]],
    diamond: [[0, -1], [1, 0], [0, 1], [-1, 0]],
  };

  function outline(context, shape, x, y, radius) {
    context.beginPath();
    if (shape === "circle") context.arc(x, y, radius * 0.88, 0, 2 * Math.PI);
    else SHAPES[shape].forEach(([dx, dy]) => context.lineTo(x + dx * radius, y + dy * radius));
    context.closePath();
  }

  // One symbol: filled where the place is exact, hollow where it is approximate.
  function draw(context, light, x, y, radius, hollow) {
    context.lineJoin = "round";
    outline(context, light.shape, x, y, radius);
    context.lineWidth = hollow ? radius * 0.75 : radius * 0.5;
    context.strokeStyle = "#ffffff";
    context.stroke();
    context.fillStyle = hollow ? "#ffffff" : light.colour;
    context.fill();
    if (!hollow) return;
    context.lineWidth = radius * 0.42;
    context.strokeStyle = light.colour;
    context.stroke();
  }

  class Symbols {
    constructor(lights, radius, ratio) {
      this.lights = lights;
      this.half = Math.ceil(radius * 1.8);
      this.sprites = lights.map((light) => [false, true].map((hollow) => this.sprite(light, radius, ratio, hollow)));
      this.pictures = this.sprites.map((pair) => pair.map((canvas) => canvas.toDataURL()));
    }

    sprite(light, radius, ratio, hollow) {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = 2 * this.half * ratio;
      const context = canvas.getContext("2d");
      context.scale(ratio, ratio);
      draw(context, light, this.half, this.half, radius, hollow);
      return canvas;
    }

    blit(context, light, hollow, x, y) {
      context.drawImage(this.sprites[light][hollow], x - this.half, y - this.half, 2 * this.half, 2 * this.half);
    }

    // The symbol as a picture for cards, filters and the legend.
    picture(light, hollow) {
      const image = document.createElement("img");
      image.src = this.pictures[light][hollow ? 1 : 0];
      image.width = image.height = 2 * this.half;
      image.alt = this.lights[light].label;
      image.className = "palm-symbol";
      return image;
    }
  }

  P.drawSymbol = draw;
  P.Symbols = Symbols;
})(window.PalmMap);
