// What reviewers say: at a frame, of a span, or of the whole; open or resolved; each of a version.
import { clock } from "./cues.js";
import { Layer } from "./drawing.js";
import { asked } from "./player.js";

const $ = id => document.getElementById(id);

export class Comments {
  constructor(job, said, names, player) {
    Object.assign(this, { job, said, names, player, all: [], which: "open", from: null, until: null });
    this.dates = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    for (const button of document.querySelectorAll("[data-show]")) {
      button.addEventListener("click", () => { this.which = button.dataset.show; this.#list(); });
    }
    $("say")?.addEventListener("submit", event => this.#say(event));
    this.layer = new Layer($("drawing"), $("first"), () => this.#tools());
    for (const button of document.querySelectorAll("[data-tool]")) button.addEventListener("click", () => this.#draw(button.dataset.tool));
    document.querySelector("[data-undo-mark]")?.addEventListener("click", () => this.layer.undo());
  }

  // A tool is chosen, or laid away; a drawing is on the frame that stands.
  #draw(tool) {
    this.layer.choose(this.layer.tool === tool ? null : tool);
    if (this.layer.tool) { this.player.pause(); $("say").about.value = "moment"; $("drawing").focus(); }
    this.#tools();
  }

  #tools() {
    for (const button of document.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === this.layer.tool));
    const undo = document.querySelector("[data-undo-mark]"), hint = $("draw-hint");
    if (undo) undo.disabled = !this.layer.own.length;
    if (hint) hint.hidden = !this.layer.tool;
  }

  // What was drawn on the frame that stands, by those whose comments are listed.
  #drawn(second) {
    const near = one => (one.until ? second >= one.at && second <= one.until : Math.abs(one.at - second) < 0.6 / this.player.fps());
    const here = (this.listed ?? []).filter(one => one.drawing && one.drawing.format === this.film?.format && near(one));
    const key = here.map(one => one.id).join();
    if (key !== this.drawnKey) { this.drawnKey = key; this.layer.show(here.flatMap(one => one.drawing.marks)); }
  }

  async show(film) {
    if (this.film && this.film.path !== film.path) this.layer.clear();
    this.film = film;
    try {
      this.all = (await (await asked(`/jobs/${this.job}/comments`)).json()).comments;
    } catch (error) { this.#refused(error); }
    this.#list();
  }

  #refused(error) { if ($("trouble")) Object.assign($("trouble"), { textContent: error.message, hidden: false }); }

  #list() {
    for (const button of document.querySelectorAll("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === this.which));
    const here = this.all.filter(one => !one.language || one.language === this.film.language)
      .sort((a, b) => (a.at ?? -1) - (b.at ?? -1) || a.id - b.id);
    const shown = here.filter(one => this.which === "all" || !one.resolved);
    this.listed = shown;
    this.drawnKey = null;
    this.#drawn(this.player.at());
    $("comments").replaceChildren(...shown.map(one => this.#made(one)));
    $("nocomments").hidden = shown.length > 0;
    $("marks").replaceChildren(...here.filter(one => one.at !== null).map(one => {
      const mark = document.createElement("li");
      mark.className = one.resolved ? "resolved" : "";
      mark.style.insetInlineStart = `${(one.at / this.film.duration_s) * 100}%`;
      if (one.until) mark.style.width = `${((one.until - one.at) / this.film.duration_s) * 100}%`;
      return mark;
    }));
  }

  #made(one) {
    const item = $("comment").content.firstElementChild.cloneNode(true), at = item.querySelector(".at"), resolve = item.querySelector(".resolve");
    item.classList.toggle("resolved", Boolean(one.resolved));
    item.querySelector("strong").textContent = one.by;
    const about = [one.language ? this.names.languages[one.language] ?? one.language : this.said.every, this.said.version.replace("%(number)s", one.round)];
    item.querySelector(".who span").textContent = `${about.join(" · ")} · ${this.dates.format(new Date(one.created))}`;
    item.querySelector(".text").textContent = one.text;
    at.hidden = one.at === null;
    if (one.at !== null) at.textContent = one.until ? `${clock(one.at * 1000)} – ${clock(one.until * 1000)}` : clock(one.at * 1000);
    item.querySelector(".drawn").hidden = !one.drawing;
    if (one.drawing && one.drawing.format !== this.film.format) item.querySelector(".drawn span").textContent = this.said.drawn.replace("%(format)s", this.names.films[one.drawing.format] ?? one.drawing.format);
    at.addEventListener("click", () => this.player.seek(one.at, one.until));
    resolve.hidden = !$("say");
    resolve.textContent = one.resolved ? this.said.reopen : this.said.resolve;
    resolve.addEventListener("click", () => this.#resolve(one));
    return item;
  }

  async #resolve(one) {
    await this.#sent(`/jobs/${this.job}/comments/${one.id}`, "PUT", { resolved: !one.resolved });
  }

  async #say(event) {
    event.preventDefault();
    const form = event.target, about = form.about.value;
    const body = { text: form.text.value.trim(), language: form.every.checked ? null : this.film.language };
    if (about === "moment" || this.layer.own.length) body.at = this.player.at();
    if (about === "span") [body.at, body.until] = this.span() ?? [this.player.at(), null];
    if (this.layer.own.length) body.drawing = { format: this.film.format, marks: this.layer.own };
    if (body.text && await this.#sent(`/jobs/${this.job}/comments`, "POST", body)) { form.reset(); this.layer.clear(); this.from = this.until = null; }
  }

  async #sent(address, method, body) {
    try {
      await asked(address, { method, body });
      if ($("trouble")) $("trouble").hidden = true;
      await this.show(this.film);
      return true;
    } catch (error) {
      this.#refused(error);
      return false;
    }
  }

  begin() { this.from = this.player.at(); if (this.until !== null && this.until <= this.from) this.until = null; this.#marked(); }
  end() { this.until = this.player.at(); if (this.from === null || this.from >= this.until) this.from = Math.max(0, this.until - 1); this.#marked(); }
  span() { return this.from !== null && this.until !== null ? [this.from, this.until] : null; }

  #marked() {
    if (!$("span")) return;
    const [start, end] = [this.from, this.until].map(one => (one === null ? "…" : clock(one * 1000)));
    $("span").textContent = this.said.until.replace("%(start)s", start).replace("%(end)s", end);
    $("say").about.value = "span";
  }

  at(second) {
    this.#drawn(second);
    const label = $("moment");
    if (!label) return;
    this.plain ??= label.textContent;
    label.textContent = `${this.plain} (${clock(second * 1000)})`;
  }
}
