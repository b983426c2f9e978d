// A signature on glass: strokes of a finger, a pen or a mouse, kept as numbers and drawn anew whenever the glass changes
// its size, given away as a small PNG, black on white. Pressure is not asked for: a thumb in a glove has none.
// Who cannot sign is written down instead: the same picture then bears the reason in words, so no record lacks its mark.
(function (station) {
  "use strict";

  const INK = "#000", PAPER = "#fff";
  const WIDTHS = [600, 480, 360, 280];  // of the picture, the first that stays small enough
  const MOST = 30000;  // bytes of a picture
  const SHORTEST = 0.12;  // of the glass's width: less ink is a slip of the thumb, not a name
  const POINTS_MOST = 6000;  // far more than any name; a child left with the glass fills no memory
  let last = null;

  const prepare = (ink, width) => {
    ink.strokeStyle = INK;
    ink.lineWidth = Math.max(1.6, width / 150);
    ink.lineCap = ink.lineJoin = "round";
  };

  // A line through the middles of what was told: smooth without knowing where the hand will go.
  const draw = (ink, strokes, width, height) => {
    ink.fillStyle = PAPER;
    ink.fillRect(0, 0, width, height);
    prepare(ink, width);
    for (const stroke of strokes) trace(ink, stroke, width);
  };

  const trace = (ink, stroke, width) => {
    const at = (n) => [stroke[n] * width, stroke[n + 1] * width];
    ink.beginPath();
    ink.moveTo(...at(0));
    for (let n = 2; n + 3 < stroke.length; n += 2) {
      const [x, y] = at(n), [nextX, nextY] = at(n + 2);
      ink.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
    }
    ink.lineTo(...at(stroke.length - 2));
    ink.stroke();
  };

  const length = (strokes) => {
    let sum = 0;
    for (const stroke of strokes) {
      for (let n = 2; n < stroke.length; n += 2) sum += Math.hypot(stroke[n] - stroke[n - 2], stroke[n + 1] - stroke[n - 1]);
    }
    return sum;
  };

  const base64 = (blob) => new Promise((kept, failed) => {
    const reader = new FileReader();
    reader.onload = () => kept(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(blob);
  });

  const picture = async (paint, ratio) => {
    for (const width of WIDTHS) {
      const sheet = document.createElement("canvas");
      sheet.width = width;
      sheet.height = Math.round(width * ratio);
      paint(sheet.getContext("2d", { alpha: false }), sheet.width, sheet.height);
      const blob = await new Promise((done) => { sheet.toBlob(done, "image/png"); });
      if (blob && (blob.size <= MOST || width === WIDTHS[WIDTHS.length - 1])) return base64(blob);
    }
    return "";
  };

  class Glass {
    constructor(canvas, changed) {
      this.canvas = canvas;
      this.changed = changed;
      this.strokes = [];
      this.pens = new Map();
      this.ratio = 0.4;
      this.scale = 1;
      canvas.addEventListener("pointerdown", (event) => this.down(event));
      canvas.addEventListener("pointermove", (event) => this.move(event));
      for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) canvas.addEventListener(end, (event) => this.up(event));
      this.eye = new ResizeObserver(() => this.fit());
      this.eye.observe(canvas);
      this.fit();
    }

    // Strokes are kept as shares of the width, so a turned phone shows the same name, only larger or smaller.
    fit() {
      const box = this.canvas.getBoundingClientRect(), sharp = Math.min(window.devicePixelRatio || 1, 3);
      if (!box.width || !box.height) return;
      this.ratio = box.height / box.width;
      this.canvas.width = Math.round(box.width * sharp);
      this.canvas.height = Math.round(box.height * sharp);
      this.measure();
      this.show();
    }

    // A name that was drawn on a taller glass is made smaller as a whole; its strokes are not touched.
    measure() {
      let lowest = 0;
      for (const stroke of this.strokes) for (let n = 1; n < stroke.length; n += 2) lowest = Math.max(lowest, stroke[n]);
      this.scale = lowest > this.ratio ? this.ratio / lowest : 1;
    }

    shown() { return this.strokes.map((stroke) => stroke.map((each) => each * this.scale)); }

    show() {
      const { width, height } = this.canvas;
      if (width && height) draw(this.canvas.getContext("2d", { alpha: false }), this.shown(), width, height);
    }

    // A hand that leaves the glass draws along its edge.
    at(event) {
      const box = this.canvas.getBoundingClientRect();
      const share = (size, most) => Math.round((Math.min(Math.max(size / box.width, 0), most) / this.scale) * 10000) / 10000;
      return [share(event.clientX - box.left, 1), share(event.clientY - box.top, this.ratio)];
    }

    down(event) {
      if (this.pens.size || (event.pointerType === "mouse" && event.button !== 0)) return;  // a resting palm is no second pen
      event.preventDefault();
      this.canvas.setPointerCapture(event.pointerId);
      const stroke = [...this.at(event), ...this.at(event)];
      stroke[2] += 0.0005;
      this.pens.set(event.pointerId, stroke);
      this.strokes.push(stroke);
      this.show();
    }

    move(event) {
      const stroke = this.pens.get(event.pointerId);
      if (!stroke || this.points() > POINTS_MOST) return;
      const told = event.getCoalescedEvents ? event.getCoalescedEvents() : [], from = stroke.length - 2;
      for (const each of told.length ? told : [event]) {
        const [x, y] = this.at(each);
        if (Math.hypot(x - stroke[stroke.length - 2], y - stroke[stroke.length - 1]) > 0.002) stroke.push(x, y);
      }
      this.follow(stroke.slice(from));
    }

    // While the pen moves only its newest piece is drawn, so that an old phone keeps up; lifted, the whole is drawn smooth.
    follow(piece) {
      const { width } = this.canvas, ink = this.canvas.getContext("2d", { alpha: false });
      prepare(ink, width);
      ink.beginPath();
      for (let n = 0; n < piece.length; n += 2) ink.lineTo(piece[n] * this.scale * width, piece[n + 1] * this.scale * width);
      ink.stroke();
    }

    up(event) {
      if (!this.pens.delete(event.pointerId)) return;
      this.show();
      if (this.changed) this.changed();
    }

    points() { return this.strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0); }

    isEmpty() { return !this.strokes.length; }

    isTooShort() { return !this.isEmpty() && length(this.strokes) < SHORTEST; }

    restore(strokes) {
      this.strokes = (strokes || []).filter((stroke) => Array.isArray(stroke) && stroke.length >= 4);
      this.measure();
      this.show();
    }

    clear() {
      this.strokes = [];
      this.pens.clear();
      this.measure();
      this.show();
      if (this.changed) this.changed();
    }

    async png() {
      if (this.isEmpty() || this.isTooShort()) return "";
      const strokes = this.shown();
      return picture((ink, width, height) => draw(ink, strokes, width, height), this.ratio);
    }

    close() { this.eye.disconnect(); }
  }

  // Lines broken where the paper ends; a word longer than the paper is broken too.
  const broken = (ink, line, width) => {
    const rows = [];
    let row = "";
    for (const word of line.split(" ")) {
      const longer = row ? `${row} ${word}` : word;
      if (ink.measureText(longer).width <= width) { row = longer; continue; }
      if (row) rows.push(row);
      row = "";
      for (const letter of word) {
        if (ink.measureText(row + letter).width > width) { rows.push(row); row = ""; }
        row += letter;
      }
    }
    return row ? [...rows, row] : rows;
  };

  const SIZE = 24, LEADING = 36, MARGIN = 20;

  // The picture of who cannot sign: what was said instead of a signature, and by whom it was written down.
  const words = (lines) => {
    const width = WIDTHS[0], ruler = document.createElement("canvas").getContext("2d");
    ruler.font = `${SIZE}px sans-serif`;
    const rows = lines.flatMap((line) => broken(ruler, line.replace(/\s+/g, " ").trim(), width - 2 * MARGIN)).slice(0, 24);
    return picture((ink, wide, high) => {
      const scale = wide / width;
      ink.fillStyle = PAPER;
      ink.fillRect(0, 0, wide, high);
      ink.fillStyle = INK;
      ink.font = `${SIZE * scale}px sans-serif`;
      ink.textBaseline = "middle";
      rows.forEach((row, n) => { ink.fillText(row, MARGIN * scale, (MARGIN + (n + 0.5) * LEADING) * scale); });
    }, (2 * MARGIN + rows.length * LEADING) / width);
  };

  station.signature = {
    mount(canvas, changed) { last = new Glass(canvas, changed); return last; },
    png() { return last ? last.png() : Promise.resolve(""); },
    clear() { if (last) last.clear(); },
    words,
  };
})(self.station = self.station || {});
