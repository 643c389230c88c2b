// The right pane: what was said and seen, each note with its time. A note is never changed; a correction names the old one.
import { $, announce, icon, make } from "./dom.js";
import { addPhoto, findingFrom } from "./conduct-dialogs.js";
import { add } from "./conduct-queue.js";
import { photoLine, refusedBox } from "./conduct-items.js";
import { itemOf, moment, shownNotes, state } from "./conduct-state.js";

const form = $("[data-note-form]"), list = $("[data-notes]"), text = $("textarea", form), about = $("[data-note-about]", form);
let item = null, corrects = null;

/** Notes, newest first, with those that are not sent yet. */
export function showNotes() {
  form.hidden = Boolean(state.data.closed);
  const notes = shownNotes(), corrected = new Set(notes.map((note) => note.corrects).filter(Boolean));
  const refused = state.things.filter((thing) => thing.state === "refused" && !thing.item);
  list.replaceChildren(...refused.map((thing) => make("li", {}, refusedBox(thing))), ...notes.map((note) => line(note, corrected.has(note.number))));
  $("[data-no-note]").hidden = notes.length > 0;
  $("[data-note-count]").textContent = String(notes.length);
}

function line(note, isCorrected) {
  const { number, key, by, at, code, unsent } = note, short = note.text.slice(0, 40);
  const acts = make("div", { class: "acts" });
  const named = (words) => [words, make("span", { class: "vh" }, ` of “${short}”`)];
  if (!state.data.closed) {
    if (state.data.may_make_findings) acts.append(act(named("Make a finding"), () => findingFrom(itemOf(note.item), note)));
    if (number && !isCorrected) acts.append(act(named("Correct"), () => begin(itemOf(note.item), note)));
    if (key) {
      const input = make("input", { type: "file", class: "vh", accept: "image/*,.pdf" });
      input.addEventListener("change", () => addPhoto(input, { noteKey: key }));
      acts.append(make("label", { class: "btn ghost sm" }, ...named("Photo"), input));
    }
  }
  return make("li", { class: `scribe${isCorrected ? " is-old" : ""}`, "data-scribe": key || number },
    make("p", { class: "by" }, make("time", { datetime: at }, moment(at)), make("b", {}, by), ...(code ? [make("span", { class: "tag" }, code)] : []),
      ...(note.corrects ? [make("span", {}, "correction")] : []), ...(isCorrected ? [make("span", {}, "corrected since")] : []), ...(unsent ? [make("span", { class: "st" }, icon("hourglass"), "Not sent")] : [])),
    make("p", { class: "said-text" }, note.text), ...(note.photos.length ? [make("ul", { class: "kept" }, ...note.photos.map(photoLine))] : []), acts);
}

function act(words, run) {
  const button = make("button", { class: "btn ghost sm", type: "button" }, ...words);
  button.addEventListener("click", run);
  return button;
}

function begin(about_, old = null) {
  [item, corrects] = [about_ ?? null, old];
  const label = [item ? `About ${item.code}` : "", old ? `corrects the note of ${moment(old.at)}` : ""].filter(Boolean).join(", ");
  const clear = make("button", { class: "btn ghost icon sm", type: "button", "aria-label": "Not about this" }, icon("x"));
  clear.addEventListener("click", () => begin(null));
  about.replaceChildren(...(label ? [make("span", {}, label), clear] : []));
  if (old && !text.value) text.value = old.text;
  document.body.dataset.pane = "notes";
  text.focus();
}

/** Nothing of this person stays, neither their notes nor one that they have begun. */
export function clearNotes() {
  [item, corrects, text.value] = [null, null, ""];
  about.replaceChildren();
  list.replaceChildren();
}

export const writeNote = () => begin(item);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!text.value.trim()) { text.focus(); return; }
  const texts = { text: text.value.trim(), ...(corrects ? { corrects: corrects.number } : {}) };
  text.value = "";
  await add("note", { item: item?.number ?? "", texts });
  begin(null);
  announce("Noted.");
});
document.addEventListener("note-about", ({ detail }) => begin(detail));
document.addEventListener("keydown", (event) => { if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target === text) form.requestSubmit(); });
