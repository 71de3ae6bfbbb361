// What every page has: moments in the reader's own zone, and a question before what cannot be undone.

const FORMS = {
  short: { dateStyle: "short", timeStyle: "short" },
  medium: { dateStyle: "medium", timeStyle: "short" },
  full: { dateStyle: "full", timeStyle: "short" },
};

// As the reader's own country writes the page's language: in Britain the day stands before the month.
const { lang } = document.documentElement, TONGUE = navigator.languages.find(one => one.split("-")[0] === lang) ?? lang;
export const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

// A moment that is still to come says its zone: people in several act on it.
function written(date, form) {
  const said = new Intl.DateTimeFormat(TONGUE, FORMS[form] ?? FORMS.medium).format(date);
  if (date < Date.now()) return said;
  const parts = new Intl.DateTimeFormat(TONGUE, { hour: "numeric", timeZoneName: "short" }).formatToParts(date);
  return `${said}\u00a0${parts.find(part => part.type === "timeZoneName").value}`;
}

export function localise(root) {
  for (const time of root.querySelectorAll("time[data-form]")) time.textContent = written(new Date(time.dateTime), time.dataset.form);
  for (const clock of root.querySelectorAll("[data-clock]")) clock.textContent = clock.dataset.clock.replace("%(zone)s", zone);
}

const served = new Map();  // what the server said of each part: scripts have changed it since
for (const part of document.querySelectorAll("[data-live]")) served.set(part, part.outerHTML);

// Put what the server shows now into the place of the parts of this page that are marked `data-live`, by their ids.
// A part in which the reader is, has written or plays a film, stays as it is.
export async function refresh(address = location.href) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } }), gone = document.getElementById("gone");
  if (gone) gone.hidden = answer.status !== 404;
  if (!answer.ok || new URL(answer.url).pathname !== new URL(address, location.href).pathname) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const now of page.querySelectorAll("[data-live]")) {
    const shown = document.getElementById(now.id);
    if (shown && !isBusy(shown) && now.outerHTML !== served.get(shown)) {
      served.delete(shown);
      served.set(now, now.outerHTML);
      const open = [...shown.querySelectorAll("details[open][id]")].map(one => one.id);
      shown.replaceWith(document.adoptNode(now));
      open.forEach(id => document.getElementById(id)?.setAttribute("open", ""));
      localise(now);
    }
  }
  document.dispatchEvent(new Event("renewed"));
  return true;
}

function isBusy(part) {
  const playing = [...part.querySelectorAll("video")].some(video => !video.paused);
  const changed = [...part.querySelectorAll("input, textarea")].some(field => field.value !== field.defaultValue);
  return playing || changed || part.contains(document.activeElement) || part.querySelector(":popover-open, dialog[open]") !== null;
}

const question = document.getElementById("question");
document.addEventListener("submit", event => {
  const form = event.target;
  if (!form.dataset.confirm || form.dataset.sure || !question) return;
  event.preventDefault();
  question.querySelector("p").textContent = form.dataset.confirm;
  question.returnValue = "";
  question.onclose = () => {
    if (question.returnValue !== "yes") return;
    form.dataset.sure = "1";
    form.requestSubmit(event.submitter ?? undefined);
  };
  question.showModal();
});

document.addEventListener("click", async event => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  const said = button.querySelector("[data-said]") ?? button;
  const before = said.textContent;
  said.textContent = button.dataset.done;
  setTimeout(() => { said.textContent = before; }, 1600);
});

// What is written in a form stays in this browser until the form has done its deed: a session that ends takes no word.
const SENT = "portevoix-sent";
if (document.querySelector(".said")) localStorage.removeItem(sessionStorage.getItem(SENT));
sessionStorage.removeItem(SENT);
for (const field of document.querySelectorAll("form[method=post] textarea")) {
  const key = `portevoix-written-${document.body.dataset.me}-${new URL(field.form.action).pathname}`;
  field.value ||= localStorage.getItem(key) ?? "";
  if (field.value) field.closest("details")?.setAttribute("open", "");
  field.addEventListener("input", () => (field.value ? localStorage.setItem(key, field.value) : localStorage.removeItem(key)));
  field.form.addEventListener("submit", () => sessionStorage.setItem(SENT, key));
}

localise(document);
const film = document.querySelector("video, template#variant");
document.getElementById("no-films").hidden = !film || document.createElement("video").canPlayType('video/mp4; codecs="avc1.640028"') !== "";
