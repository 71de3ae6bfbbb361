// What a language says beside its captions: a field for each text, judged by the cards that show it, saved by version.
import { asked } from "./player.js";

const LOOK_MS = 500, HERE_MS = 10_000, KEEP_MS = 400;

export class OtherWords {
  constructor(form) {
    Object.assign(this, { form, said: form.dataset, version: form.dataset.version, saving: false, readonly: "readonly" in form.dataset });
    this.address = `/jobs/${form.dataset.job}/texts/${form.dataset.language}`;
    this.kept = `texts:${form.dataset.job}:${form.dataset.language}`;
    this.fields = [...form.querySelectorAll("[data-place]")].map(box => ({
      box, place: JSON.parse(box.dataset.place), input: box.querySelector("textarea"), count: box.querySelector(".count"),
      base: box.querySelector("textarea").defaultValue, most: null,
    }));
    this.by = new Map(this.fields.map(field => [field.box.dataset.place, field]));
    for (const field of this.fields) this.#listen(field);
    form.addEventListener("submit", event => { event.preventDefault(); this.save(); });
    form.addEventListener("keydown", event => {
      if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.save(); }
    });
    if (this.readonly) return;
    this.#restore();
    this.here();
    setInterval(() => this.here(), HERE_MS);
    addEventListener("pagehide", () => navigator.sendBeacon?.(`${this.address}/editors?leaves=true`));
    addEventListener("beforeunload", event => { if (this.dirty()) { this.keep(true); event.preventDefault(); } });
  }

  #listen(field) {
    field.input.addEventListener("input", () => { this.#counted(field); this.#changed(); });
    field.input.addEventListener("focus", async () => {
      if (field.most === null && !this.readonly) {
        field.most = 0;
        const room = await asked(`${this.address}/room`, { method: "POST", body: { place: field.place } }).then(answer => answer.json()).catch(() => ({}));
        field.most = room.most ?? 0;
      }
      this.#counted(field);
    });
  }

  #counted({ input, count, most }) {
    const length = [...input.value].length;
    count.hidden = !most && !(document.activeElement === input && length);
    count.textContent = most ? this.said.room.replace("{n}", length).replace("{most}", most) : length;
    count.classList.toggle("over", Boolean(most) && length > most);
  }

  changedFields() { return this.fields.filter(field => field.input.value.trim() !== field.base.trim()); }
  dirty() { return this.changedFields().length > 0; }
  #sent() { return this.changedFields().map(({ place, input }) => ({ place, text: input.value })); }

  #changed() {
    this.tell(this.dirty() ? "unsaved" : "saved");
    this.keep();
    clearTimeout(this.looks);
    this.looks = setTimeout(() => this.#look(), LOOK_MS);
  }

  tell(what, tone = "") {
    const state = this.form.querySelector(".state");
    if (!state) return;
    state.textContent = this.said[what];
    state.dataset.tone = tone;
    this.form.querySelector(".save-words button").disabled = !this.dirty() || this.saving;
  }

  async #look() {
    const texts = this.#sent();
    if (!texts.length) { this.#faults([]); return; }
    try {
      this.#faults((await (await asked(`${this.address}/check`, { method: "POST", body: { texts } })).json()).faults);
    } catch (error) { this.#away(error); }
  }

  // Each fault at the text that it is about; what belongs to none stands above all.
  #faults(faults) {
    for (const old of this.form.querySelectorAll(".at-field")) old.remove();
    for (const { input } of this.fields) { input.removeAttribute("aria-invalid"); input.removeAttribute("aria-describedby"); }
    const others = faults.filter(({ place, message }, n) => {
      const field = this.fields.find(one => place.length && place.every((step, at) => at >= one.place.length || one.place[at] === step));
      if (!field) return true;
      const line = Object.assign(document.createElement("p"), { className: "at-field", id: `word-fault-${n}`, textContent: message });
      field.box.append(line);
      field.input.setAttribute("aria-invalid", "true");
      field.input.setAttribute("aria-describedby", line.id);
      return false;
    });
    this.notice("wrong", others.length ? `${this.said.wrong} ${others.map(fault => fault.message).join(" · ")}` : "", [], "fault");
  }

  async save() {
    if (this.saving || this.readonly || !this.dirty()) return;
    this.saving = true;
    this.tell("saving", "busy");
    const texts = this.#sent(), sent = new Map(this.changedFields().map(field => [field, field.input.value]));
    try {
      const job = await (await asked(this.address, { method: "PUT", body: { texts }, headers: { "If-Match": `"${this.version}"` } })).json();
      for (const [field, text] of sent) field.base = text;
      this.saving = false;
      this.#faults([]);
      await this.#read(true);
      this.keep(true);
      this.tell(this.dirty() ? "unsaved" : "making", "busy");
      this.form.dispatchEvent(new CustomEvent("reworded", { detail: { round: job.round } }));
    } catch (error) {
      this.saving = false;
      this.tell("unsaved", "bad");
      if (error.status === 412) await this.#read();
      else if (error.status === 422) this.#faults(error.problem.faults ?? []);
      else if (error.status === 409) this.notice("wrong", `${this.said.wrong} ${error.message}`, [], "fault");
      else this.#away(error);
    }
  }

  // What stands now: where only they changed a text it is taken, where both did mine stays and theirs is shown to be taken.
  async #read(own = false) {
    const read = await (await asked(this.address)).json(), mine = this.dirty();
    if (read.version === this.version) return;
    const now = new Map(read.texts.map(({ place, text }) => [JSON.stringify(place), text]));
    let theirs = false;
    this.version = read.version;
    for (const [key, field] of this.by) {
      const text = now.get(key) ?? "", was = field.base, changed = field.input.value.trim() !== was.trim();
      field.base = text;
      if (text.trim() === was.trim()) continue;
      theirs = true;
      if (!changed) field.input.value = text;
      else if (text.trim() !== field.input.value.trim()) this.#offer(field, text);
      this.#counted(field);
    }
    if (theirs && !own) this.notice("newer", mine ? this.said.merged : this.said.newer);
    this.#changed();
  }

  #offer(field, text) {
    field.box.querySelector(".theirs")?.remove();
    const line = document.createElement("p"), words = document.createElement("q"), take = document.createElement("button");
    Object.assign(line, { className: "theirs" });
    Object.assign(words, { textContent: text, dir: field.input.dir, lang: field.input.lang });
    Object.assign(take, { type: "button", textContent: this.said.take, className: "small" });
    take.onclick = () => { field.input.value = text; line.remove(); this.#counted(field); this.#changed(); field.input.focus(); };
    line.append(this.said.theirs, " ", words, " ", take);
    field.box.append(line);
  }

  // The draft in this browser: a session that ends or a page that is closed takes no word.
  keep(atOnce = false) {
    clearTimeout(this.keeps);
    const write = () => {
      const texts = this.changedFields().map(field => [field.box.dataset.place, field.base, field.input.value]);
      if (texts.length) localStorage.setItem(this.kept, JSON.stringify({ version: this.version, texts }));
      else localStorage.removeItem(this.kept);
    };
    if (atOnce) write();
    else this.keeps = setTimeout(write, KEEP_MS);
  }

  #restore() {
    const draft = JSON.parse(localStorage.getItem(this.kept) ?? "null");
    if (!draft) return;
    for (const [key, base, text] of draft.texts) {
      const field = this.by.get(key);
      if (!field) { this.notice(`gone-${key}`, `${this.said.goneText} ${text}`); continue; }
      if (field.base.trim() !== base.trim() && field.base.trim() !== text.trim()) this.#offer(field, field.base);
      field.input.value = text;
    }
    if (!this.dirty()) { localStorage.removeItem(this.kept); return; }
    this.notice("draft", this.said.draft, [this.said.discard, () => {
      for (const field of this.fields) { field.input.value = field.base; field.box.querySelector(".theirs")?.remove(); this.#counted(field); }
      this.#changed();
    }]);
    this.#changed();
  }

  async here() {
    if (document.visibilityState !== "visible" || !this.form.checkVisibility()) return;
    try {
      const { others, version } = await (await asked(`${this.address}/editors`, { method: "POST" })).json();
      this.notice("other", others.length ? this.said.other.replace("%(name)s", others.join(", ")) : "");
      this.notice("lost", "");
      if (version !== this.version && !this.saving) await this.#read();
    } catch (error) { this.#away(error); }
  }

  #away(error) {
    this.keep(true);
    if (error.status === 401) this.notice("lost", this.said.lost, [this.said.signin, `/desk/sign-in?next=${encodeURIComponent(location.pathname)}`], "fault");
    else if (error.status === 404) this.notice("lost", this.said.gone, [], "fault");
    else if (!error.status || error.status >= 500) this.notice("lost", this.said.offline, [], "fault");
  }

  notice(kind, text, [label, deed] = [], className = "note") {
    const place = this.form.querySelector(".word-notices"), old = place.querySelector(`[data-kind="${CSS.escape(kind)}"]`);
    if (old?.dataset.text === text) return;
    old?.remove();
    if (!text) return;
    const line = Object.assign(document.createElement("div"), { className });
    Object.assign(line.dataset, { kind, text });
    line.append(text);
    if (label) {
      const button = document.createElement(typeof deed === "string" ? "a" : "button");
      button.textContent = label;
      if (typeof deed === "string") Object.assign(button, { href: deed, className: "button", target: "_blank" });
      else Object.assign(button, { type: "button", onclick: () => { deed(); line.remove(); } });
      line.append(button);
    }
    place.append(line);
  }

  // Another language's words under each field, to translate from.
  async beside(code, dir) {
    const texts = code ? (await (await asked(`/jobs/${this.form.dataset.job}/texts/${code}`)).json()).texts : [];
    const said = new Map(texts.map(({ place, text }) => [JSON.stringify(place), text]));
    for (const [key, { box }] of this.by) {
      const other = box.querySelector(".other");
      Object.assign(other, { textContent: said.get(key) ?? "", lang: code, dir: dir ?? "auto", hidden: !said.get(key) });
    }
  }
}
