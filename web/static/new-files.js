// Files dropped together: uploaded at once, sorted by what they are, put where the recipe wants them.
import { ask, begin, described, draft, get, languages, put, recipe, remove, say, wanted } from "./new-draft.js";
import { Refused, Upload } from "./tus.js";

const AT_ONCE = 2;
const JOB_FILE = /\.ya?ml$/i;
const LARGEST_JOB_FILE = 2_000_000;
const LONGEST_NAME = 255, ROOM_FOR_NUMBER = 8; // bytes: what file systems take
const list = document.getElementById("file-list");
const row = document.getElementById("t-file");
const under = new Map(); // the uploads of this visit by their path
const waiting = [];
let running = 0;
let changed = () => {};

export function watchFiles(heard) {
  changed = heard;
  const zone = document.getElementById("drop");
  for (const name of ["pick", "pick-folder"]) {
    const input = document.getElementById(name);
    input.addEventListener("change", () => {
      take([...input.files].map(file => ({ file, path: inside(file.webkitRelativePath) || file.name, folder: file.webkitRelativePath.split("/")[0] })));
      input.value = "";
    });
  }
  addEventListener("dragover", event => { event.preventDefault(); zone.classList.add("over"); });
  addEventListener("dragleave", event => event.relatedTarget || zone.classList.remove("over"));
  addEventListener("drop", async event => {
    event.preventDefault();
    zone.classList.remove("over");
    const entries = [...event.dataTransfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
    const found = await Promise.all(entries.map(entry => walk(entry, entry.isDirectory ? entry.name : "")));
    take(entries.length ? found.flat() : [...event.dataTransfer.files].map(file => ({ file, path: file.name, folder: "" })));
  });
}

const inside = path => path.split("/").slice(1).join("/");

async function walk(entry, folder) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ file, folder, path: folder ? inside(entry.fullPath.slice(1)) : file.name }];
  }
  const reader = entry.createReader(), found = [];
  for (let some; (some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))).length;) found.push(...some);
  return (await Promise.all(found.map(inner => walk(inner, folder)))).flat();
}

async function take(dropped) {
  const seen = dropped.filter(({ path }) => !path.split("/").some(part => part.startsWith(".")));
  for (const one of seen.filter(({ path }) => JOB_FILE.test(path))) await readJobFile(one);
  for (const one of seen.filter(({ path }) => !JOB_FILE.test(path))) add(one.file, one.path);
  changed();
}

async function readJobFile({ file, folder }) {
  const text = file.size <= LARGEST_JOB_FILE ? await file.text() : "";
  const { status, body } = await ask("/desk/new/read", { text });
  if (status !== 200 || !body.recipe) return note(say("no-job-file", { name: file.name }), body.detail);
  const name = (folder || file.name.replace(JOB_FILE, "")).normalize("NFKD").replace(/[^\w-]+/g, "-").replace(/^[-_]+|-+$/g, "");
  begin({ files: draft.files, document: body, name: name.slice(0, 80), named: true });
}

function note(text, detail = "") {
  const said = document.getElementById("file-note");
  said.hidden = !text;
  said.querySelector("span").textContent = [text, detail].filter(Boolean).join(" ");
}

const bytesOf = text => new TextEncoder().encode(text).length;

// A name may be longer here than a file system takes: 255 Arabic letters are 510 bytes. It is cut before its ending.
function fitting(name) {
  if (bytesOf(name) <= LONGEST_NAME) return name;
  const [, stem, end] = name.match(/^(.*?)(\.[^.]{0,20})?$/s), letters = [...stem];
  while (bytesOf(letters.join("") + (end ?? "")) > LONGEST_NAME - ROOM_FOR_NUMBER) letters.pop();
  return letters.join("").trim() + (end ?? "");
}

// A file under its path; one that was begun before goes on, another of the same path gets a number.
function add(file, path) {
  note("");
  const given = path;
  path = path.split("/").map(fitting).join("/");
  const cut = path !== given;
  const wants = [...wanted()].map(([, name]) => name).find(name => name === path || name.split("/").at(-1) === path);
  path = wants && !draft.files[wants]?.sha256 ? wants : path;
  const known = draft.files[path], same = known && known.size === file.size && known.modified === file.lastModified;
  if (known && !same && (known.sha256 || under.has(path))) {
    const [, stem, end] = path.match(/^(.*?)(\.[^./]*)?$/);
    let n = 2;
    while (draft.files[`${stem}-${n}${end ?? ""}`]) n++;
    path = `${stem}-${n}${end ?? ""}`;
  } else if (same && (known.sha256 || under.has(path))) return;
  draft.files[path] = { size: file.size, modified: file.lastModified, sent: 0, place: same ? known.place : null, cut };
  waiting.push([path, file]);
  next();
}

function next() {
  while (running < AT_ONCE && waiting.length) {
    running++;
    const [path, file] = waiting.shift();
    send(path, file).finally(() => { running--; next(); });
  }
}

async function send(path, file) {
  const entry = draft.files[path];
  if (!entry) return;
  const upload = new Upload(file, path.split("/").at(-1), {
    place: entry.place,
    onPlace: place => { entry.place = place; changed(); },
    onProgress: sent => { entry.sent = sent; showProgress(path); },
    onWait: why => {
      if (entry.wait === why) return;
      entry.wait = why;
      document.getElementById("signed-out").hidden = why !== "signed-out";
      showFiles();
    },
  });
  under.set(path, upload);
  try {
    const digest = await upload.send();
    if (!digest) return;
    entry.sha256 = digest;
    await sort(path);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    entry.faults = [error.message];
  } finally {
    under.delete(path);
    changed();
  }
}

async function sort(path, language = null) {
  const entry = draft.files[path];
  const { status, body } = await ask("/desk/new/sort", { name: path.split("/").at(-1), sha256: entry.sha256, language });
  if (status !== 200) {
    entry.faults = [body.detail ?? ""];
    return;
  }
  const before = entry.language;
  Object.assign(entry, { kind: body.kind, language: body.language, facts: body.facts, repairs: body.repairs, faults: body.faults });
  if (before && before !== entry.language && get(["scripts", before]) === path) remove(["scripts", before]);
  if (!entry.faults.length || entry.kind === "captions") settle(path);
}

// Put a sorted file where the chosen recipe has room for it, unless the document names it already.
function settle(path) {
  const entry = draft.files[path], keys = new Map(recipe()?.fields.map(field => [field.key, field]));
  if ([...wanted()].some(([, name]) => name === path)) return;
  if (entry.kind === "captions" && keys.has("scripts") && entry.language && !get(["scripts", entry.language])) put(["scripts", entry.language], path);
  if (entry.kind === "clip" && keys.has("clips")) put(["clips", (get(["clips"]) ?? []).length], { file: path });
  if (entry.kind === "sound" && keys.has("music") && !get(["music"])) put(["music"], path);
  if (entry.kind === "photo") {
    const points = get(["points"]) ?? [], free = points.findIndex(point => !point.picture);
    if (keys.has("picture") && !get(["picture"])) put(["picture"], path);
    else if (keys.has("points")) put(["points", free < 0 ? points.length : free, "picture"], path);
  }
}

export function settleAll() {
  for (const [path, entry] of Object.entries(draft.files)) if (entry.kind) settle(path);
}

// The files of the job that this one begins from are lent to who may correct that job; others have to be sent.
export async function borrow(job) {
  const { status, body } = await ask(`/desk/jobs/${job}/lend`, {}), lent = status === 200 ? body : {};
  const lacking = Object.keys(draft.files).filter(path => !(path in lent));
  for (const path of lacking) delete draft.files[path];
  if (lacking.length) note(say("not-lent", { n: lacking.length }));
  await Promise.all(Object.entries(lent).filter(([path]) => draft.files[path]).map(([path, size]) => {
    Object.assign(draft.files[path], { size, sent: size });
    return sort(path, scriptOf(path));
  }));
  changed();
}

const scriptOf = path => Object.entries(get(["scripts"]) ?? {}).find(([, name]) => name === path)?.[0] ?? null;

export const pending = () => Object.values(draft.files).filter(entry => !entry.sha256 && !entry.faults?.length).length;

export function showFiles() {
  const missing = [...new Set([...wanted()].map(([, path]) => path))].filter(path => !draft.files[path]);
  list.replaceChildren(...Object.keys(draft.files).map(shown), ...missing.map(shownMissing));
  list.hidden = !list.children.length;
}

function shown(path) {
  const entry = draft.files[path], item = row.content.firstElementChild.cloneNode(true);
  const used = [...wanted()].some(([, name]) => name === path);
  item.dataset.file = path;
  item.classList.toggle("bad", Boolean(entry.faults?.length));
  item.querySelector(".path").textContent = path;
  item.querySelector(".facts").replaceChildren(...facts(entry, used, path).map(text => Object.assign(document.createElement("span"), { textContent: text })));
  item.querySelector("use").setAttribute("href", item.dataset.icons + "#" + ({ clip: "frames", photo: "picture", sound: "sound", captions: "speech" }[entry.kind] ?? "file"));
  const bar = item.querySelector("progress");
  bar.hidden = Boolean(entry.sha256 || entry.faults?.length);
  bar.max = entry.size || 1;
  bar.value = entry.sent;
  bar.setAttribute("aria-label", say("progress-of", { name: path }));
  item.querySelector(".faults").replaceChildren(...[...(entry.faults ?? []), ...(entry.repairs ?? [])].map((text, n) =>
    Object.assign(document.createElement("li"), { textContent: text, className: n < (entry.faults?.length ?? 0) ? "bad" : "" })));
  offerLanguage(item.querySelector("label"), entry, path);
  const out = item.querySelector("button");
  out.setAttribute("aria-label", say("remove-file", { name: path }));
  out.addEventListener("click", () => drop(path));
  return item;
}

function facts(entry, used, path) {
  const number = value => value.toLocaleString(described.locale);
  if (!entry.sha256) {
    if (entry.faults?.length) return [say("not-sent")];
    if (entry.wait) return [say(entry.wait)];
    if (!under.has(path) && !waiting.some(([name]) => name === path)) return [say("drop-again")];
    return [say("sending", { done: percent(entry), size: bytes(entry.size) })];
  }
  const { width, height, seconds, cues, encoding } = entry.facts ?? {}, found = [];
  if (entry.kind) found.push(say(entry.kind));
  if (width) found.push(`${width} × ${height}`);
  if (cues) found.push(say(cues === 1 ? "cue" : "cues", { n: number(cues) }));
  if (seconds) found.push(clock(seconds));
  if (encoding) found.push(encoding.toUpperCase());
  found.push(bytes(entry.size));
  if (entry.cut) found.push(say("name-cut"));
  if (recipe() && entry.kind && !entry.faults?.length && !used) found.push(say("unused"));
  return found;
}

const percent = entry => new Intl.NumberFormat(described.locale, { style: "percent" }).format(Math.floor((100 * entry.sent) / (entry.size || 1)) / 100);

function bytes(count) {
  const step = count < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(count) / 3));
  return (count / 1000 ** step).toLocaleString(described.locale, { maximumFractionDigits: step > 1 ? 1 : 0 }) + "\u00a0" + say("units").split(" ")[step];
}

const clock = seconds => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function offerLanguage(label, entry, path) {
  label.hidden = entry.kind !== "captions" || !entry.sha256;
  if (label.hidden) return;
  const select = label.querySelector("select"), first = languages();
  const codes = [...first, ...Object.keys(described.languages).filter(code => !first.includes(code))];
  select.append(...codes.map(code => new Option(described.languages[code].name, code)));
  select.value = entry.language ?? "";
  select.setAttribute("aria-label", say("language-of", { name: path }));
  select.addEventListener("change", async () => { await sort(path, select.value); changed(); });
}

function shownMissing(path) {
  const item = row.content.firstElementChild.cloneNode(true);
  item.classList.add("lacking");
  item.querySelector(".path").textContent = path;
  item.querySelector(".facts").append(Object.assign(document.createElement("span"), { textContent: say("missing-file") }));
  item.querySelectorAll("progress, label, button").forEach(one => one.remove());
  return item;
}

function showProgress(path) {
  const item = [...list.children].find(one => one.dataset.file === path);
  if (!item) return;
  item.querySelector("progress").value = draft.files[path].sent;
  item.querySelector(".facts").firstElementChild.textContent = facts(draft.files[path], true, path)[0];
}

async function drop(path) {
  const entry = draft.files[path];
  delete draft.files[path];
  for (let found; (found = [...wanted()].find(([, name]) => name === path));) {
    const [place] = found;
    remove(place.at(-1) === "file" && place.at(-3) === "clips" ? place.slice(0, -1) : place);
  }
  changed();
  const upload = under.get(path) ?? (entry.sha256 ? null : entry.place && new Upload(new Blob(), path, { place: entry.place }));
  await upload?.abort();
}
