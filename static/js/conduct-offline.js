// Taking one audit along on this device, and bringing it back: chosen by the auditor, for this person and this audit only.
import { make } from "./dom.js";
import { addHeld, held, shellOf, unsentOf, wipe } from "./device.js";
import { tell } from "./conduct-dialogs.js";
import { flush } from "./conduct-queue.js";
import { changed, page, state } from "./conduct-state.js";
import { Held, Memory } from "./conduct-store.js";

const entry = () => ({ person: state.data.person.number, audit: page.audit });

/** Keep the shell, then the checklist, then say so; where one of them fails, nothing stays behind. */
export async function takeOffline() {
  const mine = held().find((each) => each.person === state.data.person.number && each.audit !== page.audit);
  if (mine) {
    tell("Another audit is offline here", `${mine.audit} is on this device. A device holds one audit at a time: bring that one back first.`,
      make("p", {}, make("a", { class: "btn", href: shellOf(mine.audit) }, `Open ${mine.audit}`)));
    return;
  }
  if (!("serviceWorker" in navigator) || !("indexedDB" in window)) {
    tell("This browser cannot keep an audit", "It needs https and a window that is not private. Everything works here while you are connected.");
    return;
  }
  try {
    await keepShell();
    const store = await Held.open(entry());
    await store.keepData(state.data);
    for (const thing of state.things) await store.put(thing);
    state.store.close();
    Object.assign(state, { store, isHeld: true });
    addHeld(entry());
    navigator.storage?.persist?.();
  } catch (error) {
    await wipe(entry());
    tell("Not taken offline", `The audit could not be kept on this device (${error.message}). Stay connected and try again.`);
  }
  changed();
  flush();
}

/** Fetch the shell and its files anew and keep them, so that a device opens the version the server speaks. */
export async function keepShell() {
  await navigator.serviceWorker.register("/conduct/worker.js", { scope: "/conduct/" });
  const { active } = await navigator.serviceWorker.ready;
  const said = await new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    active.postMessage({ act: "keep", shell: shellOf(page.audit) }, [port2]);
  });
  if (said !== "kept") throw new Error(said);
}

/** Everything is sent: take the audit off this device. */
export async function bringBack() {
  await adopt();
  await flush();
  if (state.things.length > 0) {
    const count = state.things.length === 1 ? "1 thing is" : `${state.things.length} things are`;
    tell("Not everything is sent", `${count} not at the server yet: they would be lost. Connect and send them, or settle what was refused, then bring the audit back.`);
    return;
  }
  await letGo();
}

/** Nothing of this audit stays on the device; the page goes on without. */
async function letGo() {
  state.store.close();
  Object.assign(state, { store: new Memory(), isHeld: false });
  await wipe(entry());
  changed();
}

// Another window of this person may have left something on the device that this one never read.
async function adopt() {
  const known = new Set(state.things.map((thing) => thing.seq)), { things } = await state.store.read();
  state.things.push(...things.filter((thing) => !known.has(thing.seq)));
}

/** The audit is not open to this person any more: its copy goes, unless something in it was never sent. */
export async function closeHeld() {
  if (state.data && state.isHeld && await unsentOf(entry()) === 0) await letGo();
}

/** Another window took the audit off this device: what is written from now on waits in this page. */
export async function followHeld() {
  if (!state.isHeld || !state.data || held().some((each) => each.audit === page.audit && each.person === state.data.person.number)) return;
  Object.assign(state, { store: new Memory(), isHeld: false });
  for (const thing of state.things) await state.store.put(thing);
  changed();
}

/** The store of whoever holds this audit here, if that is the person who uses the device. */
export async function openHeld(person) {
  const mine = held().find((each) => each.audit === page.audit && each.person === person);
  if (!mine) return false;
  const store = await Held.open(mine), { data, things } = await store.read();
  if (!data) { store.close(); return false; }
  const unkept = state.isHeld ? [] : state.things;
  Object.assign(state, { store, data, things, isHeld: true });
  for (const thing of unkept) { await store.put(thing); state.things.push(thing); }
  return true;
}

export const isHeldByOther = (person) => held().some((each) => each.audit === page.audit && each.person !== person);
