// Which person uses this device, which audits it holds for whom, and what happens to them when somebody signs in or out.
// The list names audits by number only. What an audit holds lies in a database of its own for one person and one audit.
import { $, icon, make } from "./dom.js";

const PERSON = "conduct person", HELD = "conduct held", PREFIX = "conduct ";
export const PERSON_KEY = PERSON, HELD_KEY = HELD;

/** The person who signed in here last and has not signed out; empty when nobody has. */
export const person = () => localStorage.getItem(PERSON) ?? "";
export const setPerson = (number) => localStorage.setItem(PERSON, number);

/** What this device holds: [{person, audit}]. */
export function held() {
  try { return JSON.parse(localStorage.getItem(HELD)) ?? []; } catch { return []; }
}
const keepList = (list) => localStorage.setItem(HELD, JSON.stringify(list));
const isSame = (one, other) => one.person === other.person && one.audit === other.audit;

export function addHeld(entry) { keepList([...held().filter((each) => !isSame(each, entry)), entry]); }
export const databaseOf = (entry) => `${PREFIX}${entry.person} ${entry.audit}`;
export const shellOf = (audit) => `/conduct/${audit}/`;

/** Open the database of one person and one audit. */
export function openDatabase(entry) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(databaseOf(entry), 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("data");
      asked.result.createObjectStore("queue", { keyPath: "seq" });
    };
    asked.onsuccess = () => { asked.result.onversionchange = () => asked.result.close(); resolve(asked.result); };
    asked.onerror = () => reject(asked.error);
  });
}

export const done = (asked) => new Promise((resolve, reject) => { asked.onsuccess = () => resolve(asked.result); asked.onerror = () => reject(asked.error); });

/** How many things of this entry have not reached the server. */
export async function unsentOf(entry) {
  const database = await openDatabase(entry);
  const count = await done(database.transaction("queue").objectStore("queue").count());
  database.close();
  return count;
}

/** Take an audit off this device: its database, its shell unless somebody else holds it, and the worker with the last. */
export async function wipe(entry) {
  await done(indexedDB.deleteDatabase(databaseOf(entry)));
  const rest = held().filter((each) => !isSame(each, entry));
  keepList(rest);
  if (!("caches" in window)) return;
  if (!rest.some((each) => each.audit === entry.audit)) await caches.delete(PREFIX + shellOf(entry.audit));
  if (rest.length > 0) return;
  for (const worker of await navigator.serviceWorker.getRegistrations()) if (new URL(worker.scope).pathname === "/conduct/") await worker.unregister();
}

/** Somebody is signed in: what others left here with nothing unsent goes; what they have not sent waits for them, unseen. */
export async function meet(number) {
  if (!number) return;
  if (number !== person()) setPerson(number); // the wiping goes on with the next page where this one was left too soon
  for (const entry of held()) if (entry.person !== number && await unsentOf(entry) === 0) await wipe(entry);
}

/** Before signing out: wipes what is sent; resolves to false when the person stays because something is not. */
export async function mayLeave() {
  const mine = held().filter((entry) => entry.person === person());
  const counts = await Promise.all(mine.map(unsentOf));
  for (const [at, entry] of mine.entries()) if (counts[at] === 0) await wipe(entry);
  const unsent = mine.filter((_, at) => counts[at] > 0);
  if (unsent.length > 0 && !(await ask(unsent, counts.reduce((sum, count) => sum + count, 0)))) return false;
  setPerson("");
  return true;
}

function ask(unsent, count) {
  const words = count === 1 ? "1 thing that you wrote has" : `${count} things that you wrote have`;
  const send = make("a", { class: "btn primary", href: shellOf(unsent[0].audit) }, "Stay and send them");
  const leave = make("button", { class: "btn", type: "button" }, "Sign out, keep them here for me");
  const close = make("button", { class: "btn ghost icon sm", type: "button", "data-close": "", "aria-label": "Close" }, icon("x"));
  const dialog = make("dialog", { "aria-labelledby": "leave-h" },
    make("div", { class: "d-head" }, make("h2", { id: "leave-h", tabindex: "-1", autofocus: "" }, "Not everything is sent"), close),
    make("div", { class: "d-body" }, make("p", {}, `${words} not been sent from ${unsent.map((entry) => entry.audit).join(", ")}. `
      + "If you sign out, they stay on this device, nobody else sees them, and they are sent when you sign in again here."),
    make("div", { class: "actions" }, send, leave)));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    leave.addEventListener("click", () => { resolve(true); dialog.close(); });
    dialog.addEventListener("close", () => { resolve(false); dialog.remove(); });
  });
}

/** Ask before the form that signs out is sent. */
export function guardSignOut() {
  const form = $("form[data-sign-out]");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await mayLeave().catch(() => { setPerson(""); return true; })) HTMLFormElement.prototype.submit.call(form);
  });
}
