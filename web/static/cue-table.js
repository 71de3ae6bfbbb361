// The table of cues: a row for each, made once and only changed where its cue has.
import { alike, clock, readClock } from "./cues.js";

export class Table {
  constructor(list, template, said, readonly, told) {
    Object.assign(this, { list, template, said, readonly, told, rows: new Map(), seen: new Map(), remarks: new Map() });
    list.addEventListener("input", event => event.target.matches("textarea") && told.write(this.#id(event), { text: event.target.value }));
    list.addEventListener("change", event => event.target.matches(".start, .end") && this.#timed(event));
    list.addEventListener("focusin", event => { const id = this.#id(event); if (id !== null && id !== this.chosen) told.choose(id, true); });
    list.addEventListener("click", event => event.target.matches(".number") && told.choose(this.#id(event), true));
  }

  #id(event) { const row = event.target.closest(".cue"); return row ? Number(row.dataset.id) : null; }
  row(id) { return this.rows.get(id); }
  get writing() { return document.activeElement?.matches("#cues textarea, #cues input"); }

  #timed(event) {
    const ms = readClock(event.target.value), id = this.#id(event), which = event.target.className, cue = this.seen.get(id);
    const good = ms !== null && (which === "start" ? ms < cue.end : ms > cue.start);
    if (good) this.told.write(id, { [which]: ms });
    else event.target.value = clock(cue[which]);
  }

  show(cues, chosen) {
    const ids = new Set(cues.map(cue => cue.id));
    for (const [id, row] of this.rows) if (!ids.has(id)) { row.remove(); this.rows.delete(id); this.seen.delete(id); this.remarks.delete(id); }
    let after = null;
    cues.forEach((cue, n) => {
      const row = this.rows.get(cue.id) ?? this.#made(cue);
      const should = after ? after.nextElementSibling : this.list.firstElementChild;
      if (should !== row) this.list.insertBefore(row, should);
      after = row;
      const number = row.firstElementChild;
      if (number.textContent !== `${n + 1}`) number.textContent = n + 1;
      if (!this.seen.has(cue.id) || !alike(this.seen.get(cue.id), cue)) this.#fill(row, cue);
      this.seen.set(cue.id, cue);
    });
    if (chosen !== this.chosen) this.choose(chosen, false);
    this.#count();
  }

  #made(cue) {
    const row = this.template.content.firstElementChild.cloneNode(true);
    row.dataset.id = cue.id;
    if (this.readonly) for (const field of row.querySelectorAll("input, textarea")) field.readOnly = true;
    this.rows.set(cue.id, row);
    return row;
  }

  #fill(row, cue) {
    const text = row.querySelector("textarea");
    if (text.value !== cue.text) text.value = cue.text;
    for (const which of ["start", "end"]) {
      const field = row.querySelector(`.${which}`);
      if (field !== document.activeElement || readClock(field.value) !== cue[which]) field.value = clock(cue[which]);
    }
  }

  choose(id, scroll = true) {
    this.rows.get(this.chosen)?.classList.remove("chosen");
    this.chosen = id;
    const row = this.rows.get(id);
    row?.classList.add("chosen");
    if (scroll && row) row.scrollIntoView({ block: "nearest" });
  }

  play(id) {
    if (id === this.playing) return;
    this.rows.get(this.playing)?.classList.remove("playing");
    this.playing = id;
    this.rows.get(id)?.classList.add("playing");
  }

  write(id) {
    const text = this.rows.get(id)?.querySelector("textarea");
    text?.focus();
    text?.setSelectionRange(text.value.length, text.value.length);
  }

  // What the service's rules say of some cues.
  judged(cues, { findings, speeds }, inside) {
    cues.forEach((cue, n) => {
      if (!inside(n) || !this.rows.has(cue.id)) return;
      const found = findings.filter(one => one.cue === n), row = this.rows.get(cue.id);
      this.remarks.set(cue.id, found);
      row.querySelector(".speed").textContent = speeds[n][1] ? speeds[n][1].toLocaleString(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 }) : "";
      row.querySelector(".remarks").replaceChildren(...found.map(one => this.#remark(one)));
    });
    this.#count();
  }

  unset(id, message) {
    const row = this.rows.get(id);
    if (!row) return;
    const said = { rule: "line count", strictness: "error", message };
    this.remarks.set(id, [said]);
    row.querySelector(".remarks").replaceChildren(this.#remark(said));
    this.#count();
  }

  #remark({ rule, strictness, message }) {
    const item = document.createElement("li"), more = document.createElement("span");
    const key = `rule${rule.split(" ").map(word => word[0].toUpperCase() + word.slice(1)).join("")}`;
    item.textContent = this.said[key] ?? rule;
    item.dataset.tone = strictness;
    item.title = more.textContent = message;
    more.lang = "en";
    item.append(more);
    return item;
  }

  #count() {
    const button = document.getElementById("findings"), all = [...this.remarks.values()].flat();
    button.textContent = all.length ? this.said.remarks.replace("%(count)s", all.length) : this.said.noremarks;
    button.dataset.tone = all.some(one => one.strictness === "error") ? "bad" : all.length ? "wait" : "";
  }

  nextRemark(from) {
    const ids = [...this.list.children].map(row => Number(row.dataset.id)), at = ids.indexOf(from);
    return [...ids.slice(at + 1), ...ids.slice(0, at + 1)].find(id => this.remarks.get(id)?.length) ?? null;
  }

  // Another language's words of the same time, to be read.
  beside(cues, others, language, dir) {
    for (const cue of cues) {
      const line = this.rows.get(cue.id)?.querySelector(".other");
      if (!line) continue;
      const here = others?.filter(one => one.start_ms < cue.end && cue.start < one.end_ms) ?? [];
      line.hidden = !here.length;
      line.textContent = here.map(one => one.text).join("\n");
      if (language) Object.assign(line, { lang: language, dir });
    }
  }
}
