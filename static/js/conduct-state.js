// What the conduct screen knows: what the server last said, and what was written here since. Shown is the one over the other.
import { Memory } from "./conduct-store.js";

export const page = document.body.dataset;

/** link: wait, ok, down, trouble, sign-in, closed. things: what is not sent, in the order it was written. arrivals: how
 * often the server answered a thing, so that what it said of the whole before is known to be old. */
export const state = { data: null, things: [], store: new Memory(), isHeld: false, link: "wait", sentence: "", sentAt: "", arrivals: 0 };

const watchers = new Set();
export const watch = (act) => watchers.add(act);
/** Tell the parts of the screen that something changed; `number` names the one question, or nothing for all. */
export function changed(number = null) { for (const act of watchers) act(number); }

export const itemOf = (number) => state.data?.items.find((item) => item.number === number);
const about = (item, kind) => state.things.filter((thing) => thing.kind === kind && thing.item === item.number);
export const conflictOf = (item) => about(item, "answer").find((thing) => thing.state === "conflict");
export const refusedOf = (item) => state.things.filter((thing) => thing.item === item.number && thing.state === "refused");

/** A question as the auditor sees it: their own unsent answer, photos and findings over what stands at the server. */
export function shownItem(item) {
  const shown = { ...item, unsent: false, photos: [...item.photos], findings: [...item.findings] };
  for (const thing of about(item, "answer")) {
    if (thing.state === "refused") continue;
    Object.assign(shown, { answer: thing.texts.answer, note: thing.texts.note, by: state.data.person.name, at: thing.at, unsent: true });
  }
  for (const thing of about(item, "photo")) if (!thing.texts.note_key) { shown.photos.push({ name: thing.file.name, unsent: true }); shown.unsent = true; }
  for (const thing of about(item, "finding")) { shown.findings.push({ label: "Not sent", title: thing.texts.title, unsent: true }); shown.unsent = true; }
  return shown;
}

/** Notes with their unsent ones, newest first. One whose reply was lost stands at the server already and is not shown twice. */
export function shownNotes() {
  const there = new Set(state.data.notes.map((note) => note.key).filter(Boolean));
  const mine = state.things.filter((thing) => thing.kind === "note" && !there.has(thing.key)).map((thing) => ({
    number: "", key: thing.key, text: thing.texts.text, at: thing.at, by: state.data.person.name, item: thing.item,
    code: itemOf(thing.item)?.code ?? "", corrects: thing.texts.corrects ?? "", photos: [], unsent: true }));
  const all = [...state.data.notes.map((note) => ({ ...note, photos: [...note.photos] })), ...mine];
  for (const thing of state.things) if (thing.kind === "photo" && thing.texts.note_key) {
    all.find((note) => note.key === thing.texts.note_key)?.photos.push({ name: thing.file.name, unsent: true });
  }
  return all.sort((one, other) => new Date(other.at) - new Date(one.at));
}

const ANSWERED = ["yes", "partial", "no"];
/** The same sum as `coverage.py`: answered of applicable; "not covered" and open stay in it, "not applicable" leaves it. */
export function coverage(answers) {
  const count = (test) => answers.filter(test).length;
  const applicable = count((answer) => answer !== "not_applicable"), answered = count((answer) => ANSWERED.includes(answer));
  return { total: answers.length, applicable, answered, notCovered: count((answer) => answer === "not_covered"),
    open: count((answer) => !answer), percent: applicable ? Math.floor(answered * 100 / applicable) : null };
}

export function coverageWords({ total, applicable, answered, percent }) {
  if (!total) return "no question yet";
  return applicable ? `${answered} of ${applicable} answered, ${percent} %` : "no question applies";
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const dayAndClock = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
/** 14:05 of today, 26 Nov, 14:05 of another day, in the time of this device. */
export function moment(iso) {
  const when = new Date(iso), now = new Date();
  return (when.toDateString() === now.toDateString() ? clock : dayAndClock).format(when);
}
