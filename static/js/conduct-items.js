// The left pane: chapters that open and close, each question with its answers, note, photos and findings.
import { $, $$, announce, icon, make } from "./dom.js";
import { addPhoto, findingFrom } from "./conduct-dialogs.js";
import { answer, drop, keepTheirs, tryAgain, useMine } from "./conduct-queue.js";
import { conflictOf, coverage, coverageWords, itemOf, moment, refusedOf, shownItem, state } from "./conduct-state.js";

const QUIET = 600;
const place = $("[data-items]");
const timers = new Map();
let current = null;

export const currentItem = () => current;
const nameOf = (code) => state.data.answers.find((each) => each.code === code)?.name ?? "No answer";
const article = (number) => document.getElementById(`q-${number}`);
const words = ({ answer: code, note }) => `${nameOf(code)}${note ? `, “${note}”` : ""}`;

/** Build every chapter and question once; later changes touch the question they are about. */
export function buildItems() {
  const { chapters, items } = state.data;
  const closed = new Set($$("details.chap:not([open])", place).map((chapter) => chapter.dataset.chapter));
  place.replaceChildren(...chapters.filter(({ code }) => items.some((item) => item.system === code)).map(({ code, name }) =>
    make("details", { class: "chap", "data-chapter": code, ...(closed.has(code) ? {} : { open: "" }) },
      make("summary", {}, icon("chevron-right"), make("h3", {}, name), make("span", { class: "num", "data-chapter-coverage": "" })),
      ...items.filter((item) => item.system === code).map(build))));
  for (const item of items) showItem(item.number);
  showCoverage();
  filter();
}

function build(item) {
  const { number, code } = item;
  const answers = make("div", { class: "ans", role: "group", "aria-label": `Answer to ${code}` }, ...state.data.answers.map((each, at) =>
    make("button", { type: "button", "data-answer": each.code, "aria-pressed": "false" }, make("kbd", { "aria-hidden": "true" }, String(at + 1)), each.name)));
  const note = make("textarea", { id: `n-${number}`, "data-note": "", rows: "1", "aria-label": `Note to ${code}`, placeholder: "Note" });
  const more = item.evidence || item.clauses ? [make("details", { class: "as-table" }, make("summary", {}, icon("chevron-right", "i-sm"), "What to look at", make("span", { class: "vh" }, ` for ${code}`)),
    ...(item.evidence ? [make("p", {}, item.evidence)] : []), ...(item.clauses ? [make("p", { class: "hint" }, item.clauses)] : []))] : [];
  const photo = make("label", { class: "btn sm" }, icon("paperclip"), "Photo", make("span", { class: "vh" }, ` to ${code}`),
    make("input", { type: "file", class: "vh", accept: "image/*,.pdf", "data-photo": "" }));
  const acts = make("div", { class: "acts", "data-acts": "" }, photo,
    make("button", { class: "btn sm", type: "button", "data-about": "" }, icon("pen-line"), "Note about it", make("span", { class: "vh" }, `: ${code}`)),
    make("button", { class: "btn sm", type: "button", "data-finding": "" }, icon("triangle-alert"), "Make a finding", make("span", { class: "vh" }, ` from ${code}`)));
  return make("article", { class: "qn", id: `q-${number}`, "data-item": number, tabindex: "-1", "aria-label": code },
    make("header", {}, make("b", {}, code), make("span", {}, item.topic), ...(item.weight > 1 ? [make("span", { class: "tag" }, item.weight === 3 ? "High risk" : "Medium risk")] : []),
      make("span", { class: "st", "data-state": "" })),
    make("p", { class: "q" }, item.question), ...more, answers, note, make("ul", { class: "kept", "data-kept": "" }), acts, make("div", { "data-trouble": "" }));
}

/** Bring one question up to date; what somebody types at this moment stays. */
export function showItem(number) {
  const item = itemOf(number), row = article(number);
  if (!item || !row) return;
  const shown = shownItem(item), isClosed = Boolean(state.data.closed);
  for (const button of $$("[data-answer]", row)) {
    button.setAttribute("aria-pressed", String(button.dataset.answer === shown.answer));
    button.disabled = isClosed;
  }
  const note = $("[data-note]", row);
  note.readOnly = isClosed;
  if (document.activeElement !== note && !timers.has(number) && note.value !== shown.note) { note.value = shown.note; grow(note); }
  row.dataset.answered = shown.answer;
  row.classList.toggle("is-unsent", shown.unsent);
  const said = shown.answer || shown.note ? `${shown.by}, ${moment(shown.at)}` : "";
  $("[data-state]", row).replaceChildren(...(shown.unsent ? [icon("hourglass"), "Not sent"] : said ? [icon("check"), said] : []));
  $("[data-kept]", row).replaceChildren(...shown.photos.map(photoLine), ...shown.findings.map(findingLine));
  $("[data-acts]", row).hidden = isClosed;
  $("[data-finding]", row).hidden = !state.data.may_make_findings;
  $("[data-trouble]", row).replaceChildren(...trouble(item));
}

export const photoLine = ({ name, url, unsent }) => make("li", {}, icon("paperclip"), url ? make("a", { href: url }, name) : name, ...(unsent ? [make("small", {}, "not sent")] : []));
const findingLine = ({ url, label, title }) => make("li", {}, icon("triangle-alert"), url ? make("a", { href: url }, `${label} ${title}`) : `${label}: ${title}`);

function trouble(item) {
  const boxes = refusedOf(item).map(refusedBox), thing = conflictOf(item);
  if (!thing) return boxes;
  const side = (heading, text) => make("div", {}, make("h4", {}, heading), make("p", {}, text));
  const mine = `${words(thing.texts)}`, theirs = words(item), who = item.by || "Somebody";
  const keep = make("button", { class: "btn sm", type: "button" }, `Keep the answer of ${who}`);
  const use = make("button", { class: "btn sm", type: "button" }, "Use mine");
  keep.addEventListener("click", () => { keepTheirs(thing, `Answer of ${moment(thing.at)} to ${item.code}, not used: ${mine}.`); settle(item); });
  use.addEventListener("click", () => { useMine(thing); settle(item); });
  return [...boxes, make("div", { class: "both", role: "group", "aria-label": `Two answers to ${item.code}`, "data-conflict": "" },
    make("p", { class: "note warn" }, icon("split"), make("span", {}, `${who} answered this while you were away. Nothing is overwritten: choose.`)),
    make("div", { class: "sides" }, side(`${who}, ${moment(item.at || new Date().toISOString())}`, theirs), side(`You, ${moment(thing.at)}`, mine)),
    make("p", { class: "hint" }, "The other answer stays: theirs in the history, yours as a note."), make("div", { class: "acts" }, use, keep))];
}

function settle(item) { article(item.number).focus(); announce(`${item.code}: settled.`); }

/** Something the server did not take: the sentence, and what can be done. Nothing else is held up by it. */
export function refusedBox(thing) {
  const retry = make("button", { class: "btn sm", type: "button" }, "Try again"), leave = make("button", { class: "btn sm", type: "button" }, "Leave it out");
  retry.addEventListener("click", () => tryAgain(thing));
  leave.addEventListener("click", () => drop(thing));
  const text = thing.file?.name ?? thing.texts.text ?? thing.texts.title ?? words(thing.texts);
  return make("div", { class: "both", "data-refused": "" }, make("p", { class: "note bad", role: "alert" }, icon("octagon-alert"), make("span", {}, `Not kept: ${thing.sentence}`)),
    make("p", {}, text), make("div", { class: "acts" }, retry, leave));
}

/** How much is covered, per chapter and in all. */
export function showCoverage() {
  const shown = state.data.items.map(shownItem);
  for (const chapter of $$("details.chap", place)) {
    const sum = coverage(shown.filter((item) => item.system === chapter.dataset.chapter).map((item) => item.answer));
    $("[data-chapter-coverage]", chapter).textContent = coverageWords(sum) + (sum.notCovered ? `, ${sum.notCovered} not covered` : "");
  }
  const all = coverage(shown.map((item) => item.answer));
  $("[data-coverage]").textContent = coverageWords(all);
  $("[data-not-covered]").textContent = [all.open ? `${all.open} open` : "", all.notCovered ? `${all.notCovered} not covered` : ""].filter(Boolean).join(", ");
  $("[data-bar]").value = all.percent ?? 0;
}

const SHOWS = {
  all: () => true,
  open: (item) => !item.answer,
  weak: (item) => ["partial", "no"].includes(item.answer),
  not_covered: (item) => item.answer === "not_covered",
  unsent: (item) => item.unsent,
};

/** Show the questions that the person asked for; a question that was just answered stays where it is until then. */
export function filter() {
  const shows = SHOWS[$("[data-show]").value];
  for (const item of state.data.items) article(item.number).hidden = !shows(shownItem(item));
  const left = $$(".qn:not([hidden])", place).length;
  for (const chapter of $$("details.chap", place)) chapter.hidden = !$(".qn:not([hidden])", chapter);
  $("[data-none]").hidden = left > 0;
  return left;
}

export function step(direction) {
  const rows = $$(".qn:not([hidden])", place).filter((row) => row.closest("details").open);
  const at = rows.indexOf(article(current));
  const next = rows[at < 0 ? 0 : Math.min(Math.max(at + direction, 0), rows.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** Answer the current question by its place in the row of answers, 1 the first; the same again opens it. */
export function answerCurrent(place_) {
  const item = itemOf(current), code = state.data.answers[place_ - 1]?.code;
  if (!item || !code || state.data.closed) return;
  give(item, code);
}

function give(item, code) {
  const given = shownItem(item).answer === code ? "" : code;
  answer(item, { answer: given });
  announce(`${item.code}: ${nameOf(given)}`);
}

function grow(area) { area.rows = Math.min(8, Math.max(1, area.value.split("\n").length, Math.ceil(area.value.length / 60))); }

function saveNote(number, text) {
  clearTimeout(timers.get(number));
  timers.delete(number);
  answer(itemOf(number), { note: text });
}

/** Nothing of this person stays on the screen; what they typed a moment ago is kept where they keep their things. */
export function clearItems() {
  for (const number of [...timers.keys()]) saveNote(number, $("[data-note]", article(number)).value);
  current = null;
  place.replaceChildren();
}

export const editNote = () => $("[data-note]", article(current) ?? place)?.focus();
export const unsavedNotes = () => timers.size;

place.addEventListener("focusin", ({ target }) => {
  const row = target.closest(".qn");
  if (!row) return;
  $(".qn.is-on", place)?.classList.remove("is-on");
  row.classList.add("is-on");
  current = row.dataset.item;
});
place.addEventListener("click", ({ target }) => {
  const row = target.closest(".qn"), item = row && itemOf(row.dataset.item);
  if (!item) return;
  const button = target.closest("button");
  if (!button) { if (!target.closest("a, label, summary, textarea")) row.focus({ preventScroll: true }); return; }
  if (button.dataset.answer) give(item, button.dataset.answer);
  else if ("finding" in button.dataset) findingFrom(item);
  else if ("about" in button.dataset) document.dispatchEvent(new CustomEvent("note-about", { detail: item }));
});
place.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-note]")) return;
  const { item } = target.closest(".qn").dataset;
  grow(target);
  clearTimeout(timers.get(item));
  timers.set(item, setTimeout(() => saveNote(item, target.value), QUIET));
});
place.addEventListener("focusout", ({ target }) => {
  if (target.matches("[data-note]") && timers.has(target.closest(".qn").dataset.item)) saveNote(target.closest(".qn").dataset.item, target.value);
});
place.addEventListener("change", ({ target }) => { if (target.matches("[data-photo]")) addPhoto(target, { item: target.closest(".qn").dataset.item }); });
