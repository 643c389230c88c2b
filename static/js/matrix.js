// The score matrix: cells save themselves one after the other, survive a dropped connection, and follow the keyboard.
// What is shown at once is replaced by what the server counts. Without this module the matrix posts as one form.
import { $, $$, announce, csrf, icon, isSignIn, make } from "./dom.js";
import { TRIES, keepOn, show } from "./autosave.js";
import { openHtml } from "./dialogs.js";
import { singleKeysOn } from "./keys.js";
import { signIn } from "./signin.js";
import { toast } from "./toasts.js";

const QUIET = 200;
const matrix = $("form[data-matrix]"), panel = $("[data-cell-panel]");
const queue = new Map(); // cell -> the text that is not with the server yet
let busy = false, tries = 0, retry = 0, shownCell = null, loading = null, asked = 0;

const inputOf = (cell) => $("input.sc", cell);
const nameOf = (cell) => inputOf(cell).getAttribute("aria-label").split(":")[0];

/** Put a text into a cell at once, and send it. `undoable` shows what was there before. */
function put(cell, text, undoable = true) {
  const before = cell.dataset.s;
  inputOf(cell).value = text;
  inputOf(cell).removeAttribute("aria-invalid");
  if (text === before) return;
  cell.dataset.s = text;
  queue.set(cell, text);
  if (undoable && before !== "") {
    toast(`${nameOf(cell)}: ${text === "" ? "cleared" : text}, was ${before}`, () => put(cell, before, false));
  }
  if (!retry) flush(); // while the connection is down, marks join the queue and wait for the next try
}

async function flush() {
  clearTimeout(retry);
  retry = 0;
  if (busy || queue.size === 0) return;
  const [cell, text] = queue.entries().next().value;
  busy = true;
  show("refresh-cw", "Saving");
  $("[data-unsaved]", matrix)?.remove();
  const body = new URLSearchParams({ mark: text, version: cell.dataset.version, as: matrix.dataset.as });
  let answer = null, html = "";
  try {
    answer = await fetch(withRank(cell.dataset.url), { method: "POST", body, headers: { "HX-Request": "true", "X-CSRFToken": csrf() } });
    html = await answer.text();
  } catch { answer = null; }
  busy = false;
  settle(cell, text, answer, html);
}

function settle(cell, text, answer, html) {
  if (answer?.redirected && isSignIn(answer.url)) {
    show("octagon-alert", "Not saved, sign in again", true);
    signIn(flush);
    return;
  }
  if (!answer || answer.status >= 500 || answer.redirected) { again(); return; } // a redirect led to some other page
  if (queue.get(cell) === text) queue.delete(cell);
  tries = 0;
  if (answer.ok) {
    apply(html);
    if (shownCell === cell && !panel.contains(document.activeElement)) openPanel(cell.dataset.panel);
    if (queue.size === 0) show("check", `Saved ${new Date().toTimeString().slice(0, 5)}`);
  } else refuse(cell, answer, html);
  flush();
}

function refuse(cell, answer, html) {
  show("octagon-alert", answer.status === 409 ? "Not saved, see the answer" : "Not saved", true);
  inputOf(cell).setAttribute("aria-invalid", "true");
  if (answer.status === 409 || answer.status === 422) openHtml(html, "This score was not saved", { url: cell.dataset.url, done: () => reload(cell) });
  else if (answer.status === 403) openHtml("<p>You may not score here any more. Load the page again.</p>", "This score was not saved");
  if (answer.status !== 422) reload(cell);
}

// What stands at the server comes back into the cell.
async function reload(cell) {
  const answer = await fetch(withRank(cell.dataset.url), { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  apply(await answer.text());
  inputOf(cell).value = cell.dataset.s;
  inputOf(cell).removeAttribute("aria-invalid");
}

function again() {
  const wait = TRIES[tries];
  if (wait === undefined) {
    show("octagon-alert", "Not saved", true);
    const button = make("button", { class: "btn sm", type: "button" }, "Try again");
    button.addEventListener("click", () => { tries = 0; flush(); });
    matrix.prepend(make("p", { class: "note bad", role: "alert", "data-unsaved": "" }, icon("octagon-alert"),
      make("span", {}, `Not saved: the connection dropped. ${queue.size} scores are kept here. `), button));
    return;
  }
  tries += 1;
  show("octagon-alert", `Not saved, trying again in ${wait} s`, true);
  retry = setTimeout(flush, wait * 1000);
}

const withRank = (url) => {
  const rank = new URLSearchParams(location.search).get("rank");
  return rank ? `${url}?rank=${encodeURIComponent(rank)}` : url;
};

// The parts of an answer replace those of the page that carry the same name.
function apply(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const part of $$("[data-part]", page)) {
    const name = part.dataset.part;
    if (name === "count") { const count = $("nav.tabs [aria-current] .n"); if (count) count.textContent = part.textContent; continue; }
    for (const old of $$(`[data-part="${CSS.escape(name)}"]`)) {
      const cell = old.closest(".cell[data-url]"), fresh = document.importNode(part, true);
      old.replaceWith(fresh);
      if (!cell) continue;
      cell.dataset.version = part.dataset.version;
      $("input[type=hidden]", cell).value = part.dataset.version;
      if (!queue.has(cell)) cell.dataset.s = part.dataset.now;
    }
  }
}

// ---- keys ----
const isMark = (key) => matrix.dataset.digits.includes(key) && key.length === 1;

function step(input, across, down) {
  const rows = $$("tr.crit", matrix), row = input.closest("tr"), column = [...row.children].indexOf(input.closest("td"));
  let at = rows.indexOf(row), to = column;
  for (;;) {
    at += down; to += across;
    const place = rows[at]?.children[to];
    if (!place) return;
    const next = $("input.sc", place);
    if (next) { next.focus(); next.select(); return; }
  }
}

const MOVES = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0], Enter: [0, 1] };

function onKey(event) {
  const input = event.target;
  if (!input.matches("input.sc") || event.ctrlKey || event.metaKey || event.altKey) return;
  const cell = input.closest(".cell"), key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isShort = Number(input.maxLength) === 1;
  if (MOVES[key]) { event.preventDefault(); if (!isShort) put(cell, clean(input)); step(input, ...MOVES[key]); }
  else if (key === "Delete" || (key === "Backspace" && isShort)) { event.preventDefault(); put(cell, ""); }
  else if (key === "x" || (isShort && isMark(key))) { event.preventDefault(); put(cell, key); }
  else if (key === "e" || key === "n") {
    event.preventDefault();
    if (singleKeysOn()) openPanel(cell.dataset.panel, key === "n" ? "#why" : "[data-evidence], .files-list a");
  } else if (key.length === 1 && !(!isShort && isMark(key))) event.preventDefault();
}

// Keyboards of phones send no keys: take the last character that is a mark.
function clean(input) {
  const text = input.value.trim().toLowerCase();
  if (text.includes("x")) return "x";
  const digits = [...text].filter(isMark).join("");
  if (Number(input.maxLength) === 1) return digits.slice(-1);
  return digits !== "" && Number(digits) >= Number(matrix.dataset.low) && Number(digits) <= Number(matrix.dataset.high) ? digits : "";
}

// ---- the panel of one cell ----
function follow(cell) {
  for (const on of $$("td.is-on", matrix)) on.classList.remove("is-on");
  cell.closest("td").classList.add("is-on");
  shownCell = cell;
  clearTimeout(loading);
  loading = setTimeout(() => openPanel(cell.dataset.panel), QUIET);
}

async function openPanel(url, focusOn = "") {
  clearTimeout(loading);
  const turn = ++asked;
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const html = await answer.text();
  if (turn !== asked) return; // a later cell was asked for meanwhile: a slow answer must not take its place
  const page = new DOMParser().parseFromString(html, "text/html");
  keepOn(panel);
  panel.replaceChildren(...page.body.childNodes);
  for (const form of $$("form[data-autosave]", panel)) form.addEventListener("autosaved", (event) => apply(event.detail.html));
  if (focusOn) ($(focusOn, panel) ?? $("h2", panel))?.focus();
}

if (matrix && panel) {
  matrix.addEventListener("keydown", onKey);
  matrix.addEventListener("submit", (event) => event.preventDefault());
  matrix.addEventListener("input", (event) => {
    const input = event.target;
    if (!input.matches("input.sc")) return;
    if (Number(input.maxLength) === 1) put(input.closest(".cell"), clean(input));
  });
  matrix.addEventListener("change", (event) => { if (event.target.matches("input.sc")) put(event.target.closest(".cell"), clean(event.target)); });
  matrix.addEventListener("focusin", (event) => { const cell = event.target.closest(".cell[data-panel]"); if (cell && event.target.matches("input.sc")) { event.target.select(); follow(cell); } });
  matrix.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-open-cell]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openPanel(link.href, "h2");
    announce("The details of the cell are shown beside the scores.");
  });
  addEventListener("online", () => { tries = 0; flush(); });
  addEventListener("beforeunload", (event) => { if (queue.size) event.preventDefault(); });
}
