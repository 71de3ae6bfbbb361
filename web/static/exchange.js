// Between the editor and the service: reading, looking by its rules, saving, who else writes, and the draft in the browser.
import * as List from "./cues.js";
import { asked } from "./player.js";

const LOOK_MS = 350, MOST = 200, HERE_MS = 10_000, KEEP_MS = 400;

export class Exchange {
  constructor(parts) {
    Object.assign(this, parts, { saving: false, waits: null, toLook: new Set() });
    this.query = `?clip=${this.clip}`;
    this.sent = cue => ({ start_ms: Math.round(cue.start), end_ms: Math.round(cue.end), text: cue.text, speaker: cue.speaker, was: cue.was });
  }

  async read() { return (await asked(`${this.place}/cues${this.query}`)).json(); }

  #taken(read) {
    return read.cues.map((cue, n) => List.fresh({ start: cue.start_ms, end: cue.end_ms, text: cue.text, speaker: cue.speaker, was: n }));
  }

  begin(cues) {
    this.state.version = this.state.about.version;
    this.state.base = this.#taken({ cues });
    this.show(this.state.base);
    this.#restore();
    this.#here();
    setInterval(() => this.#here(), HERE_MS);
    addEventListener("pagehide", () => navigator.sendBeacon?.(`${this.place}/editors${this.query}&leaves=true`));
  }

  // The draft in this browser: a session that ends, a page that is closed or a cut takes no word.
  keep(atOnce = false) {
    clearTimeout(this.keeps);
    const write = () => {
      if (!this.dirty()) localStorage.removeItem(this.kept);
      else localStorage.setItem(this.kept, JSON.stringify({ version: this.state.version, base: this.state.base, cues: this.state.cues }));
    };
    if (atOnce) write();
    else this.keeps = setTimeout(write, KEEP_MS);
  }

  #restore() {
    const draft = JSON.parse(localStorage.getItem(this.kept) ?? "null");
    if (!draft) return;
    const again = draft.cues.map(List.fresh);
    if (draft.version === this.state.version) this.show(again);
    else this.#merge(draft.base, again);
    this.notice("draft", this.said.draft, [this.said.discard, () => { this.show(this.state.base); this.keep(true); }]);
  }

  // What has changed is looked at with its neighbours, some cues at a time.
  look(before) {
    const old = new Map(before.map(cue => [cue.id, cue]));
    this.state.cues.forEach((cue, n, all) => {
      const was = old.get(cue.id);
      if (!was || !List.alike(was, cue)) for (const near of all.slice(Math.max(0, n - 1), n + 2)) this.toLook.add(near.id);
    });
    clearTimeout(this.looks);
    if (this.toLook.size) this.looks = setTimeout(() => this.#looks(), LOOK_MS);
  }

  async #looks() {
    if (this.looking) { this.look(this.state.cues); return; }
    const { cues } = this.state, first = cues.findIndex(cue => this.toLook.has(cue.id));
    if (first < 0) { this.toLook.clear(); return; }
    const begin = Math.max(0, first - 1), part = cues.slice(begin, begin + MOST), end = begin + part.length;
    const inside = n => begin + n >= first && (begin + n < end - 1 || end === cues.length);
    this.looking = true;
    try {
      const answer = await asked(`${this.place}/check${this.query}`, { method: "POST", body: { cues: part.map(this.sent) } });
      this.table.judged(part, await answer.json(), inside);
      part.forEach((cue, n) => inside(n) && this.state.cues.includes(cue) && this.toLook.delete(cue.id));
    } catch (error) {
      if (error.status === 422) part.forEach(cue => this.toLook.delete(cue.id));
      else { this.toLook.clear(); this.away(error); }
    }
    this.looking = false;
    if (this.toLook.size) this.looks = setTimeout(() => this.#looks(), 0);
  }

  async save() {
    if (this.saving || !this.dirty()) return;
    this.saving = true;
    this.tell("saving", "busy");
    const { cues, version } = this.state;
    try {
      const answer = await asked(`${this.place}/cues${this.query}`, { method: "PUT", body: { cues: cues.map(this.sent) }, headers: { "If-Match": `"${version}"` } });
      const job = await answer.json(), read = await this.read();
      this.notice("wrong", "");
      this.state.version = read.version;
      this.state.base = this.#taken(read);
      this.saving = false;
      this.#renumber(cues);
      this.watch(job.round);
    } catch (error) {
      this.saving = false;
      if (error.status === 412) await this.#newer();
      else if (error.status === 422 || error.status === 409) {
        const faults = (error.problem.faults ?? []).map(fault => fault.message).join(" · ");
        this.notice("wrong", `${this.said.wrong} ${faults || error.message}`);
        this.tell("unsaved", "bad");
      } else this.away(error);
    }
  }

  // After saving every cue is in the version that stands; what was written meanwhile stays.
  #renumber(sent) {
    const places = new Map([...sent].map((cue, n) => [cue.id, n]));
    this.show(this.state.cues.map(cue => (places.has(cue.id) ? { ...cue, was: places.get(cue.id) } : cue)));
    this.keep(true);
  }

  // The new film takes the old one's place as soon as it is finished.
  watch(round, told = () => {}) {
    this.waits = round;
    this.tell("making", "busy");
    this.source?.close();
    this.source = new EventSource(`/jobs/${this.job}/events`);
    const end = (what, tone) => { this.source.close(); this.waits = null; this.tell(what, tone); told(what, tone); setTimeout(() => this.show(this.state.cues), 4000); };
    this.source.addEventListener("variant", async event => {
      const { round: of, files } = JSON.parse(event.data);
      const digest = files[this.state.film?.path];
      if (of !== round || !digest || digest === this.state.film.sha256) return;
      this.takeFilms((await (await asked(`/jobs/${this.job}/deliveries`)).json()).deliveries);
      this.playFilm(true);
      document.getElementById("editor").dataset.playing = digest;
      end("ready", "ok");
    });
    this.source.addEventListener("state", async event => {
      const { state } = JSON.parse(event.data), job = ["done", "failed", "refused"].includes(state) && await (await asked(`/jobs/${this.job}`)).json();
      if (!job || job.round !== round || job.state !== state || this.waits !== round) return;
      this.takeFilms((await (await asked(`/jobs/${this.job}/deliveries`)).json()).deliveries);
      this.playFilm(false);
      end(state === "done" ? "saved" : state, state === "done" ? "ok" : "bad");
    });
  }

  // Somebody else saved meanwhile: their words and mine in one text.
  async #newer() {
    const { base, cues } = this.state, had = this.dirty();
    this.#merge(base, cues, await this.read());
    this.notice("newer", had ? this.said.merged : this.said.newer);
  }

  async #merge(base, mine, read = null) {
    const theirs = read ? this.#taken(read) : this.state.base;
    if (read) this.state.version = read.version;
    this.state.base = theirs;
    const made = List.merged(base, mine, theirs);
    this.show(made.cues);
    this.keep(true);
    if (made.conflicts.length) this.#choose(made.conflicts);
  }

  #choose(conflicts) {
    const dialog = document.getElementById("both"), list = dialog.querySelector(".conflicts");
    list.replaceChildren(...conflicts.map(one => {
      const item = document.createElement("li"), field = document.createElement("fieldset");
      for (const whose of ["theirs", "mine"]) {
        const label = document.createElement("label"), choice = document.createElement("input"), text = document.createElement("span");
        Object.assign(choice, { type: "radio", name: `cue-${one.id}`, value: whose, checked: whose === "theirs" });
        text.textContent = `${this.said[whose]}: ${one[whose].text}`;
        text.dir = "auto";
        label.append(choice, " ", text);
        field.append(label);
      }
      item.append(field);
      return item;
    }));
    dialog.addEventListener("close", () => {
      const mine = conflicts.filter(one => list.querySelector(`[name=cue-${one.id}]:checked`)?.value === "mine");
      this.show(mine.reduce((cues, one) => List.changed(cues, one.id, one.mine), this.state.cues));
    }, { once: true });
    dialog.showModal();
  }

  async #here() {
    if (document.visibilityState !== "visible" || "readonly" in document.getElementById("editor").dataset) return;
    try {
      const { others, version } = await (await asked(`${this.place}/editors${this.query}`, { method: "POST" })).json();
      this.notice("other", others.length ? this.said.other.replace("%(name)s", others.join(", ")) : "");
      this.notice("lost", "");
      if (version !== this.state.version && !this.saving) await this.#newer();
    } catch (error) { this.away(error); }
  }

  away(error) {
    this.keep(true);
    if (error.status === 401) this.notice("lost", this.said.lost, [this.said.signin, `/desk/sign-in?next=${encodeURIComponent(location.pathname)}`]);
    else if (error.status === 404) this.notice("lost", this.said.gone);
    else if (!error.status || error.status >= 500) this.notice("lost", this.said.offline);
    else console.warn(error);
  }

  async beside(code, dir) {
    this.others = code ? await (await asked(`/jobs/${this.job}/captions/${code}/cues${this.query}`)).json() : null;
    this.table.beside(this.state.cues, this.others?.cues, code, dir);
    const address = new URL(location.href);
    code ? address.searchParams.set("beside", code) : address.searchParams.delete("beside");
    window.history.replaceState(null, "", address);
  }
}
