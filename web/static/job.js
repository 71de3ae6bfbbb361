// A job's page renews itself: its steps while it is made, all of it when something was decided, released or moved.
import { refresh } from "./desk.js";

const STEPS_EVERY_MS = 700, FILMS_EVERY_MS = 2000, AFTERWARDS_EVERY_MS = 8000;
const WHOLE = ["state", "approved", "rejected", "approval lost", "comment", "release", "withdrawal", "embargo", "priority"];
const job = document.getElementById("job");
const cutOff = document.getElementById("cut-off");
let due = null, films = null;

function soon(what) {
  due ??= setTimeout(async () => { due = null; await what(); }, STEPS_EVERY_MS);
}

async function whole() {
  const made = !document.getElementById("languages");
  if (await refresh() && made && (await pageHas("languages"))) location.reload();
}

async function pageHas(id) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id) !== null;
}

function watch() {
  const events = new EventSource(`/jobs/${job.dataset.job}/events?after=${job.dataset.after}`);
  events.addEventListener("open", () => { cutOff.hidden = true; });
  events.addEventListener("progress", () => soon(() => refresh(`/desk/jobs/${job.dataset.job}/progress`)));
  events.addEventListener("failed_try", () => soon(() => refresh(`/desk/jobs/${job.dataset.job}/progress`)));
  events.addEventListener("variant", () => { films ??= setTimeout(() => { films = null; whole(); }, FILMS_EVERY_MS); });
  for (const kind of WHOLE) events.addEventListener(kind, () => soon(whole));
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) { whole(); afterwards(); }
    else cutOff.hidden = navigator.onLine && events.readyState !== EventSource.CONNECTING;
  });
}

// What others decide of a job that is made: looked for now and then, while somebody looks.
function afterwards() {
  setInterval(() => document.visibilityState === "visible" && refresh(), AFTERWARDS_EVERY_MS);
}

function count() {
  for (const left of document.querySelectorAll("[data-until]")) {
    const seconds = Math.round((new Date(left.dataset.until) - Date.now()) / 1000);
    if (seconds <= 0) { soon(whole); continue; }
    const clock = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map(part => String(Math.floor(part)).padStart(2, "0"));
    const days = Math.floor(seconds / 86400);
    const unit = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "day", unitDisplay: "short" });
    left.textContent = (days ? `${unit.format(days)} ` : "") + clock.join(":");
  }
}

// A moment is written by a clock of the reader's own zone, and sent with that zone.
function moments() {
  for (const field of document.querySelectorAll("[data-moment][pattern]")) clocked(field);
}

function clocked(field) {
  const moment = field.value ? new Date(field.value) : new Date(Date.now() + 3_600_000);
  const local = new Date(moment - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  field.removeAttribute("pattern");
  field.type = "datetime-local";
  field.value = field.defaultValue = local;
  field.form.addEventListener("formdata", event => event.formData.set(field.name, new Date(field.value).toISOString()));
}

// A film shows its poster until somebody plays it; its controls would hide the words that are to be read.
function posters() {
  for (const button of document.querySelectorAll(".play[hidden]")) {
    const film = button.parentElement.querySelector("video");
    if (!film.paused || film.currentTime) continue;
    film.controls = false;
    button.hidden = false;
    button.onclick = () => { button.remove(); film.controls = true; film.play(); film.focus(); };
    film.addEventListener("playing", () => film.parentElement.querySelector("img")?.remove(), { once: true });
  }
}

for (const dress of [posters, moments]) {
  document.addEventListener("renewed", dress);
  dress();
}
if ("watch" in job.dataset) watch(); else afterwards();
count();
setInterval(count, 1000);
