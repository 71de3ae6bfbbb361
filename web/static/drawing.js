// Marks on a frame: drawn by hand or with the keys, in parts of the picture's width and height, and shown again there.
import { picture } from "./zones.js";

const NEAR = 0.004; // parts of the frame: a pen's point that is nearer to the last one is left out
const STEP = 0.02, MOST_MARKS = 20, MOST_POINTS = 300;
const PLACED = { rectangle: [[0.35, 0.35], [0.65, 0.65]], arrow: [[0.3, 0.3], [0.5, 0.5]], pen: [[0.35, 0.6], [0.65, 0.6]] };
const clamp = value => Math.min(1, Math.max(0, Math.round(value * 10_000) / 10_000));

export class Layer {
  constructor(svg, video, heard) {
    Object.assign(this, { svg, video, heard, tool: null, own: [], shown: [], line: null });
    svg.addEventListener("pointerdown", event => this.#begin(event));
    svg.addEventListener("pointermove", event => this.#go(event));
    for (const name of ["pointerup", "pointercancel"]) svg.addEventListener(name, () => this.#end());
    svg.addEventListener("keydown", event => this.#key(event));
    new ResizeObserver(() => this.draw()).observe(video);
  }

  choose(tool) {
    this.tool = tool;
    this.svg.classList.toggle("drawing-now", Boolean(tool));
    this.svg.tabIndex = tool ? 0 : -1;
    this.draw();
  }

  clear() { this.own = []; this.choose(null); this.heard(); }
  undo() { this.own = this.own.slice(0, -1); this.draw(); this.heard(); }
  show(marks) { this.shown = marks; this.draw(); }

  #place(event) {
    const box = this.svg.getBoundingClientRect();
    return [clamp((event.clientX - box.left) / box.width), clamp((event.clientY - box.top) / box.height)];
  }

  #begin(event) {
    if (!this.tool || this.own.length >= MOST_MARKS) return;
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
    const at = this.#place(event);
    this.line = { kind: this.tool, points: [at, at] };
  }

  #go(event) {
    if (!this.line) return;
    const at = this.#place(event), { kind, points } = this.line, last = points.at(-1);
    if (kind !== "pen") points[1] = at;
    else if (points.length < MOST_POINTS && Math.hypot(at[0] - last[0], at[1] - last[1]) > NEAR) points.push(at);
    this.draw();
  }

  #end() {
    const line = this.line;
    this.line = null;
    if (!line) return;
    const [xs, ys] = [0, 1].map(axis => line.points.map(point => point[axis]));
    if (Math.max(...xs) - Math.min(...xs) + Math.max(...ys) - Math.min(...ys) > 2 * NEAR) this.own = [...this.own, line];
    this.draw();
    this.heard();
  }

  // With the keys: Enter puts a mark there, arrows move it, with Shift its second point; Backspace takes it back.
  #key(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key], last = this.own.at(-1);
    if (event.key === "Enter" && this.own.length < MOST_MARKS) this.own = [...this.own, { kind: this.tool, points: PLACED[this.tool] }];
    else if (event.key === "Backspace") this.own = this.own.slice(0, -1);
    else if (way && last) {
      const moved = last.points.map((point, n) => (event.shiftKey && n === 0 ? point : point.map((value, axis) => clamp(value + way[axis] * STEP))));
      this.own = [...this.own.slice(0, -1), { ...last, points: moved }];
    } else return;
    event.preventDefault();
    event.stopPropagation();
    this.draw();
    this.heard();
  }

  draw() {
    const { svg, video } = this, all = [...this.shown.map(mark => [mark, "theirs"]), ...[...this.own, ...(this.line ? [this.line] : [])].map(mark => [mark, "mine"])];
    const hidden = !video.videoWidth || (!all.length && !this.tool);
    svg.toggleAttribute("hidden", hidden);
    if (hidden) { svg.replaceChildren(); return; }
    const { left, top, width, height } = picture(video);
    Object.assign(svg.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.replaceChildren(...all.flatMap(([mark, whose]) => {
      const path = shape(mark, width, height);
      return ["under", whose].map(name => element("path", { d: path, class: name }));
    }));
  }
}

function element(name, values) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
  return made;
}

function shape({ kind, points }, width, height) {
  const at = points.map(([x, y]) => [x * width, y * height]), [[x, y], [u, v]] = at;
  if (kind === "rectangle") return `M${x} ${y}H${u}V${v}H${x}Z`;
  const line = at.map(([a, b], n) => `${n ? "L" : "M"}${a.toFixed(1)} ${b.toFixed(1)}`).join("");
  if (kind === "pen") return line;
  const angle = Math.atan2(v - y, u - x), head = Math.min(24, Math.hypot(u - x, v - y) / 2);
  const ends = [-0.5, 0.5].map(turn => `M${u} ${v}L${u - head * Math.cos(angle + turn)} ${v - head * Math.sin(angle + turn)}`);
  return line + ends.join("");
}
