// A new job: what is chosen and written, checked by the service while it is, kept in the browser until it is submitted.
import { ask, begin, described, draft, empty, forget, get, keep, kept, put, recipe, say, sent } from "./new-draft.js";
import { borrow, pending, settleAll, showFiles, watchFiles } from "./new-files.js";
import { isMissing, nearest, showFaults, showForm, told, watchForm } from "./new-form.js";

const CHECK_AFTER_MS = 600;
const LOOK_EVERY_MS = 700;
const form = document.getElementById("new");
const byId = id => document.getElementById(id);
let timer, asked, checked = null, tried = false;

function shape() {
  const chosen = recipe();
  for (const radio of form.elements.recipe) radio.checked = radio.value === draft.document.recipe;
  byId("after").hidden = byId("others").hidden = !chosen;
  form.classList.toggle("narrowed", Boolean(chosen) && !form.classList.contains("choosing"));
  const { accounts = [], languages = [], formats = [] } = draft.document;
  const free = !accounts.length && (languages.length || formats.length || !form.querySelector("[name=account]"));
  if (!form.dataset.whom) form.dataset.whom = free ? "formats" : "accounts";
  for (const radio of form.elements.whom) radio.checked = radio.value === form.dataset.whom;
  byId("for-accounts").hidden = form.dataset.whom !== "accounts";
  const beside = form.dataset.whom === "accounts";
  byId("for-formats").hidden = beside && (!accounts.length || Boolean(chosen?.source));
  byId("which-formats").hidden = Boolean(chosen?.source);
  byId("which-languages").hidden = beside && !formats.length;
  for (const [name, hidden] of [["alone", beside], ["beside", !beside]]) for (const one of byId("which-formats").querySelectorAll(`.${name}`)) one.hidden = hidden;
  for (const box of form.querySelectorAll("[name=account]")) box.checked = accounts.includes(box.value);
  for (const box of form.querySelectorAll("[name=language]")) box.checked = languages.includes(box.value);
  for (const box of form.querySelectorAll("[name=format]")) box.checked = formats.includes(box.value);
  for (const name of ["name", "urgent", "quick"]) {
    const input = form.elements[name];
    if (input.type === "checkbox") input.checked = draft[name];
    else if (document.activeElement !== input) input.value = draft[name];
  }
  const embargo = get(["embargo"]);
  form.elements.embargo.value = embargo ? localTime(embargo) : "";
  showKept();
}

// What the document has and this form does not show stays as it is, and is said.
function showKept() {
  const known = new Set([...(recipe()?.fields ?? []).map(field => field.key), "recipe", "accounts", "languages", "formats", "embargo"]);
  const others = Object.keys(draft.document).filter(key => !known.has(key));
  byId("kept").hidden = !others.length || !recipe();
  byId("kept").querySelector("span").textContent = say("kept", { what: others.join(", ") });
}

function localTime(written) {
  const date = new Date(written);
  return new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

function rebuild() {
  shape();
  showForm();
  showFiles();
  changed();
}

// A name as files may bear it, letter for letter, so that the cursor stays where it is.
const asFileName = text => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[\s'’.,]/g, "-");

function changed() {
  if (!draft.named) {
    const title = Object.values(get(["title"]) ?? {})[0] ?? "";
    draft.name = asFileName(title).replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, "").toLowerCase().slice(0, 60);
    if (document.activeElement !== form.elements.name) form.elements.name.value = draft.name;
  }
  keep();
  refuse("");
  form.classList.add("unchecked");
  clearTimeout(timer);
  timer = setTimeout(check, CHECK_AFTER_MS);
}

async function check() {
  clearTimeout(timer);
  if (!recipe()) return null;
  asked?.abort();
  asked = new AbortController();
  const { status, body } = await ask("/desk/new/check", sent(), asked.signal).catch(() => ({ status: 0, body: {} }));
  if (status === 0) return null;
  checked = status === 200 ? body : { document: "", faults: (body.faults ?? []).map(fault => ({ place: [], file: null, message: fault.message })) };
  form.classList.remove("unchecked");
  showAll();
  return checked;
}

function showAll() {
  const outside = showFaults(checked.faults, tried), count = checked.faults.length;
  const listed = checked.faults.filter(fault => tried || !isMissing(fault));
  byId("ready").hidden = count > 0 || pending() > 0;
  byId("still").hidden = !pending();
  byId("still").textContent = say("still-sending", { n: pending() });
  byId("lacking").hidden = count === 0;
  byId("lacking-count").textContent = say(count === 1 ? "one-fault" : "faults", { n: count });
  byId("fault-list").replaceChildren(...checked.faults.map(fault => asLink(fault)));
  byId("lacking").open = tried || byId("lacking").open;
  byId("outside").replaceChildren(...outside.filter(fault => listed.includes(fault)).map(fault => Object.assign(document.createElement("p"), { textContent: fault.message })));
}

function asLink(fault) {
  const item = document.createElement("li"), button = document.createElement("button");
  Object.assign(button, { type: "button", className: "link", textContent: fault.file ? `${fault.file}: ${fault.message}` : told(fault) });
  button.addEventListener("click", () => {
    const box = fault.file ? byId("files") : fault.place[0] === "name" ? form.elements.name.parentElement : nearest(fault.place) ?? byId("h-whom").parentElement;
    box?.scrollIntoView({ block: "center" });
    (box?.matches("input") ? box : box?.querySelector("input, select, textarea, button"))?.focus({ preventScroll: true });
  });
  item.append(button);
  return item;
}

async function submit(hold) {
  if (!recipe()) {
    refuse(say("kind-first"));
    form.elements.recipe[0].focus();
    return byId("h-recipe").scrollIntoView({ block: "start" });
  }
  tried = true;
  const found = await check();
  refuse("");
  if (!found || found.faults.length || pending()) {
    refuse(found ? say("not-yet") : say("no-answer"));
    byId("fault-list").querySelector("button")?.focus();
    return;
  }
  const body = { ...sent(), document: found.document, priority: draft.urgent ? "urgent" : "interactive", draft: draft.quick, hold };
  busy(true);
  try {
    const answer = await handIn({ ...body, priority: draft.urgent ? "urgent" : "interactive" });
    if (answer.status !== 202) return refuse(answer.body.detail ?? say("no-answer"));
    forget();
    await (hold ? showPlan(answer.body.id) : leave(answer.body.id));
  } finally {
    busy(false);
  }
}

// Handed in under a key of what is sent: a lost answer makes no second job.
async function handIn(body) {
  const text = JSON.stringify(body);
  let mark = 0;
  for (const letter of text) mark = (mark * 31 + letter.codePointAt(0)) | 0;
  const headers = { Accept: "application/json", "Content-Type": "application/json", "Idempotency-Key": `${draft.id}-${mark >>> 0}` };
  try {
    const answer = await fetch("/jobs", { method: "POST", headers, body: text });
    byId("signed-out").hidden = answer.status !== 401;
    return { status: answer.status, body: await answer.json() };
  } catch {
    return { status: 0, body: {} };
  }
}

const leave = job => location.assign(`/desk/jobs/${job}?said=submitted`);

function refuse(text) {
  byId("refused").hidden = !text;
  byId("refused").querySelector("span").textContent = text;
}

function busy(is) {
  for (const button of form.querySelectorAll(".deeds button")) button.disabled = is;
}

// The plan of a held job: how much it is, how long it takes; then it is made, or waits, or goes.
async function showPlan(job) {
  const dialog = byId("plan"), said = byId("plan-said");
  said.textContent = say("planning");
  dialog.returnValue = "";
  dialog.showModal();
  dialog.querySelector("[value=start]").disabled = true;
  dialog.onclose = async () => {
    if (dialog.returnValue === "start") await ask(`/jobs/${job}/start`, {});
    if (dialog.returnValue === "cancel") {
      await ask(`/jobs/${job}/cancel`, {});
      draft.id = empty().id;
      return keep();
    }
    leave(job);
  };
  for (;;) {
    const { status, body } = await ask(`/jobs/${job}`);
    if (status === 200 && body.state === "planned") break;
    if (status === 200 && ["refused", "failed", "cancelled"].includes(body.state)) {
      said.textContent = body.faults.map(fault => fault.message).join("\n") || say("no-answer");
      return;
    }
    await new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MS));
  }
  const { body } = await ask(`/desk/jobs/${job}/estimate`);
  const length = new Intl.NumberFormat(described.locale, { style: "unit", unit: body.seconds < 90 ? "second" : "minute", unitDisplay: "long", maximumFractionDigits: 0 });
  said.textContent = say("plan", { films: body.films, time: length.format(Math.ceil(body.seconds < 90 ? body.seconds : body.seconds / 60)) });
  dialog.querySelector("[value=start]").disabled = false;
  dialog.querySelector("[value=start]").focus();
}

form.addEventListener("submit", event => { event.preventDefault(); submit(event.submitter?.value === "hold"); });
form.addEventListener("change", event => {
  const { name, value } = event.target;
  if (name === "recipe") {
    form.classList.remove("choosing");
    put(["recipe"], value);
    settleAll();
    rebuild();
  }
  if (name === "whom") {
    form.dataset.whom = value;
    for (const key of value === "accounts" ? ["languages", "formats"] : ["accounts"]) delete draft.document[key];
    rebuild();
  }
  const list = { account: "accounts", language: "languages", format: "formats" }[name];
  if (list) { put([list], [...form.querySelectorAll(`[name=${name}]:checked`)].map(box => box.value)); if (!get([list]).length) delete draft.document[list]; settleWhom(); rebuild(); }
  if (name === "urgent" || name === "quick") { draft[name] = event.target.checked; keep(); }
  if (name === "embargo") { put(["embargo"], value ? new Date(value).toISOString() : ""); changed(); }
});
// Formats beside accounts need an account, and languages beside them a format.
function settleWhom() {
  const { accounts, formats } = draft.document;
  if (form.dataset.whom !== "accounts") return;
  if (!accounts) delete draft.document.formats;
  if (!accounts || !formats) delete draft.document.languages;
}

form.elements.name.addEventListener("input", ({ target, isComposing }) => {
  const at = target.selectionStart, allowed = asFileName(target.value);
  if (!isComposing && allowed !== target.value) { target.value = allowed; target.setSelectionRange(at, at); }
  Object.assign(draft, { name: target.value.trim(), named: target.value !== "" });
  changed();
});
byId("others").addEventListener("click", () => {
  form.classList.add("choosing");
  shape();
  byId("others").hidden = true;
  form.querySelector("[name=recipe]:checked")?.focus();
});
byId("afresh").addEventListener("click", () => { begin({}); forget(); byId("restored").hidden = true; delete form.dataset.whom; rebuild(); });

watchFiles(rebuild);
watchForm(changed, rebuild);
const earlier = described.draft, before = kept();
if (earlier) {
  const files = Object.fromEntries(Object.entries(earlier.files).map(([path, sha256]) => [path, { sha256, size: 0, sent: 0 }]));
  begin({ name: earlier.name, named: true, document: earlier.document, files });
} else if (before && (before.document.recipe || Object.keys(before.files).length)) {
  begin(before);
  byId("restored").hidden = false;
}
const early = form.querySelector("[name=recipe]:checked"); // chosen before this script was there
if (early && !recipe()) put(["recipe"], early.value);
rebuild();
if (earlier) borrow(described.from);
