// What can be done to a list of cues. A cue is a plain value and never changed: every function returns a new list.
// Times are thousandths of a second. `was`: a cue's place in the version that was read; null where it is new.

let last = 0;
export const LEAST_MS = 40;

export function fresh(cue) {
  return { start: 0, end: 0, text: "", speaker: "", was: null, ...cue, id: ++last };
}

export const alike = (a, b) => a.start === b.start && a.end === b.end && a.text === b.text && a.speaker === b.speaker;
export const sameList = (a, b) => a.length === b.length && a.every((cue, n) => alike(cue, b[n]));
const inOrder = cues => [...cues].sort((a, b) => a.start - b.start || a.end - b.end);

export function changed(cues, id, what) {
  return inOrder(cues.map(cue => (cue.id === id ? { ...cue, ...what } : cue)));
}

export const without = (cues, id) => cues.filter(cue => cue.id !== id);

// In two: at a place of the text, and at a moment; where only one is known, the other follows from it.
export function split(cues, id, place, moment) {
  const number = cues.findIndex(cue => cue.id === id), cue = cues[number];
  const inside = moment > cue.start + LEAST_MS && moment < cue.end - LEAST_MS;
  if (place === null) place = wordNear(cue.text, inside ? (moment - cue.start) / (cue.end - cue.start) : 0.5);
  const share = cue.text.length ? place / cue.text.length : 0.5;
  const at = inside ? moment : Math.round(cue.start + (cue.end - cue.start) * Math.min(0.9, Math.max(0.1, share)));
  const first = { ...cue, end: at, text: cue.text.slice(0, place).trim() };
  const second = fresh({ ...cue, start: at, text: cue.text.slice(place).trim(), was: null });
  return { cues: [...cues.slice(0, number), first, second, ...cues.slice(number + 1)], second };
}

function wordNear(text, share) {
  const wanted = text.length * share;
  let best = 0;
  for (const { index } of text.matchAll(/\s+/g)) {
    if (!best || Math.abs(index - wanted) < Math.abs(best - wanted)) best = index;
  }
  return best || Math.round(wanted);
}

// Joined with the one that follows: two lines where each had one.
export function merge(cues, id) {
  const number = cues.findIndex(cue => cue.id === id), one = cues[number], other = cues[number + 1];
  if (!other) return cues;
  const text = [one.text, other.text].filter(Boolean).join(one.text.includes("\n") || other.text.includes("\n") ? " " : "\n");
  return [...cues.slice(0, number), { ...one, end: other.end, text }, ...cues.slice(number + 2)];
}

export function inserted(cues, after, end) {
  const number = cues.findIndex(cue => cue.id === after), before = cues[number], next = cues[number + 1];
  const start = before ? before.end : 0, room = next ? next.start : end;
  const cue = fresh({ start, end: Math.max(start + LEAST_MS, Math.min(start + 2000, room)) });
  return { cues: inOrder([...cues, cue]), cue };
}

// Moved by so many thousandths: from one cue on, or all.
export function shifted(cues, by, from = null) {
  const begin = from === null ? 0 : cues.findIndex(cue => cue.id === from);
  const least = begin === 0 ? 0 : cues[begin - 1].end;
  const move = Math.max(by, least - cues[begin].start);
  return cues.map((cue, n) => (n < begin ? cue : { ...cue, start: cue.start + move, end: cue.end + move }));
}

// Where a text stands: each place with what it becomes. Nothing is changed yet.
export function found(cues, wanted, instead, exactly) {
  if (!wanted) return [];
  const plain = wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = new RegExp(plain, exactly ? "gu" : "giu");
  return cues.filter(cue => cue.text.search(pattern) >= 0)
    .map(cue => ({ id: cue.id, before: cue.text, after: cue.text.replace(pattern, () => instead) }));
}

export function replaced(cues, changes) {
  const by = new Map(changes.map(change => [change.id, change.after]));
  return cues.map(cue => (by.has(cue.id) ? { ...cue, text: by.get(cue.id) } : cue));
}

// Two people's words in one list. `base`: what both began from; my cues know their place in it. What only one has
// changed is taken from them; what both have changed is theirs, and returned with mine, to be chosen.
export function merged(base, mine, theirs) {
  const places = paired(base, theirs), result = theirs.map((cue, n) => fresh({ ...cue, was: n })), conflicts = [], gone = [];
  const kept = new Set(mine.map(cue => cue.was));
  base.forEach((cue, n) => {
    if (!kept.has(n) && places[n] !== null && alike(theirs[places[n]], cue)) gone.push(places[n]);
  });
  const added = [];
  for (const cue of mine) {
    const before = cue.was === null ? null : base[cue.was], place = before ? places[cue.was] : null;
    if (before && alike(cue, before)) continue;
    if (place === null) added.push(fresh({ ...cue, was: null }));
    else if (alike(theirs[place], before)) result[place] = { ...result[place], ...bare(cue) };
    else if (!alike(theirs[place], cue)) conflicts.push({ id: result[place].id, mine: bare(cue), theirs: bare(theirs[place]) });
  }
  return { cues: inOrder([...result.filter((_, n) => !gone.includes(n)), ...added]), conflicts };
}

const bare = ({ start, end, text, speaker }) => ({ start, end, text, speaker });

// For each cue of one list its place in another: the same one, else that of the same start, else of the same text.
function paired(base, other) {
  const free = new Set(other.keys()), places = base.map(() => null);
  for (const fits of [alike, (a, b) => a.start === b.start, (a, b) => a.text === b.text, (a, b) => a.end === b.end]) {
    const near = [...free];
    base.forEach((cue, n) => {
      if (places[n] !== null) return;
      const at = near.find(place => free.has(place) && Math.abs(place - n) < 50 && fits(cue, other[place]));
      if (at !== undefined) { places[n] = at; free.delete(at); }
    });
  }
  return places;
}

// What was, to go back to.
export class History {
  constructor() { this.before = []; this.after = []; }
  note(cues) { this.before.push(cues); if (this.before.length > 500) this.before.shift(); this.after = []; }
  undo(cues) { return this.#step(this.before, this.after, cues); }
  redo(cues) { return this.#step(this.after, this.before, cues); }
  #step(from, to, cues) { if (!from.length) return cues; to.push(cues); return from.pop(); }
}

export function clock(ms) {
  const whole = Math.max(0, Math.round(ms)), pad = (n, digits = 2) => String(n).padStart(digits, "0");
  const [s, m, h] = [Math.floor(whole / 1000) % 60, Math.floor(whole / 60_000) % 60, Math.floor(whole / 3_600_000)];
  return `${h ? `${h}:` : ""}${pad(m)}:${pad(s)}.${pad(whole % 1000, 3)}`;
}

export function readClock(text) {
  const match = text.trim().match(/^(?:(\d+):)?(?:(\d+):)?(\d+)(?:[.,](\d{1,3}))?$/);
  if (!match) return null;
  const [, a, b, s, f = "0"] = match, hours = b === undefined ? 0 : Number(a), minutes = b === undefined ? Number(a ?? 0) : Number(b);
  return ((hours * 60 + minutes) * 60 + Number(s)) * 1000 + Number(f.padEnd(3, "0"));
}
