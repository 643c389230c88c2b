// The draft of a finding: keeps the form's version in step with what autosave stored, shows what is still missing, and turns
// the clauses' text area into a search over the register. Without this module the page is a form with a text area.
import { $, announce, icon, make } from "./dom.js";

const form = $("form[data-clause-url]");
const QUIET = 200;

/** Takes the version and the list of what is missing from the answer of a save. */
function keep(html) {
  const answer = new DOMParser().parseFromString(html, "text/html"), fresh = $("[data-version]", answer);
  if (!fresh) return;
  const version = $("[name=version]", form);
  if (version) version.value = fresh.dataset.version;
  const state = $("#finding-state");
  if (fresh.id === "finding-state" && state) state.replaceWith(document.importNode(fresh, true));
}

function linesOf(area) {
  return area.value.split(/[\n;]/).map((line) => line.trim()).filter(Boolean);
}

/** Writes the chosen clauses back to the area, which is what the form sends and autosave hears. */
function write(area, lines) {
  area.value = lines.join("\n");
  area.dispatchEvent(new Event("change", { bubbles: true }));
}

function draw(area, chips) {
  chips.replaceChildren(...linesOf(area).map((line) => {
    const remove = make("button", { type: "button", "aria-label": `Remove ${line}` }, icon("x"));
    remove.addEventListener("click", () => { write(area, linesOf(area).filter((other) => other !== line)); draw(area, chips); });
    return make("li", {}, make("span", {}, line), remove);
  }));
  chips.hidden = !chips.children.length;
}

function picker(area) {
  const input = make("input", { type: "text", class: "input", id: "clause-search", role: "combobox", "aria-expanded": "false",
    "aria-controls": "clause-hits", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false" });
  const hits = make("div", { id: "clause-hits", class: "hits-list", role: "listbox", "aria-label": "Clauses found", hidden: "" });
  const chips = make("ul", { class: "chips picked", "aria-label": "Chosen clauses" });
  const label = make("label", { for: "clause-search" }, "Search the register by a word or a number");
  let timer = 0, asked = 0;

  function close() { hits.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); }

  function choose(words) {
    if (!linesOf(area).includes(words)) write(area, [...linesOf(area), words]);
    draw(area, chips);
    announce(`${words} chosen`);
    input.value = "";
    close();
    input.focus();
  }

  async function search() {
    const words = input.value.trim(), mine = ++asked;
    if (!words) { close(); return; }
    const answer = await fetch(`${form.dataset.clauseUrl}?pick=1&q=${encodeURIComponent(words)}`).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    hits.replaceChildren(...[...found.querySelectorAll("[data-clause]")].map((hit, place) => {
      const option = make("div", { role: "option", id: `clause-hit-${place}`, "aria-selected": "false", "data-clause": hit.dataset.clause });
      option.append(...hit.childNodes);
      option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(hit.dataset.clause); });
      return option;
    }));
    hits.hidden = !hits.children.length;
    input.setAttribute("aria-expanded", String(!hits.hidden));
    announce(hits.hidden ? "No clause found" : `${hits.children.length} clauses found`);
  }

  function step(by) {
    const options = [...hits.children], now = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
    const next = options[(now + by + options.length) % options.length];
    for (const each of options) each.setAttribute("aria-selected", String(each === next));
    input.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  }

  input.addEventListener("input", (event) => { event.stopPropagation(); clearTimeout(timer); timer = setTimeout(search, QUIET); });
  input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      const chosen = $("[aria-selected=true]", hits) ?? hits.firstElementChild;
      if (!hits.hidden && chosen) choose(chosen.dataset.clause);
    } else if (event.key === "Escape") close();
    else if (!hits.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) { event.preventDefault(); step(event.key === "ArrowDown" ? 1 : -1); }
  });
  input.addEventListener("blur", () => setTimeout(close, 100));
  area.addEventListener("input", () => draw(area, chips));
  draw(area, chips);
  // The text stays within reach: it is what the form sends, and the quick way for somebody who knows the numbers.
  const text = make("details", { class: "as-text" }, make("summary", {}, "Write the clauses as text"));
  text.open = area.getAttribute("aria-invalid") === "true";
  area.setAttribute("aria-label", "Clauses, one a line");
  area.before(make("div", { class: "picker" }, label, input, hits, chips), text);
  text.append(area);
}

if (form) {
  for (const event of ["autosaved", "autosave-conflict"]) form.addEventListener(event, ({ detail }) => keep(detail.html));
  const area = $("[data-clauses]", form);
  if (area) picker(area);
}
