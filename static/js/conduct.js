// The conduct screen: opens what this device holds or what the server says, and keeps both together.
import { $, $$, isSignIn } from "./dom.js";
import "./dialogs.js";
import { HELD_KEY, PERSON_KEY, meet, person } from "./device.js";
import { tell } from "./conduct-dialogs.js";
import { buildItems, clearItems, filter, showCoverage, showItem, unsavedNotes } from "./conduct-items.js";
import "./conduct-keys.js";
import { clearNotes, showNotes } from "./conduct-notes.js";
import { bringBack, closeHeld, followHeld, isHeldByOther, keepShell, openHeld, takeOffline } from "./conduct-offline.js";
import { flush, link } from "./conduct-queue.js";
import { changed, page, state, watch } from "./conduct-state.js";
import { Memory } from "./conduct-store.js";
import { listUnsent, showUnsent } from "./conduct-unsent.js";

const EVERY = 20_000, WHEN_DOWN = 4_000;
let timer = 0, built = "", isKept = false;

function show(number) {
  document.body.dataset.state = state.data ? "open" : "shut";
  if (state.data) {
    const { audit, items } = state.data, shape = items.map((item) => `${item.number} ${item.question}`).join();
    $("[data-name]").textContent = audit.name;
    $("[data-where]").textContent = `${audit.cmo}, ${audit.number}`;
    if (built !== shape) { built = shape; buildItems(); } else if (number) showItem(number); else for (const item of items) showItem(item.number);
    showCoverage();
    showNotes();
    $("[data-empty]").hidden = items.length > 0;
  }
  showUnsent(refresh);
}

/** Ask the server how things stand, then send what waits. */
async function refresh() {
  clearTimeout(timer);
  const { arrivals } = state;
  let wait = 0;
  try {
    const answer = await fetch(page.dataUrl, { signal: AbortSignal.timeout(30_000) });
    if (answer.redirected && isSignIn(answer.url)) signedOut();
    else if (answer.status === 403 || answer.status === 404) { await closeHeld(); shut("This audit is not open to you."); }
    else if (!answer.ok) link("trouble");
    else {
      const data = await answer.json();
      if (state.arrivals === arrivals) await take(data);
      else wait = WHEN_DOWN; // something arrived meanwhile: this would show what stood there before
    }
  } catch { offline(); }
  timer = setTimeout(refresh, wait || (state.link === "ok" ? EVERY : WHEN_DOWN));
}

async function take(data) {
  const { number } = data.person;
  if (state.data && state.data.person.number !== number) forget();
  await meet(number);
  if (!state.isHeld) await openHeld(number);
  state.data = data;
  await state.store.keepData(data);
  if (state.link !== "ok") link("ok");
  changed();
  if (state.isHeld && !isKept) { isKept = true; keepShell().catch(() => { isKept = false; }); }
  await flush();
}

// Somebody else uses this device now: nothing of the first person stays on the screen, and nothing of theirs is sent.
function forget() {
  for (const dialog of $$("dialog[open]")) dialog.close();
  clearItems();
  clearNotes();
  state.store.close();
  Object.assign(state, { data: null, things: [], store: new Memory(), isHeld: false });
  built = "";
  $("[data-name]").textContent = page.audit;
  $("[data-where]").textContent = "";
}

function signedOut() {
  if (!state.data) {
    location.href = `${document.body.dataset.loginUrl}?next=${encodeURIComponent(location.pathname)}`;
    return;
  }
  link("sign-in");
}

function offline() {
  link("down");
  if (state.data) return;
  shut(isHeldByOther(person()) ? "This device holds the audit for somebody who is not signed in. There is no network to sign in over."
    : "There is no network, and this audit was not taken offline on this device.");
}

function shut(sentence) {
  if (state.data && !state.isHeld) forget();
  if (!state.data) $("[data-shut]").textContent = sentence;
  if (state.link !== "down") link("closed");
  changed();
}

watch(show);
$("[data-take]").addEventListener("click", async ({ target }) => { target.disabled = true; await takeOffline(); target.disabled = false; });
$("[data-bring]").addEventListener("click", bringBack);
$("[data-unsent]").addEventListener("click", listUnsent);
$("[data-show]").addEventListener("change", filter);
for (const button of document.querySelectorAll("[data-pane-button]")) button.addEventListener("click", () => { document.body.dataset.pane = button.dataset.paneButton; });
addEventListener("online", refresh);
addEventListener("focus", () => { if (state.link !== "ok") refresh(); });
addEventListener("storage", ({ key, newValue }) => {
  if (key === HELD_KEY) followHeld();
  if (key !== PERSON_KEY || !state.data || newValue === state.data.person.number) return;
  forget();
  shut("Somebody else signed in on this device, or you signed out in another window.");
  refresh();
});
addEventListener("beforeunload", (event) => { if (unsavedNotes() || (state.things.length && !state.isHeld)) event.preventDefault(); });
addEventListener("unhandledrejection", ({ reason }) => {
  if (reason?.name === "QuotaExceededError") tell("This device is full", "What you just wrote could not be kept. Make room on the device, then write it again.");
});

await openHeld(person());
changed();
await refresh();
