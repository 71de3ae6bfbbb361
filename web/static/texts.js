// The words of a language beside one of its pictures; what was saved is shown as soon as it is made.
import { OtherWords } from "./other-words.js";
import { asked, filmAddress } from "./player.js";

const $ = id => document.getElementById(id);
const form = $("other-words"), { job, language } = form.dataset, words = new OtherWords(form);
const names = JSON.parse($("editor").dataset.names);
let shown = [], chosen = null, source = null;

async function look() {
  const { deliveries } = await (await asked(`/jobs/${job}/deliveries`)).json();
  const own = deliveries.filter(one => one.language === language && one.format);
  const films = own.filter(one => one.kind === "video");
  shown = films.length ? films : own.filter(one => one.kind === "still");
  $("films").replaceChildren(...shown.map(one => new Option([names[one.placement ?? one.format] ?? one.placement, names[`@${one.account}`] ?? one.account, one.part].filter(Boolean).join(" · "), one.path)));
  $("films").hidden = shown.length < 2;
  chosen = shown.find(one => one.path === chosen?.path) ?? shown[0] ?? null;
  if (chosen) $("films").value = chosen.path;
  show();
}

function show() {
  const film = chosen?.kind === "video", address = chosen && filmAddress(job, chosen);
  $("nofilm").hidden = Boolean(chosen);
  $("film").hidden = !film;
  $("still").hidden = film || !chosen;
  if (!chosen) return;
  const at = $("film").currentTime || 2; // a film's first frames may fade in
  if (!film) $("still").src = address;
  else if ($("film").getAttribute("src") !== address) {
    $("film").src = address;
    $("film").addEventListener("loadedmetadata", () => { $("film").currentTime = at; }, { once: true });
  }
}

form.addEventListener("reworded", ({ detail: { round } }) => {
  source?.close();
  source = new EventSource(`/jobs/${job}/events`);
  source.addEventListener("variant", event => { if (JSON.parse(event.data).round === round) look(); });
  source.addEventListener("state", async event => {
    const { state } = JSON.parse(event.data);
    if (!["done", "failed", "refused"].includes(state)) return;
    const now = await (await asked(`/jobs/${job}`)).json();
    if (now.round !== round || now.state !== state) return;
    source.close();
    await look();
    document.getElementById("editor").dataset.shown = round;
    words.tell(words.dirty() ? "unsaved" : state === "done" ? "ready" : "broken", state === "done" ? "ok" : "bad");
  });
});
$("films").addEventListener("change", event => { chosen = shown.find(one => one.path === event.target.value); show(); });
$("language").addEventListener("change", event => { location.href = event.target.value; });
$("beside")?.addEventListener("change", event => words.beside(event.target.value, event.target.selectedOptions[0].dataset.dir));
look();
