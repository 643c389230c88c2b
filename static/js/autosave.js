// Autosave for form[data-autosave]: on change, or 600 ms after the last key. It says Saving, Saved 09:38 or what went wrong,
// tries again after 5, 15 and 60 s, and never loses the text. Submit, sign, send and status changes are not autosaved.
import { $, $$, csrf, icon, isSignIn, make } from "./dom.js";
import { openHtml } from "./dialogs.js";
import { signIn } from "./signin.js";

const QUIET = 600, SAY_EVERY = 5000;
export const TRIES = [5, 15, 60];
const states = new WeakMap();
const unsaved = new Set(); // also forms that have left the page, such as the panel of another cell
let said = 0, saying = 0;

/** The state of saving in the head of the page, and at most once in five seconds for screen readers. */
export function show(name, text, bad = false) {
  const place = $("[data-save]");
  place?.replaceChildren(icon(name), text);
  place?.classList.toggle("t-bad", bad);
  clearTimeout(saying);
  saying = setTimeout(() => { said = Date.now(); const region = $("[data-save-say]"); if (region) region.textContent = text; },
    Math.max(0, said + SAY_EVERY - Date.now()));
}

function stateOf(form) {
  if (!states.has(form)) states.set(form, { timer: 0, tries: 0, busy: false, again: false, dirty: false, signedOut: false });
  return states.get(form);
}

function later(form, delay) {
  const state = stateOf(form);
  state.dirty = true;
  unsaved.add(form);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => save(form), delay);
}

async function save(form) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  if (state.held?.open) return;
  state.release?.();
  if (state.busy) { state.again = true; return; }
  if (state.signedOut && $("dialog[open]")) return;
  Object.assign(state, { busy: true, again: false, signedOut: false });
  show("refresh-cw", "Saving");
  $("[data-unsaved]")?.remove();
  try {
    const answer = await fetch(form.dataset.autosave || form.action,
      { method: "POST", body: new FormData(form), headers: { "HX-Request": "true", "X-CSRFToken": csrf() } });
    await settle(form, state, answer);
  } catch { retry(form, state); }
  state.busy = false;
  const sending = state.sending;
  delete state.sending;
  if (sending && !state.held?.open && !state.signedOut && !state.tries) form.requestSubmit(sending.submitter);
  else if (state.again) later(form, 0);
}

async function settle(form, state, answer) {
  if (answer.redirected && isSignIn(answer.url)) {
    state.signedOut = true;
    show("octagon-alert", "Not saved, sign in again", true);
    signIn(() => { state.signedOut = false; save(form); });
    return;
  }
  if (answer.status >= 500 || answer.redirected) { retry(form, state); return; } // a redirect led to some other page
  const html = await answer.text();
  if (answer.ok) {
    Object.assign(state, { tries: 0, dirty: state.again });
    if (!state.dirty) unsaved.delete(form);
    show("check", `Saved ${new Date().toTimeString().slice(0, 5)}`);
    form.dispatchEvent(new CustomEvent("autosaved", { bubbles: true, detail: { html } }));
    return;
  }
  show("octagon-alert", answer.status === 409 ? "Not saved, someone else changed it" : "Not saved, see the answer marked", true);
  if (!form.isConnected) unsaved.delete(form); // nobody can mend it there: the answer shows what was typed
  if (answer.status === 409) hold(form, state, html);
  else if (answer.status === 422) form.dispatchEvent(new CustomEvent("autosave-refused", { bubbles: true, detail: { html } }));
}

// While both texts are on the screen nothing is saved over either; the form hears `autosave-conflict` when they were read.
function hold(form, state, html) {
  const dialog = openHtml(html, "Someone else changed this meanwhile", { url: form.action });
  state.held = dialog;
  state.release = () => {
    if (state.held !== dialog) return;
    state.held = null;
    form.dispatchEvent(new CustomEvent("autosave-conflict", { bubbles: true, detail: { html } }));
  };
  dialog.addEventListener("close", state.release);
}

function retry(form, state) {
  const wait = TRIES[state.tries];
  if (wait === undefined) { giveUp(form, state); return; }
  state.tries += 1;
  show("octagon-alert", `Not saved, trying again in ${wait} s`, true);
  later(form, wait * 1000);
}

function giveUp(form, state) {
  show("octagon-alert", "Not saved", true);
  const button = make("button", { class: "btn sm", type: "button" }, "Try again");
  button.addEventListener("click", () => { state.tries = 0; save(form); });
  (form.isConnected ? form : $("#main")).prepend(make("p", { class: "note bad", role: "alert", "data-unsaved": "" }, icon("octagon-alert"),
    make("span", {}, "Not saved: the connection dropped. Your text is kept here. "), button));
}

/** Before `root` gives way to something else: what its forms hold unsaved goes on its way again, and is not forgotten. */
export function keepOn(root) {
  for (const form of $$("form[data-autosave]", root)) if (stateOf(form).dirty) { stateOf(form).tries = 0; save(form); }
}

// An answer that was refused comes back as the same form: put it in place without moving the cursor.
document.addEventListener("autosave-refused", ({ target, detail }) => {
  const fresh = new DOMParser().parseFromString(detail.html, "text/html").querySelector("form");
  if (fresh) window.Idiomorph?.morph(target, fresh, { morphStyle: "innerHTML", ignoreActiveValue: true });
});

// A field may stand outside its form and name it with the attribute `form`.
const savedBy = (target) => { const form = target.form ?? target.closest?.("form"); return form?.matches("[data-autosave]") ? form : null; };
document.addEventListener("input", ({ target }) => { const form = savedBy(target); if (form) later(form, QUIET); });
document.addEventListener("change", ({ target }) => { const form = savedBy(target); if (form) later(form, 0); });
// Sent whole by its own button: nothing is left to save, and nobody is asked whether to leave. A save that is still under
// way comes first: sent beside it, the form would name a version that the save has just made an old one.
document.addEventListener("submit", (event) => {
  const { target, submitter } = event;
  if (!target.matches("form[data-autosave]")) return;
  const state = stateOf(target);
  clearTimeout(state.timer);
  Object.assign(state, { dirty: false, again: false });
  unsaved.delete(target);
  if (!state.busy) return;
  event.preventDefault();
  state.sending = { submitter };
});
addEventListener("online", () => { for (const form of unsaved) save(form); });
addEventListener("beforeunload", (event) => { if (unsaved.size) event.preventDefault(); });
