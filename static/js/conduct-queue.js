// Things written here go to the server one after the other, each with its own key, until the server has kept each once.
// An answer carries what the auditor saw when they gave it, so that nobody's newer answer is overwritten without a word.
import { csrf, isSignIn } from "./dom.js";
import { changed, itemOf, page, shownItem, state } from "./conduct-state.js";

const PATIENCE = { photo: 180_000, other: 30_000 };
let busy = false, again = false, last = 0;

// A place in the queue that later things come after, and that two windows do not both take.
function nextPlace() {
  last = Math.max(last + 1, Date.now() * 1000 + Math.floor(Math.random() * 1000));
  return last;
}

// Shown at once, because the next click may build on it; taken back where the device could not keep it.
async function put(thing) {
  const isNew = !state.things.includes(thing);
  if (isNew) state.things.push(thing);
  try { await state.store.put(thing); } catch (error) {
    if (isNew) state.things = state.things.filter((other) => other !== thing);
    changed(thing.item || null);
    throw error;
  }
}
export async function drop(thing) {
  await state.store.drop(thing);
  state.things = state.things.filter((other) => other !== thing);
  changed(thing.item || null);
}

/** Write a thing down and try to send it. */
export async function add(kind, { item = "", texts = {}, base = null, after = "", file = null, isChoice = false, at = new Date().toISOString() }) {
  const thing = { seq: nextPlace(), key: crypto.randomUUID(), kind, item, texts, base, after, file, isChoice, at, state: "waiting", tried: false, sentence: "" };
  await put(thing);
  changed(item || null);
  flush();
  return thing;
}

/** The auditor's answer or note on a question; what is not on its way yet is changed in place. */
export async function answer(item, change) {
  const { answer: given, note } = { ...shownItem(item), ...change };
  const texts = { answer: given, note: note.trim() };
  const last = state.things.findLast((thing) => thing.kind === "answer" && thing.item === item.number && thing.state !== "refused");
  if (last && (last.state === "conflict" || !last.tried)) {
    Object.assign(last, { texts, at: new Date().toISOString() });
    if (last.base && last.state === "waiting" && texts.answer === last.base.answer && texts.note === last.base.note) { await drop(last); return; }
    await put(last);
    changed(item.number);
    flush();
    return;
  }
  const base = { version: item.version, answer: item.answer, note: item.note };
  if (!last && texts.answer === base.answer && texts.note === base.note) return;
  await add("answer", last ? { item: item.number, texts, after: last.key } : { item: item.number, texts, base });
}

/** Their answer stands; the auditor's own becomes a note on the question. What they wrote is never without a place. */
export async function keepTheirs(thing, words) {
  await turnInto(thing, { kind: "note", texts: { text: words }, base: null });
}

/** The auditor's own answer goes on top of the one they have seen now; the other stays in the history. */
export async function useMine(thing) {
  const { version, answer: given, note } = itemOf(thing.item);
  await turnInto(thing, { base: { version, answer: given, note }, isChoice: true });
}

export async function tryAgain(thing) { await turnInto(thing, {}); }

async function turnInto(thing, change) {
  Object.assign(thing, change, { key: crypto.randomUUID(), state: "waiting", tried: false, sentence: "" });
  await put(thing);
  changed(thing.item || null);
  flush();
}

/** Send whatever waits. Two windows of one person take turns. */
export async function flush() {
  if (busy) { again = true; return; }
  if (!state.data || ["sign-in", "closed"].includes(state.link)) return;
  busy = true;
  try {
    do {
      again = false;
      const turn = `conduct ${state.data.person.number} ${page.audit}`;
      if (navigator.locks) await navigator.locks.request(turn, sendAll); else await sendAll();
    } while (again && state.link === "ok");
  } finally { busy = false; }
}

async function sendAll() {
  for (;;) {
    const thing = state.things.find((each) => each.state === "waiting" && !each.after);
    if (!thing || !(await send(thing))) return;
  }
}

async function send(thing) {
  thing.tried = true;
  await put(thing);
  const body = new FormData();
  const { key, kind, item, texts, base, isChoice, at } = thing;
  body.append("thing", JSON.stringify({ person: state.data.person.number, key, kind, item, base, at, is_choice: isChoice, ...texts }));
  if (thing.file) body.append("file", thing.file, thing.file.name);
  let reply;
  try {
    reply = await fetch(page.sendUrl, { method: "POST", body, headers: { "X-CSRFToken": csrf() }, signal: AbortSignal.timeout(PATIENCE[kind] ?? PATIENCE.other) });
  } catch { return stop("down"); }
  if (reply.redirected && isSignIn(reply.url)) return stop("sign-in");
  const said = await reply.json().catch(() => null);
  if (reply.status >= 500 || reply.status === 429 || (reply.ok && !said)) return stop("trouble");
  if (reply.status === 413) return refuse(thing, "The photo is larger than this installation takes.");
  if (said?.state === "other_person") { state.sentence = "other"; return stop("closed"); }
  if (!said) return stop("closed");
  link("ok");
  if (said.state === "conflict") { await conflict(thing, said); return true; }
  if (said.state === "refused") return refuse(thing, said.sentence);
  await arrived(thing, said);
  return true;
}

export function link(name) {
  if (name === "ok") state.sentAt = new Date().toISOString();
  if (state.link === name) return;
  state.link = name;
  changed();
}
function stop(name) { link(name); return false; }

async function refuse(thing, sentence) {
  Object.assign(thing, { state: "refused", sentence });
  await put(thing);
  await follow(thing, thing.base);
  changed(thing.item || null);
  return true;
}

async function conflict(thing, said) {
  const later = state.things.filter((each) => each.after === thing.key);
  if (later.length) thing.texts = later.at(-1).texts;
  thing.state = "conflict";
  await put(thing);
  for (const each of later) await drop(each);
  await apply(said);
  changed(thing.item);
}

async function arrived(thing, said) {
  await follow(thing, { version: said.version, ...thing.texts });
  await apply(said);
  await drop(thing);
}

// An answer given while an earlier one was on its way was written on top of that one.
async function follow(thing, base) {
  for (const later of state.things.filter((each) => each.after === thing.key)) {
    Object.assign(later, { base, after: "" });
    await put(later);
  }
}

/** The one question or note that the server sent back. */
async function apply(said) {
  const { items, notes } = state.data;
  state.arrivals += 1;
  if (said.item) items.splice(items.findIndex((item) => item.number === said.item.number), 1, said.item);
  if (said.note) {
    const at = notes.findIndex((note) => note.number === said.note.number);
    if (at < 0) notes.push(said.note); else notes.splice(at, 1, said.note);
  }
  await state.store.keepData(state.data);
}
