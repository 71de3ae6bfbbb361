// The programme's sound as a line of peaks, with the cuts of the picture and the cues as blocks whose ends are dragged.

const PEAKS_A_SECOND = 50, NEAR_PX = 8, EDGE_PX = 9, LOUD = 26;

export class Wave extends HTMLElement {
  connectedCallback() {
    this.canvas = this.querySelector("canvas");
    this.view = { from: 0, span: 12 };
    this.cues = [];
    this.canvas.addEventListener("pointerdown", event => this.#down(event));
    this.canvas.addEventListener("pointermove", event => this.#hover(event));
    this.canvas.addEventListener("wheel", event => this.#wheel(event), { passive: false });
    new ResizeObserver(() => this.draw()).observe(this);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  // `about`: fps, the programme's peaks and cuts, and the two ways between the script's time (ms) and the programme's (s).
  show(about) {
    this.about = about;
    this.speech = edges(about.waveform);
    this.draw();
  }

  set(cues, chosen, now) {
    const { from, span } = this.view;
    this.cues = cues;
    this.chosen = chosen;
    if (now < from || now > from + span * 0.94) this.view.from = Math.max(0, now - span * 0.08);
    this.now = now;
    this.draw();
  }

  zoom(by) {
    const middle = this.now ?? 0;
    this.view.span = Math.min(120, Math.max(2, this.view.span * by));
    this.view.from = Math.max(0, middle - this.view.span / 3);
    this.draw();
  }

  x(second) { return ((second - this.view.from) / this.view.span) * this.clientWidth; }
  second(x) { return this.view.from + (x / this.clientWidth) * this.view.span; }

  draw() {
    if (!this.about || !this.clientWidth) return;
    cancelAnimationFrame(this.wanted);
    this.wanted = requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    const ratio = devicePixelRatio, width = this.clientWidth, height = this.clientHeight, style = getComputedStyle(this);
    if (this.canvas.width !== Math.round(width * ratio)) this.canvas.width = Math.round(width * ratio);
    if (this.canvas.height !== Math.round(height * ratio)) this.canvas.height = Math.round(height * ratio);
    const pen = this.canvas.getContext("2d"), colour = name => style.getPropertyValue(name);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.#scale(pen, width, height, colour);
    const middle = height * 0.52, tall = height * 0.34;
    pen.fillStyle = colour("--wave-line");
    for (let x = 0; x < width; x += 2) {
      const first = Math.floor(this.second(x) * PEAKS_A_SECOND), after = Math.max(first + 1, Math.floor(this.second(x + 2) * PEAKS_A_SECOND));
      const loud = Math.max(0, ...this.about.waveform.slice(first, after)) / 255;
      const half = Math.max(0.5, Math.sqrt(loud) * tall);
      pen.fillRect(x, middle - half, 1.25, half * 2);
    }
    for (const cut of this.about.cuts_s) {
      const x = this.x(cut);
      if (x >= 0 && x <= width) { pen.fillStyle = colour("--wave-cut"); pen.fillRect(Math.round(x), 18, 1, height - 18); }
    }
    for (const cue of this.cues) this.#block(pen, cue, height, colour);
    const now = this.x(this.now ?? 0);
    pen.fillStyle = colour("--wave-now");
    pen.fillRect(Math.round(now) - 1, 0, 2, height);
  }

  #scale(pen, width, height, colour) {
    const step = [0.5, 1, 2, 5, 10, 30].find(seconds => (seconds / this.view.span) * width > 64) ?? 60;
    pen.font = `11px ${getComputedStyle(this).fontFamily}`;
    for (let at = Math.ceil(this.view.from / step) * step; this.x(at) < width; at += step) {
      pen.fillStyle = colour("--wave-text");
      pen.fillText(`${Math.floor(at / 60)}:${(at % 60).toFixed(step < 1 ? 1 : 0).padStart(step < 1 ? 4 : 2, "0")}`, this.x(at) + 4, 12);
      pen.fillRect(Math.round(this.x(at)), 0, 1, 14);
    }
  }

  #block(pen, cue, height, colour) {
    const left = this.x(this.about.programme(cue.start)), right = this.x(this.about.programme(cue.end));
    if (right < 0 || left > this.clientWidth) return;
    const chosen = cue.id === this.chosen, top = 22, tall = height - 28;
    pen.fillStyle = colour(chosen ? "--wave-chosen" : "--wave-cue");
    pen.beginPath();
    pen.roundRect(left + 0.5, top, Math.max(2, right - left - 1), tall, 4);
    pen.fill();
    pen.strokeStyle = colour(chosen ? "--wave-now" : "--wave-edge");
    pen.lineWidth = chosen ? 2 : 1;
    pen.stroke();
    pen.save();
    pen.beginPath();
    pen.rect(left + 6, top, Math.max(0, right - left - 12), tall);
    pen.clip();
    pen.fillStyle = colour("--wave-ink");
    pen.font = `13px ${getComputedStyle(this).fontFamily}`;
    pen.direction = this.dataset.dir;
    pen.textAlign = this.dataset.dir === "rtl" ? "right" : "left";
    pen.fillText(cue.text.replaceAll("\n", " "), this.dataset.dir === "rtl" ? right - 8 : left + 8, top + 17);
    pen.restore();
  }

  // What lies under the pointer: an end of a cue (the chosen one's first), or its body.
  #under(x) {
    const by = [...this.cues].sort((a, b) => (b.id === this.chosen) - (a.id === this.chosen));
    for (const cue of by) {
      const left = this.x(this.about.programme(cue.start)), right = this.x(this.about.programme(cue.end));
      if (x < left - EDGE_PX || x > right + EDGE_PX) continue;
      if (Math.abs(x - left) <= EDGE_PX && (x <= left + EDGE_PX / 2 || right - left > 3 * EDGE_PX)) return { cue, end: "start" };
      if (Math.abs(x - right) <= EDGE_PX) return { cue, end: "end" };
      if (x > left && x < right) return { cue, end: "both" };
    }
    return null;
  }

  #hover(event) {
    if (this.dragged || !this.about) return;
    const under = this.#under(event.offsetX);
    this.canvas.style.cursor = !under || this.hasAttribute("readonly") ? "default" : under.end === "both" ? "grab" : "ew-resize";
  }

  #down(event) {
    if (!this.about || event.button) return;
    const under = this.#under(event.offsetX), begun = { x: event.offsetX, moved: false };
    if (under) this.#tell("choose", { id: under.cue.id });
    this.canvas.setPointerCapture(event.pointerId);
    const move = now => {
      if (Math.abs(now.offsetX - begun.x) > 2) begun.moved = true;
      if (!begun.moved || !under || this.hasAttribute("readonly")) return;
      this.dragged = this.#dragged(under, begun.x, now);
      this.#tell("drag", this.dragged);
    };
    const up = now => {
      this.canvas.removeEventListener("pointermove", move);
      if (this.dragged) this.#tell("dragged", this.dragged);
      else this.#tell("seek", { second: this.second(now.offsetX) });
      this.dragged = null;
    };
    this.canvas.addEventListener("pointermove", move);
    this.canvas.addEventListener("pointerup", up, { once: true });
  }

  #dragged({ cue, end }, from, event) {
    const by = this.second(event.offsetX) - this.second(from), { programme, script } = this.about;
    const at = which => this.#snapped(programme(cue[which]) + by, cue, event.shiftKey);
    if (end !== "both") return { id: cue.id, [end]: script(at(end)) };
    const start = script(at("start"));
    return { id: cue.id, start, end: start + cue.end - cue.start };
  }

  // To a cut, the beginning or end of speech, or a neighbour's end where one is near; else to a frame. Shift: to nothing.
  #snapped(second, cue, free) {
    if (free) return second;
    const ends = this.cues.filter(one => one.id !== cue.id).flatMap(one => [one.start, one.end]).map(this.about.programme);
    const near = (this.view.span / this.clientWidth) * NEAR_PX;
    const places = [...this.about.cuts_s, ...ends, ...this.speech].filter(place => Math.abs(place - second) <= near);
    const nearest = places.sort((a, b) => Math.abs(a - second) - Math.abs(b - second))[0];
    return nearest ?? Math.round(second * this.about.fps) / this.about.fps;
  }

  #wheel(event) {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) return this.zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2);
    const by = (Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY) / this.clientWidth;
    this.view.from = Math.max(0, this.view.from + by * this.view.span);
    this.draw();
  }

  #tell(kind, detail) { this.dispatchEvent(new CustomEvent(kind, { detail })); }
}

// Where it begins and ends to be loud, in seconds.
function edges(peaks) {
  const found = [];
  let loud = false, since = 0;
  peaks.forEach((peak, n) => {
    since = (peak > LOUD) === loud ? 0 : since + 1;
    if (since >= 6) { loud = !loud; since = 0; found.push((n - 5) / PEAKS_A_SECOND); }
  });
  return found;
}

customElements.define("sound-wave", Wave);
