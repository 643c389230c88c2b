// Whom a message can name: after an @ the composer offers who reads the thread. Without a script the whole name is typed.
import { $, announce, make } from "./dom.js";

const BEGUN = /(?:^|\s)@([\p{L}][\p{L} .'’-]{0,40})?$/u, MOST = 6;
const field = $("textarea[data-people]");
let people = null, shown = [], current = 0;

async function known() {
  if (!people) {
    const answer = await fetch(field.dataset.people, { headers: { Accept: "application/json" }, redirect: "error" }).catch(() => null);
    if (!answer?.ok) return [];
    people = (await answer.json()).people;
  }
  return people;
}

function begun() {
  return BEGUN.exec(field.value.slice(0, field.selectionStart));
}

async function offer(list) {
  if (!begun()) { close(list); return; }
  const all = await known(), now = begun();
  const words = (now?.[1] ?? "").toLowerCase();
  shown = now ? all.filter(({ name }) => name.toLowerCase().includes(words) && name.toLowerCase() !== words).slice(0, MOST) : [];
  if (!shown.length) { close(list); return; }
  current = 0;
  list.replaceChildren(...shown.map(({ name, company }, index) => make("div", {
    role: "option", id: `named-${index}`, "aria-selected": String(index === 0),
  }, make("b", {}, name), company)));
  list.hidden = false;
  field.setAttribute("aria-activedescendant", "named-0");
  announce(shown.length === 1 ? "1 person" : `${shown.length} people`);
}

function close(list) {
  shown = [];
  list.hidden = true;
  field.removeAttribute("aria-activedescendant");
}

function move(list, step) {
  current = (current + step + shown.length) % shown.length;
  [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === current)));
  field.setAttribute("aria-activedescendant", `named-${current}`);
}

function take(list, index) {
  const end = field.selectionStart, start = end - (begun()?.[1] ?? "").length;
  field.setRangeText(`${shown[index].name} `, start, end, "end");
  close(list);
  field.focus();
}

function press(list, event) {
  if (!shown.length) return;
  const acts = { ArrowDown: () => move(list, 1), ArrowUp: () => move(list, -1), Enter: () => take(list, current),
    Tab: () => take(list, current), Escape: () => close(list) };
  const act = acts[event.key];
  if (act) { event.preventDefault(); event.stopPropagation(); act(); }
}

if (field) {
  const list = make("div", { id: "named", class: "hits-list", role: "listbox", "aria-label": "People who read this thread", hidden: "" });
  field.after(list);
  for (const [name, value] of [["aria-autocomplete", "list"], ["aria-controls", "named"]]) field.setAttribute(name, value);
  field.addEventListener("input", () => offer(list));
  field.addEventListener("keydown", (event) => press(list, event));
  field.addEventListener("blur", () => setTimeout(() => close(list), 150));
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) { event.preventDefault(); take(list, [...list.children].indexOf(option)); }
  });
}
