// The caption editor: what is written stands in a list of cues that is never changed in place; each change is noted,
// kept in the browser, looked at by the service's own rules, and drawn over the picture.
import * as List from "./cues.js";
import { Player, asked, filmAddress } from "./player.js";
import "./wave.js";
import { Table } from "./cue-table.js";
import { Exchange } from "./exchange.js";
import { Dialogs } from "./cue-dialogs.js";
import { OtherWords } from "./other-words.js";

const $ = id => document.getElementById(id);
const editor = $("editor"), { job, language, clip } = editor.dataset, readonly = "readonly" in editor.dataset;
const names = JSON.parse(editor.dataset.names), said = $("said").dataset, wave = $("wave"), video = $("film");
const place = `/jobs/${job}/captions/${language}`, kept = `captions:${job}:${language}:${clip}`;
const state = { cues: [], base: [], version: "", chosen: null, about: null, films: [], film: null, drag: null };
const history = new List.History();
let player = null;

// Between the script's time (ms), the programme's (s) and the film's (s), which is a part of it.
const programme = ms => (ms / 1000 - state.about.offset_s) / state.about.tempo + state.about.low_s;
const script = s => Math.round(((s - state.about.low_s) * state.about.tempo + state.about.offset_s) * 1000);
const now = () => (player ? player.time : 0) + (state.film?.from ?? 0);
const chosen = () => state.cues.find(cue => cue.id === state.chosen);
const dirty = () => !List.sameList(state.cues, state.base) || state.cues.some((cue, n) => cue.was !== n);

const table = new Table($("cues"), $("cue"), said, readonly, {
  choose: (id, seek) => choose(id, seek),
  write: (id, what) => change(List.changed(state.cues, id, what), { typing: "text" in what && id }),
});
const exchange = new Exchange({ job, language, clip, place, said, kept, state, table, dirty, show, tell, notice, takeFilms, playFilm });
const dialogs = new Dialogs(state, said, editor.dataset.dir, change);

// Every change comes through here.
function change(cues, { typing = null, noted = true } = {}) {
  if (readonly || cues === state.cues) return;
  if (noted && (!typing || typing !== state.typing)) history.note(state.cues);
  state.typing = typing;
  show(cues);
}

function show(cues) {
  const before = state.cues;
  state.cues = cues;
  if (!cues.some(cue => cue.id === state.chosen)) state.chosen = cues[0]?.id ?? null;
  table.show(cues, state.chosen);
  exchange.keep();
  exchange.look(before);
  refresh();
}

function refresh() {
  wave.set(state.drag ? List.changed(state.cues, state.drag.id, state.drag) : state.cues, state.chosen, now());
  for (const [name, can] of [["undo", history.before.length], ["redo", history.after.length]]) {
    const button = document.querySelector(`[data-do=${name}]`);
    if (button) button.disabled = !can;
  }
  if ($("save")) $("save").disabled = !dirty() || exchange.saving;
  if (!exchange.saving && !exchange.waits) tell(dirty() ? "unsaved" : state.version ? "saved" : "", "");
  proof();
}

function tell(what, tone) {
  $("state").textContent = said[what] ?? what;
  $("state").dataset.tone = tone;
}

function notice(kind, text, ...deeds) {
  $("notices").querySelector(`[data-kind="${kind}"]`)?.remove();
  if (!text) return;
  const line = document.createElement("div");
  line.className = kind === "lost" || kind === "wrong" ? "fault" : "note";
  line.dataset.kind = kind;
  line.append(text);
  for (const [label, deed] of deeds) {
    const button = document.createElement(typeof deed === "string" ? "a" : "button");
    button.textContent = label;
    if (typeof deed === "string") Object.assign(button, { href: deed, className: "button", target: "_blank" });
    else button.onclick = () => { deed(); line.remove(); };
    line.append(button);
  }
  $("notices").append(line);
}

function choose(id, seek = true) {
  state.chosen = id;
  state.typing = null;
  table.choose(id);
  const cue = chosen();
  if (cue && seek && player) {
    const at = programme(cue.start) - state.film.from;
    player.video.pause();
    player.seek(Math.max(0, at + Math.min(0.2, (cue.end - cue.start) / 4000)));
  }
  refresh();
}

// The picture as it will be: of the chosen cue, in every format, as soon as a hand rests.
let proofTimer, proofCall;
function proof() {
  clearTimeout(proofTimer);
  proofCall?.abort();
  $("proof").hidden = true;
  const cue = chosen();
  if (!cue || !state.about || !cue.text.trim() || !state.films.length) return;
  proofTimer = setTimeout(() => draw(cue), 180);
}

async function draw(cue) {
  proofCall = new AbortController();
  const { signal } = proofCall, at = script(now()), inside = at >= cue.start && at < cue.end;
  const spoke = state.cues.filter((one, n, all) => one.speaker && one.start < cue.start && all.findIndex(x => x.speaker === one.speaker) === n);
  const body = {
    cues: [cue, ...spoke.slice(0, 20)].map(exchange.sent),
    at_ms: inside ? at : Math.round((cue.start + cue.end) / 2),
  };
  const formats = state.films.filter((film, n, all) => film.burned && all.findIndex(x => x.format === film.format) === n);
  for (const film of [state.film, ...formats.filter(one => one !== state.film)]) {
    try {
      const answer = await asked(`${place}/picture?clip=${clip}`, { method: "POST", body: { ...body, path: film.path }, signal });
      const address = URL.createObjectURL(await answer.blob());
      if (film === state.film && (!List.alike(cue, state.base[cue.was] ?? {}) || exchange.waits) && video.paused && inside) {
        $("proof").src = address;
        $("proof").hidden = false;
      }
      if (formats.length > 1 || film !== state.film) small(film, address);
      notice("unset", "");
    } catch (error) {
      if (error.name === "AbortError") return;
      if (error.status === 422) table.unset(cue.id, (error.problem.faults ?? []).map(fault => fault.message).join(" ") || error.message);
      else if (error.status !== 409) exchange.away(error);
      return;
    }
  }
}

function small(film, address) {
  let item = $("proofs").querySelector(`[data-format="${film.format}"]`);
  if (!item) {
    item = document.createElement("li");
    item.dataset.format = film.format;
    item.append(new Image(), document.createElement("p"));
    item.querySelector("img").alt = "";
    item.querySelector("p").textContent = names[film.format] ?? film.format;
    $("proofs").append(item);
  }
  const image = item.querySelector("img");
  if (image.src) URL.revokeObjectURL(image.src);
  image.src = address;
}

// The films of this language: those with the words in them first; a part begins where those before it end.
function takeFilms(deliveries) {
  const own = deliveries.filter(one => one.kind === "video" && one.language === language);
  state.films = own.map(film => ({
    ...film,
    burned: !deliveries.some(one => one.kind === "sidecar" && one.path.startsWith(film.path.replace(/\.mp4$/, "."))),
    from: own.filter(one => one.part && one.part < film.part && one.account === film.account && one.placement === film.placement
      && one.format === film.format).reduce((sum, one) => sum + one.duration_s, 0),
  }));
  const accounts = new Set(own.map(film => film.account)).size, choice = $("films"), before = state.film?.path;
  choice.replaceChildren(...state.films.map(film => new Option([names[film.placement ?? film.format] ?? film.placement, accounts > 1 && (names[`@${film.account}`] ?? film.account), film.part && `${film.part}`].filter(Boolean).join(" · "), film.path)));
  choice.hidden = state.films.length < 2;
  $("nofilm").hidden = state.films.length > 0;
  video.hidden = !state.films.length;
  state.film = state.films.find(film => film.path === before) ?? state.films.find(film => film.burned) ?? state.films[0] ?? null;
  if (state.film) choice.value = state.film.path;
}

function playFilm(fresh) {
  if (!state.film) return;
  const address = filmAddress(job, state.film);
  if (!player) {
    player = new Player(video, state.about.fps);
    player.heard.add(moment);
    video.src = address;
  } else if (fresh || video.getAttribute("src") !== address) player.swap(address); // the drawn picture stands meanwhile
}

let last = -1;
function moment() {
  if (video.readyState < video.HAVE_CURRENT_DATA) return;
  const at = now(), ms = script(at);
  $("time").textContent = `${List.clock(at * 1000)} · ${player.frame}`;
  const playing = state.cues.find(cue => ms >= cue.start && ms < cue.end)?.id ?? null;
  table.play(playing);
  if (!video.paused && playing && playing !== state.chosen && !table.writing) { state.chosen = playing; table.choose(playing); }
  if (!video.paused) $("proof").hidden = true;
  else if (at !== last) proof();
  last = at;
  wave.set(state.drag ? List.changed(state.cues, state.drag.id, state.drag) : state.cues, state.chosen, at);
}

const neighbour = by => state.cues[Math.min(Math.max(state.cues.indexOf(chosen()) + by, 0), state.cues.length - 1)];

function move(id, what) {
  const cue = state.cues.find(one => one.id === id), after = { ...cue, ...what };
  if (after.end - after.start < List.LEAST_MS) return;
  const by = after.end - cue.end, number = state.cues.indexOf(cue);
  let cues = List.changed(state.cues, id, what);
  if ($("ripple")?.checked && by && cues[number + 1]) cues = List.shifted(cues, by, cues[number + 1].id);
  change(cues);
}

function split(at) {
  if (!chosen()) return;
  const made = List.split(state.cues, state.chosen, at, script(now()));
  change(made.cues);
  choose(made.second.id, false);
}

function insert(writing) {
  const made = List.inserted(state.cues, state.chosen, script(state.about.high_s));
  change(made.cues);
  choose(made.cue.id);
  if (writing) table.write(made.cue.id);
}

const deeds = {
  play: () => player?.toggle(), back: () => player?.step(-1), forth: () => player?.step(1),
  undo: () => show(history.undo(state.cues)), redo: () => show(history.redo(state.cues)),
  insert: () => insert(true), split: () => split(null), merge: () => change(List.merge(state.cues, state.chosen)),
  delete: () => { const next = neighbour(1).id; if (state.cues.length > 1) { change(List.without(state.cues, state.chosen)); choose(next, false); } },
  begin: () => chosen() && move(state.chosen, { start: script(now()) }), end: () => chosen() && move(state.chosen, { end: script(now()) }),
  before: () => choose(neighbour(-1).id), after: () => choose(neighbour(1).id),
  wider: () => wave.zoom(1.5), closer: () => wave.zoom(1 / 1.5),
  help: () => $("help").showModal(), find: () => dialogs.find(), shift: () => dialogs.shift(),
  save: () => exchange.save(), "next-finding": () => { const id = table.nextRemark(state.chosen); if (id) choose(id); },
};

const WRITING = { "Ctrl+s": "save", "Ctrl+f": "find", "Ctrl+ ": "play", "Ctrl+Enter": "insert", "Alt+ArrowUp": "before", "Alt+ArrowDown": "after", F8: "next-finding" };
const KEYS = {
  ...WRITING, " ": "play", ",": "back", ".": "forth", i: "begin", o: "end", s: "split", m: "merge", n: "insert", Delete: "delete",
  ArrowUp: "before", ArrowDown: "after", "Ctrl+z": "undo", "Ctrl+Shift+z": "redo", "Ctrl+y": "redo", "?": "help",
};

document.addEventListener("keydown", event => {
  if (document.querySelector("dialog[open]") || event.target.closest?.("#other-words")) return;
  const field = event.target.closest?.("input, textarea, select"), one = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const name = `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.shiftKey && one !== "?" ? "Shift+" : ""}${one}`;
  if (field?.matches("textarea")) {
    if (event.key === "Escape") { field.blur(); table.row(state.chosen)?.querySelector(".number").focus(); return; }
    if (name === "Ctrl+Shift+Enter") { event.preventDefault(); split(field.selectionStart); return; }
    const moves = { "Alt+ArrowUp": -1, "Alt+ArrowDown": 1 }[name];
    if (moves) { event.preventDefault(); const { id } = neighbour(moves); choose(id); table.write(id); return; }
  }
  const deed = (field ? WRITING : KEYS)[name];
  if (field || !deed) {
    if (field) { if (deed) { event.preventDefault(); deeds[deed](); } return; }
    if ("jkl".includes(one) && name === one) player?.shuttle(one);
    else if (name === "Shift+<" || name === "Shift+,") player?.step(-Math.round(state.about.fps));
    else if (name === "Shift+>" || name === "Shift+.") player?.step(Math.round(state.about.fps));
    else if (name === "Enter" && !event.target.closest("button, a")) { event.preventDefault(); table.write(state.chosen); }
    return;
  }
  if (name === " " && event.target.closest("button, a, summary") && !event.target.closest(".cue")) return;
  event.preventDefault();
  deeds[deed]();
});
document.addEventListener("click", event => {
  const deed = event.target.closest("[data-do]")?.dataset.do;
  if (deed) deeds[deed]();
});
$("save")?.addEventListener("click", deeds.save);
$("films").addEventListener("change", event => {
  const at = now();
  state.film = state.films.find(film => film.path === event.target.value);
  playFilm(true);
  player.seek(at - state.film.from);
});
$("language").addEventListener("change", event => { location.href = event.target.value; });
$("clip")?.addEventListener("change", event => { location.search = `?clip=${event.target.value}`; });
$("beside").addEventListener("change", event => beside(event.target.value, event.target.selectedOptions[0].dataset.dir));
wave.addEventListener("choose", event => choose(event.detail.id, false));
wave.addEventListener("seek", event => player?.seek(event.detail.second - state.film.from));
wave.addEventListener("drag", event => { state.drag = event.detail; refresh(); });
wave.addEventListener("dragged", event => { state.drag = null; const { id, ...what } = event.detail; move(id, what); refresh(); });


// The words beside the captions, in the same place; what is saved of them makes a new film too.
const others = $("other-words") && new OtherWords($("other-words"));
function turn(which) {
  $("captions-pane").hidden = which === "words";
  others.form.hidden = which !== "words";
  editor.classList.toggle("words-turned", which === "words");
  window.history.replaceState(null, "", which === "words" ? "#words" : location.pathname + location.search);
  if (which === "words" && !readonly) others.here();
  for (const button of document.querySelectorAll("[data-pane]")) button.setAttribute("aria-pressed", button.dataset.pane === which);
}
function beside(code, dir) {
  exchange.beside(code, dir);
  others?.beside(code, dir);
}
if (others) {
  for (const button of document.querySelectorAll("[data-pane]")) button.addEventListener("click", () => turn(button.dataset.pane));
  others.form.addEventListener("reworded", ({ detail: { round } }) => {
    const told = (what, tone) => others.tell(others.dirty() ? "unsaved" : tone === "ok" ? "ready" : "broken", tone);
    exchange.watch(round, told);
  });
  if (location.hash === "#words") turn("words");
}

addEventListener("beforeunload", event => { if (dirty() && !readonly) { exchange.keep(true); event.preventDefault(); } });

const { cues, ...about } = await exchange.read();
state.about = { ...about, programme, script };
wave.show(state.about);
takeFilms((await (await asked(`/jobs/${job}/deliveries`)).json()).deliveries);
playFilm(false);
exchange.begin(cues);
$("loading").remove();
if ($("beside").value) beside($("beside").value, $("beside").selectedOptions[0].dataset.dir);
const wanted = new URLSearchParams(location.search).get("t");
const first = state.cues.find(cue => programme(cue.end) > Number(wanted ?? 0)) ?? state.cues[0];
if (first) {
  choose(first.id);
  if (!wanted) player?.seek(programme((first.start + first.end) / 2) - state.film.from); // its first frames may fade in
  scrollTo(0, 0); // what was chosen for somebody takes no page away
}
