// The review wall. What is shown stands in the address: a link brings a colleague to the same frame of the same film.
import { clock } from "./cues.js";
import { Player, asked, filmAddress } from "./player.js";
import { Comments } from "./comments.js";
import { drawZone } from "./zones.js";

const $ = id => document.getElementById(id);
const wall = $("wall"), { job } = wall.dataset, said = $("said").dataset;
const zones = JSON.parse(wall.dataset.zones), languages = JSON.parse(wall.dataset.languages);
const names = JSON.parse(wall.dataset.names);
const asks = new URLSearchParams(location.search);
const state = {
  films: [], earlier: new Map(), rounds: [], film: null, other: null, offset: Number(asks.get("offset") ?? 0),
  zone: asks.get("zone") === "1", loop: null, by: asks.get("by") ?? "account",
};
let first = null, second = null;
const SYNC_S = 0.06;

// What a film is called; on the wall without what its group says already.
const called = account => account && (names[`@${account}`] ?? account);
const nameOf = (film, by = "") => [
  names[film.placement ?? film.format] ?? film.placement, by !== "language" && (languages[film.language] ?? film.language),
  by !== "account" && called(film.account), film.part && said.part.replace("%(number)s", film.part),
].filter(Boolean).join("\u00a0· ");

async function read() {
  const { deliveries, unfinished, rounds } = await (await asked(`/jobs/${job}/deliveries`)).json();
  state.films = deliveries.filter(one => one.kind === "video");
  state.rounds = rounds;
  $("unfinished").textContent = unfinished.length ? said.unfinished.replace("%(languages)s", unfinished.map(code => languages[code] ?? code).join(", ")) : "";
  $("none").hidden = state.films.length > 0;
  showWall();
  if (state.film) {
    const now = state.films.find(film => film.path === state.film.path);
    if (now && now.sha256 !== state.film.sha256) { state.film = now; first.swap(filmAddress(job, now)); }
  }
}

// Pictures are loaded where they are seen, and one that has scrolled away stands still.
const seen = new IntersectionObserver(entries => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting && !target.src) { target.preload = "metadata"; target.src = target.dataset.src; }
    if (!isIntersecting) target.pause();
    else if (wall.dataset.playing) together(target);
  }
}, { rootMargin: "200px" });

function showWall() {
  const groups = new Map();
  for (const film of state.films) {
    const key = { account: called(film.account) ?? said.none, language: languages[film.language] ?? film.language, format: film.format }[state.by];
    groups.set(key, [...(groups.get(key) ?? []), film]);
  }
  const known = new Map([...document.querySelectorAll(".variant")].map(item => [item.dataset.key, item]));
  const single = groups.size === 1 && state.by === "account" && !state.films.some(film => film.account);
  $("groups").replaceChildren(...[...groups].map(([name, films]) => {
    const section = document.createElement("section"), title = document.createElement("h2"), list = document.createElement("ul");
    title.textContent = state.by === "format" ? names[name] ?? name : name;
    title.hidden = single;
    list.append(...films.map(film => {
      const item = known.get(`${film.path}@${film.sha256}`) ?? made(film);
      item.querySelector(".name").textContent = nameOf(film, state.by);
      return item;
    }));
    section.append(title, list);
    return section;
  }));
  for (const button of document.querySelectorAll("[data-by]")) button.setAttribute("aria-pressed", button.dataset.by === state.by);
  mark();
}

function made(film) {
  const item = $("variant").content.firstElementChild.cloneNode(true), video = item.querySelector("video");
  item.dataset.key = `${film.path}@${film.sha256}`;
  item.dataset.path = film.path;
  video.dataset.src = `${filmAddress(job, film)}#t=1`;
  video.width = Math.round((film.width / film.height) * 208);
  video.height = 208;
  seen.observe(video);
  const facts = item.querySelector(".facts");
  facts.textContent = `${film.width} × ${film.height} · ${clock(film.duration_s * 1000).slice(0, -4)}`;
  if (film.checks.some(check => check.verdict === "fail")) {
    const bad = Object.assign(document.createElement("span"), { className: "bad", textContent: ` · ${said.failing}` });
    facts.append(bad);
  }
  item.querySelector("button").addEventListener("click", () => open(film));
  return item;
}

function mark() {
  for (const item of document.querySelectorAll(".variant")) {
    item.querySelector("button").setAttribute("aria-current", String(item.dataset.path === state.film?.path));
  }
}

// All that is seen plays from the same second, without sound; the clock is that of the first.
function together(video) {
  const lead = document.querySelector(".variant video:not([data-still])");
  if (video !== lead && lead && Math.abs(video.currentTime - lead.currentTime) > SYNC_S) video.currentTime = lead.currentTime;
  video.play().catch(() => {});
}

function playAll() {
  const plays = !wall.dataset.playing, box = video => video.getBoundingClientRect();
  if (plays) wall.dataset.playing = "1"; else delete wall.dataset.playing;
  for (const video of document.querySelectorAll(".variant video")) {
    if (!plays) { video.pause(); continue; }
    video.loop = true;
    if (video.src && box(video).bottom > -200 && box(video).top < innerHeight + 200) together(video);
  }
}
setInterval(() => {
  if (!wall.dataset.playing) return;
  for (const video of document.querySelectorAll(".variant video")) if (!video.paused) together(video);
}, 1000);

function open(film, at = null) {
  state.film = film;
  $("stage").hidden = false;
  const video = $("first");
  if (!first) {
    first = new Player(video, Number(fps(film)));
    first.heard.add(moment);
    video.addEventListener("play", follow);
    video.addEventListener("pause", follow);
    video.addEventListener("ratechange", follow);
    video.addEventListener("error", unplayed);
  }
  first.fps = fps(film);
  const time = at ?? video.currentTime ?? 0;
  video.src = filmAddress(job, film);
  video.addEventListener("loadedmetadata", () => { first.seek(time); zone(); }, { once: true });
  $("position").max = film.duration_s;
  $("correct").href = `/desk/jobs/${job}/captions/${encodeURIComponent(film.language)}`;
  $("correct").hidden = ![...document.querySelectorAll("nav.row a")].some(a => a.pathname === new URL($("correct").href).pathname);
  document.querySelector(".one figcaption").textContent = nameOf(film);
  choices();
  mark();
  comments.show(film);
  $("stage").scrollIntoView({ block: "start" });
  remember();
}

// Why a film does not play: this browser cannot, or the service does not give it.
async function unplayed() {
  const caption = document.querySelector(".one figcaption");
  if (!$("no-films").hidden) caption.textContent = said.noplay;
  else await asked(`/jobs/${job}`).catch(error => { caption.textContent = error.message; });
}

function fps(film) {
  const [over, under = "1"] = film.fps.split("/");
  return Number(over) / Number(under);
}

// What may stand beside it: earlier versions of the same film, and the other films.
function choices() {
  const choice = $("beside"), chosen = state.other?.key ?? asks.get("beside") ?? "";
  const before = state.rounds.slice(0, -1).reverse().map(number => new Option(said.earlier.replace("%(number)s", number), `${number}@${state.film.path}`));
  const others = state.films.filter(film => film.path !== state.film.path).map(film => new Option(nameOf(film), `@${film.path}`));
  choice.replaceChildren(choice.options[0], ...before, ...others);
  choice.value = [...choice.options].some(option => option.value === chosen) ? chosen : "";
  beside(choice.value);
}

async function beside(key) {
  const figure = document.querySelector(".two"), number = key.split("@", 1)[0], path = key.slice(number.length + 1);
  figure.hidden = !key;
  document.querySelector(".offset").hidden = !key;
  state.other = key ? { key } : null;
  if (!key) { $("second").removeAttribute("src"); second = null; zone(); remember(); return; }
  let films = state.films;
  if (number) {
    if (!state.earlier.has(number)) state.earlier.set(number, (await (await asked(`/jobs/${job}/deliveries?round=${number}`)).json()).deliveries);
    films = state.earlier.get(number);
  }
  const film = films.find(one => one.path === path);
  if (!film || state.other?.key !== key) return;
  second ??= new Player($("second"), fps(film));
  second.fps = fps(film);
  $("second").src = filmAddress(job, film) + (number ? `&round=${number}` : "");
  $("second").addEventListener("loadedmetadata", () => { follow(); zone(); }, { once: true });
  figure.querySelector("figcaption").textContent = number ? said.version.replace("%(number)s", number) : nameOf(film);
  remember();
}

// The other one goes where the first one is, so many frames later.
function follow() {
  const lead = $("first"), video = $("second");
  if (!second || document.querySelector(".two").hidden) return;
  const wanted = lead.currentTime + state.offset / second.fps;
  if (Math.abs(video.currentTime - wanted) > (lead.paused ? 0.001 : SYNC_S)) video.currentTime = Math.max(0, wanted);
  video.playbackRate = lead.playbackRate;
  lead.paused ? video.pause() : video.play().catch(() => {});
}

function moment() {
  const at = first.time;
  $("time").textContent = `${clock(at * 1000)} · ${first.frame}`;
  if (document.activeElement !== $("position") || !$("first").paused) $("position").value = at;
  follow();
  comments.at(at);
  clearTimeout(moment.timer);
  moment.timer = setTimeout(remember, 400);
}

function remember() {
  const address = new URL(location.href), put = (name, value) => (value ? address.searchParams.set(name, value) : address.searchParams.delete(name));
  put("film", state.film?.path);
  put("t", state.film && first ? first.time.toFixed(3) : null);
  put("beside", state.other?.key);
  put("offset", state.offset || null);
  put("zone", state.zone ? "1" : null);
  put("by", state.by === "account" ? null : state.by);
  put("speed", $("speed").value === "1" ? null : $("speed").value);
  history.replaceState(null, "", address);
}

function zone() {
  document.querySelector("[data-do=zone]").setAttribute("aria-pressed", state.zone);
  for (const figure of document.querySelectorAll(".screens figure")) {
    drawZone(figure.querySelector(".zone"), figure.querySelector("video"), state.zone && state.film, zones);
  }
}
new ResizeObserver(zone).observe(document.querySelector(".screens"));

const comments = new Comments(job, said, { languages, films: names }, {
  at: () => first?.time ?? 0, fps: () => first?.fps ?? 25, pause: () => first?.video.pause(),
  seek: (from, until) => { first.video.pause(); first.seek(from); loop(until ? [from, until] : null); if (until) first.video.play().catch(() => {}); },
});

function loop(span) {
  state.loop = first.loop = span;
  document.querySelector("[data-do=loop]").setAttribute("aria-pressed", Boolean(span));
}

const deeds = {
  play: () => first?.toggle(), back: () => first?.step(-1), forth: () => first?.step(1), "play-all": playAll,
  loop: () => loop(state.loop ? null : comments.span() ?? [Math.max(0, first.time - 1.5), Math.min(state.film.duration_s, first.time + 1.5)]),
  zone: () => { state.zone = !state.zone; zone(); remember(); },
  close: () => { $("first").pause(); $("stage").hidden = true; state.film = null; mark(); remember(); },
  copy: async () => {
    remember();
    await navigator.clipboard.writeText(location.href);
    const line = document.querySelector("[data-do=copy] span"), before = line.textContent;
    line.textContent = line.dataset.done;
    setTimeout(() => { line.textContent = before; }, 1600);
  },
};
document.addEventListener("click", event => {
  const deed = event.target.closest("[data-do]")?.dataset.do, by = event.target.closest("[data-by]")?.dataset.by;
  if (deed) deeds[deed]();
  if (by) { state.by = by; showWall(); remember(); }
});
document.addEventListener("keydown", event => {
  if (event.target.closest("input:not([type=range]), textarea, select, dialog") || event.ctrlKey || event.metaKey || event.altKey || !state.film) return;
  const key = event.key.toLowerCase();
  const strokes = { " ": deeds.play, ",": deeds.back, ".": deeds.forth, "<": () => first.step(-Math.round(first.fps)), ">": () => first.step(Math.round(first.fps)),
    i: () => comments.begin(), o: () => comments.end(), z: deeds.zone, r: deeds.loop, escape: deeds.close };
  if ("jkl".includes(key)) first.shuttle(key);
  else if (!strokes[key] || (key === " " && event.target.closest("button, a"))) return;
  else strokes[key]();
  event.preventDefault();
});
$("position").addEventListener("input", event => { first.video.pause(); first.seek(Number(event.target.value)); });
$("speed").addEventListener("change", event => { $("first").playbackRate = Number(event.target.value); remember(); });
$("beside").addEventListener("change", event => beside(event.target.value));
$("offset").addEventListener("input", event => { state.offset = Number(event.target.value) || 0; follow(); remember(); });

await read();
$("offset").value = state.offset;
const wanted = state.films.find(film => film.path === asks.get("film"));
if (wanted) open(wanted, Number(asks.get("t") ?? 0));
if (asks.get("speed")) { $("speed").value = asks.get("speed"); $("first").playbackRate = Number(asks.get("speed")); }
if ("unended" in wall.dataset) {
  const source = new EventSource(`/jobs/${job}/events`);
  let again;
  for (const kind of ["variant", "state"]) source.addEventListener(kind, () => { clearTimeout(again); again = setTimeout(read, 300); });
}
