// The form that a recipe's inputs ask for. Fields know their places in the document; faults find fields by them.
import { zone } from "./desk.js";
import { ask, described, draft, get, languages, put, recipe, remove, say, sent } from "./new-draft.js";

const place = document.getElementById("fields");
const rooms = new Map(); // how many characters a card holds, by what that depends on
let changed = () => {};
let rebuilt = () => {};

export function watchForm(heard, again) {
  changed = heard;
  rebuilt = again;
}

export function showForm() {
  const held = document.activeElement?.id;
  const opened = new Set([...place.querySelectorAll("details[open]")].map(details => details.dataset.place));
  const fields = recipe()?.fields ?? [], shown = fields.filter(field => !isTooEarly(field));
  const later = make("p", { className: "soft", textContent: say("texts-later") });
  place.replaceChildren(...shown.map(field => section(field)), ...(shown.length < fields.length ? [later] : []));
  for (const details of place.querySelectorAll("details")) details.open ||= opened.has(details.dataset.place);
  if (held) document.getElementById(held)?.focus();
}

// A text is written once for each language, so it waits until these are known.
const isOfWords = field => field.kind === "words" || (field.kind === "group" && field.fields.some(isOfWords));
const isTooEarly = field => isOfWords(field) && !languages().length && get([field.key]) === undefined;

function make(tag, properties = {}, ...inner) {
  const { dataset = {}, ...rest } = properties, element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, dataset);
  element.append(...inner.filter(Boolean));
  return element;
}

const idOf = where => `f-${where.join(".")}`;

function section(field) {
  const box = make("section", { className: "input" }, heading(field));
  const where = [field.key];
  box.append(inner(field, where));
  return box;
}

function inner(field, where) {
  if (field.kind === "list") return entries(field, where);
  if (field.kind === "named") return people(field, where);
  return field.kind === "group" ? group(field, where) : control(field, where, true);
}

// Fields that always belong together. What the document has there and none of them shows is named.
function group(field, where) {
  const box = make("div", { className: "entry", dataset: { place: where.join(".") } });
  fill(box, field, where, false);
  return box;
}

// What stands inside of an entry and is a list or a group itself is folded away while it is empty.
function folded(field, where) {
  const box = make("details", { className: "folded", open: get(where) !== undefined, dataset: { place: where.join(".") } }, make("summary", { textContent: field.label }));
  if (field.help) box.append(make("p", { className: "help", textContent: field.help }));
  box.append(field.kind === "list" ? entries(field, where) : group(field, where));
  return box;
}

function heading(field) {
  const needed = field.need === "needed" ? make("span", { className: "needed", textContent: say("needed") }) : null;
  const title = make("h3", { id: `h-${field.key}` }, field.label, needed);
  return make("header", {}, title, field.help ? make("p", { className: "help", textContent: field.help }) : null);
}

// A field at its place. `alone`: under a heading of its own, which names it.
function control(field, where, alone = false) {
  if (field.kind === "words") return words(field, where, alone);
  if (field.kind === "scripts") return scripts(field, where);
  if (field.kind === "list" || field.kind === "group") return folded(field, where);
  if (field.kind === "flag") return flag(field, where);
  if (field.kind === "hour" || field.kind === "number") return figures(field, where);
  const label = make("label", {}, alone ? make("span", { className: "unseen", textContent: field.label }) : field.label);
  const value = get(where) ?? "";
  const input = field.kind === "file" || field.kind === "choice" ? choice(field, value) : make("input", { value, autocomplete: "off" });
  if (field.kind === "time") Object.assign(input, { inputMode: "decimal", placeholder: field.help ?? "" });
  input.id = idOf(where);
  input.addEventListener("input", () => { put(where, input.value); changed(); });
  label.append(input);
  return holder(label, where);
}

function flag(field, where) {
  const input = make("input", { type: "checkbox", id: idOf(where), checked: Boolean(get(where)) });
  input.addEventListener("change", () => { put(where, input.checked || ""); changed(); });
  return holder(make("label", { className: "tick" }, input, ` ${field.label}`), where);
}

// An hour keeps the clock on which it was written: the job file's, else this browser's.
function figures(field, where) {
  const given = String(get(where) ?? ""), hour = field.kind === "hour";
  const input = make("input", { type: hour ? "datetime-local" : "number", id: idOf(where), value: hour ? given.slice(0, 16).replace(" ", "T") : given });
  if (!hour) Object.assign(input, { min: 2, max: 99, step: 1 });
  const clock = given.match(/([+-]\d\d:?\d\d|Z)$/)?.[0];
  input.addEventListener("input", () => {
    put(where, input.value === "" ? "" : hour ? `${input.value}:00${clock ?? offsetAt(new Date(input.value))}` : Number(input.value));
    changed();
  });
  const help = hour ? clockOf(clock, input.value) : field.help;
  return holder(make("label", {}, field.label, input, help && make("small", { className: "help", textContent: help })), where);
}

// Whose clock an hour is read on: the job file's, where that is not this device's.
function clockOf(given, value) {
  const offset = given === "Z" ? "+00:00" : given;
  return offset && offset !== offsetAt(new Date(value)) ? say("file-clock", { offset }) : say("device-clock", { zone });
}

function offsetAt(date) {
  const minutes = -date.getTimezoneOffset(), parts = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return (minutes < 0 ? "-" : "+") + parts.map(part => String(part).padStart(2, "0")).join(":");
}

const holder = (inner, where, name = "field") => make("div", { className: name, dataset: { place: where.join(".") } }, inner);

function choice(field, value) {
  const select = make("select");
  select.append(new Option(say(field.kind === "file" ? "choose-file" : "nobody"), ""));
  const offered = field.kind === "choice" ? Object.keys(get(["speakers"]) ?? {}).map(who => [who, nameOf(who)])
    : Object.entries(draft.files).filter(([, file]) => field.files.includes(file.kind)).map(([path]) => [path, path]);
  const known = typeof value === "object" ? value.file : value;
  if (known && !offered.some(([key]) => key === known)) offered.push([known, known]);
  select.append(...offered.map(([key, text]) => new Option(text, key)));
  select.value = known;
  return select;
}

function nameOf(who) {
  const names = get(["speakers", who, "name"]) ?? {};
  return names[document.documentElement.lang] ?? names[languages().find(code => names[code])] ?? Object.values(names)[0] ?? who;
}

// A text in every language that is wanted, side by side, each with the room of its card; one that the document has once
// for all languages is one field, until it is emptied.
function words(field, where, alone) {
  const once = typeof get(where) === "string";
  const codes = once ? [null] : [...languages(), ...Object.keys(get(where) ?? {}).filter(code => !languages().includes(code))];
  const group = make("div", { className: "words", role: "group", dataset: { place: where.join(".") } });
  group.setAttribute("aria-label", field.label);
  if (!alone) group.append(make("p", { className: "label", textContent: field.label }, field.help ? make("small", { className: "help", textContent: field.help }) : null));
  if (!codes.length) group.append(make("p", { className: "help", textContent: say("whom-first") }));
  const grid = make("div", { className: "languages" });
  grid.append(...codes.map(code => (once ? wordsIn(field, where, null) : wordsIn(field, [...where, code], code))));
  group.append(grid);
  return group;
}

function wordsIn(field, where, code) {
  const name = code === null ? say("every-language") : described.languages[code]?.name ?? code;
  const given = get(where) ?? "", shown = field.tags && given ? given.map(word => `#${word}`).join(" ") : given;
  const input = make("textarea", { value: shown, id: idOf(where), lang: code ?? "", dir: "auto", rows: field.long ? 3 : 1, autocomplete: "off" });
  if (!field.long) input.addEventListener("keydown", event => event.key === "Enter" && event.preventDefault());
  const count = make("output", { className: "count" });
  const label = make("label", { htmlFor: input.id }, make("span", { textContent: name }), count);
  label.firstChild.append(make("span", { className: "unseen", textContent: ` (${field.label})` }));
  const written = () => (field.tags ? input.value.split(/[\s,#]+/).filter(Boolean) : input.value);
  input.addEventListener("input", () => { put(where, input.value.trim() ? written() : ""); showRoom(input, count, where); changed(); });
  if (code) input.addEventListener("focus", async () => { await measure(where, code); showRoom(input, count, where); });
  else input.addEventListener("change", () => get(where) === undefined && rebuilt());
  showRoom(input, count, where);
  const cell = holder(label, where, "field word");
  cell.append(input);
  return cell;
}

const roomKey = where => [where.filter(step => typeof step !== "number").join("."), draft.document.recipe, ...(draft.document.accounts ?? []), ...(draft.document.formats ?? [])].join("|");

async function measure(where, code) {
  if (rooms.has(roomKey(where))) return;
  const { status, body } = await ask("/desk/new/room", { draft: sent(), place: where.slice(0, -1), language: code });
  if (status === 200) rooms.set(roomKey(where), body);
}

function showRoom(input, count, where) {
  const room = rooms.get(roomKey(where)), length = [...input.value].length;
  count.hidden = !length && !room?.most;
  count.textContent = room?.most ? say("room", { n: length, most: room.most }) : String(length);
  count.classList.toggle("over", Boolean(room?.most) && length > room.most);
}

// One caption file for each language; a language that lacks one says so.
function scripts(field, where) {
  const codes = [...new Set([...languages(), ...Object.keys(get(where) ?? {})])];
  const grid = make("div", { className: "languages", dataset: { place: where.join(".") } });
  if (!codes.length) grid.append(make("p", { className: "help", textContent: say("whom-first") }));
  grid.append(...codes.map(code => control({ ...field, kind: "file", label: described.languages[code]?.name ?? code }, [...where, code])));
  return grid;
}

function entries(field, where) {
  const list = make("ol", { className: "entries", dataset: { place: where.join(".") } });
  (get(where) ?? []).forEach((_, n) => list.append(entry(field, [...where, n], `${field.many} ${n + 1}`)));
  return make("div", {}, list, more(field, () => put([...where, (get(where) ?? []).length], {})));
}

function people(field, where) {
  const list = make("ol", { className: "entries", dataset: { place: where.join(".") } });
  Object.keys(get(where) ?? {}).forEach((who, n) => list.append(entry(field, [...where, who], `${field.many} ${n + 1}`)));
  return make("div", {}, list, more(field, () => {
    const taken = get(where) ?? {};
    let n = 1;
    while (taken[`person_${n}`]) n++;
    put([...where, `person_${n}`], { name: {} });
  }));
}

function entry(field, where, title) {
  const whole = field.fields.length === 1 && !field.fields[0].key;
  const out = button(say("remove"), () => remove(where), "quiet small");
  out.setAttribute("aria-label", `${say("remove")}: ${title}`);
  const box = make("li", { className: "entry", dataset: { place: where.join(".") } }, make("header", {}, make("h4", { textContent: title }), out));
  fill(box, field, where, whole);
  return box;
}

function fill(box, field, where, whole) {
  const long = ["words", "list", "group"], short = field.fields.filter(one => !long.includes(one.kind)), rest = field.fields.filter(one => long.includes(one.kind));
  if (short.length) box.append(make("div", { className: "short" }, ...short.map(one => control(one, [...where, one.key]))));
  box.append(...rest.map(one => control(one, whole ? where : [...where, one.key], whole)));
  const known = new Set(field.fields.map(one => one.key)), kept = whole ? [] : Object.keys(get(where) ?? {}).filter(key => !known.has(key));
  if (kept.length) box.append(make("p", { className: "help", textContent: say("kept", { what: kept.join(", ") }) }));
}

const more = (field, act) => button(say("add", { what: field.many }), act);

function button(text, act, className = "") {
  const made = make("button", { type: "button", textContent: text, className });
  made.addEventListener("click", () => { act(); rebuilt(); });
  return made;
}

// Put each fault at the field that it is about. `all`: also what is only missing so far. Returns those that found none.
export function showFaults(faults, all) {
  document.querySelectorAll(".at-field").forEach(one => one.remove());
  document.querySelectorAll("[aria-invalid]").forEach(one => { one.removeAttribute("aria-invalid"); one.removeAttribute("aria-describedby"); });
  return faults.filter((fault, n) => {
    if (fault.file) return false;
    const box = nearest(fault.place);
    if (!box) return true;
    const input = box.querySelector("input, select, textarea"), wrong = !isMissing(fault);
    if (!all && !wrong) return false;
    const said = make("p", { className: "at-field", id: `fault-${n}`, textContent: told(fault) });
    box.append(said);
    if (input && box.matches(".field")) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", said.id);
    }
    return false;
  });
}

// What a fault says; of a field that nobody has filled in yet, that it is needed, by the name that it has on this page.
export function told(fault) {
  const field = (recipe()?.fields ?? []).find(one => one.key === fault.place[0]);
  const empty = field && fault.place.length === 1 && get(fault.place) === undefined;
  return empty ? say("needed-here", { what: field.label }) : fault.message;
}

// Whether a fault is about what has not been given yet.
export function isMissing(fault) {
  if (fault.file) return false;
  const value = get(fault.place);
  return fault.place.length === 0 || value === undefined || value === "" || (typeof value === "object" && fault.missing);
}

export function nearest(where) {
  for (let depth = where.length; depth > 0; depth--) {
    const box = document.querySelector(`[data-place="${CSS.escape(where.slice(0, depth).join("."))}"]`);
    if (box) return box;
  }
  return null;
}
