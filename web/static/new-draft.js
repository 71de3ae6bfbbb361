// What is being written, as values; kept in this browser until the job is submitted.

const LARGEST_KEPT = 4_000_000;

export const described = JSON.parse(document.getElementById("described").textContent);
for (const kind of Object.values(described.recipes)) kind.fields = kind.fields.map(n => described.fields[n]);
const key = `portevoix-draft-${document.getElementById("new").dataset.me}`;

// Words of the page by their key; `{n}` in them is replaced.
const spoken = new Map([...document.querySelectorAll("#texts [data-key]")].map(one => [one.dataset.key, one.textContent]));
export function say(name, values = {}) {
  return spoken.get(name).replace(/\{(\w+)\}/g, (_, inner) => values[inner]);
}

export function empty() {
  return { id: crypto.randomUUID?.() ?? String(Math.random()).slice(2), name: "", named: false, document: {}, files: {}, urgent: false, quick: false };
}

export const draft = empty();

export function begin(values) {
  for (const name of Object.keys(draft)) delete draft[name];
  Object.assign(draft, empty(), values);
}

export function keep() {
  draft.at = Date.now();
  const text = JSON.stringify(draft);
  if (text.length < LARGEST_KEPT) localStorage.setItem(key, text);
}

export function forget() {
  localStorage.removeItem(key);
}

export function kept() {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

export function get(place, from = draft.document) {
  return place.reduce((node, step) => node?.[step], from);
}

// Put a value at a place of the document; empty values and what they leave empty go.
export function put(place, value) {
  let node = draft.document;
  place.slice(0, -1).forEach((step, n) => {
    if (typeof node[step] !== "object" || node[step] === null) node[step] = typeof place[n + 1] === "number" ? [] : {};
    node = node[step];
  });
  node[place.at(-1)] = value;
  if (value === "" || value === undefined) tidy(place);
}

function tidy(place) {
  for (let depth = place.length; depth > 0; depth--) {
    const parent = get(place.slice(0, depth - 1)), step = place[depth - 1], value = parent?.[step];
    const nothing = value === "" || value === undefined || (typeof value === "object" && value !== null && !Object.keys(value).length);
    if (!nothing || Array.isArray(parent)) return;
    delete parent[step];
  }
}

export function remove(place) {
  const parent = get(place.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(place.at(-1), 1);
  else delete parent[place.at(-1)];
  tidy(place.slice(0, -1));
}

export const recipe = () => described.recipes[draft.document.recipe];

// The languages that words are needed in: of the accounts, or those that were chosen.
export function languages() {
  const { accounts = [], languages: chosen = [] } = draft.document;
  return [...new Set([...accounts.map(name => described.accounts[name]?.language).filter(Boolean), ...chosen])];
}

// Every file that the document names, by its place.
export function* wanted(node = draft.document, place = []) {
  if (typeof node !== "object" || node === null) return;
  for (const [step, value] of Object.entries(node)) {
    const here = [...place, Array.isArray(node) ? Number(step) : step];
    const names = ["file", "picture", "music", "path"].includes(step) || ["scripts", "voice_over"].includes(place.at(-1));
    if (typeof value === "string" && names) yield [here, value];
    else yield* wanted(value, here);
  }
}

export async function ask(address, sent, signal) {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  const how = sent === undefined ? { headers, signal } : { method: "POST", headers, body: JSON.stringify(sent), signal };
  const answer = await fetch(address, how);
  document.getElementById("signed-out").hidden = answer.status !== 401;
  return { status: answer.status, body: await answer.json().catch(() => ({})) };
}

// What the service is told of the draft: only files that have arrived.
export function sent() {
  const files = Object.entries(draft.files).filter(([, file]) => file.sha256);
  return { name: draft.name, document: draft.document, files: Object.fromEntries(files.map(([path, file]) => [path, file.sha256])) };
}
