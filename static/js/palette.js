// The command palette: pages and commands of the frame, filtered as one types, and what the server finds.
import { $, $$, typing } from "./dom.js";
import { singleKeysOn } from "./keys.js";

const palette = $("#palette");
if (palette) {
  const input = $("input", palette), found = $("[data-found]", palette), count = $("[data-palette-count]", palette);
  const shown = () => $$("[role=option]", palette).filter((option) => !option.hidden && !option.closest("[hidden]"));
  let timer = 0, asked = 0;

  function pick(option) {
    for (const other of $$("[role=option]", palette)) other.setAttribute("aria-selected", String(other === option));
    if (option) { input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  }

  function filter() {
    const words = input.value.trim().toLowerCase();
    $$("[role=option]", palette).forEach((option, index) => { option.id = `palette-${index}`; });
    for (const group of $$("[role=group]:not([data-found])", palette)) {
      const options = $$("[role=option]", group);
      for (const option of options) option.hidden = !option.textContent.toLowerCase().includes(words);
      group.hidden = options.every((option) => option.hidden);
    }
    pick(shown()[0]);
    count.textContent = `${shown().length} results`;
  }

  async function search() {
    const words = input.value.trim(), turn = ++asked, url = palette.dataset.searchUrl;
    if (!url || words.length < 2) { found.hidden = true; filter(); return; }
    let html = "";
    try {
      const answer = await fetch(`${url}?${new URLSearchParams({ q: words })}`, { headers: { "HX-Request": "true" } });
      if (answer.ok && !answer.redirected) html = await answer.text();
    } catch { /* offline: pages and commands still work */ }
    if (turn !== asked) return;
    const links = $$("a[href]", new DOMParser().parseFromString(html, "text/html"));
    for (const link of links) { link.setAttribute("role", "option"); link.setAttribute("tabindex", "-1"); link.setAttribute("aria-selected", "false"); }
    $("[data-found-list]", found).replaceChildren(...links);
    found.hidden = links.length === 0;
    filter();
  }

  function open() {
    $("details.menu[open]")?.removeAttribute("open");
    palette.showModal();
    input.value = "";
    found.hidden = true;
    filter();
    input.focus();
  }

  function choose(option) {
    if (!option) { input.form.submit(); return; }
    palette.close();
    if (option.dataset.open) $(`#${option.dataset.open}`).showModal(); else location.href = option.href;
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette]")) { event.preventDefault(); open(); }
    const option = event.target.closest("#palette [data-open]");
    if (option) { event.preventDefault(); choose(option); }
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); if (!palette.open) open(); }
    else if (event.key === "/" && singleKeysOn() && !typing(event.target) && !$("dialog[open]")) { event.preventDefault(); open(); }
  });
  input.addEventListener("input", () => { filter(); clearTimeout(timer); timer = setTimeout(search, 150); });
  input.addEventListener("keydown", (event) => {
    const options = shown(), at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      pick(options[(at + step + options.length) % options.length]);
    }
    if (event.key === "Enter") { event.preventDefault(); choose(options[at]); }
  });
}
