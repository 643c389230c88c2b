// How much the person has not read, kept fresh while the page is looked at. A hidden tab asks nothing.
// Each `data-unread` holds the address that tells its number; an address that stands twice on a page is asked once.
import { $$ } from "./dom.js";

const EVERY = 60_000;
const addresses = [...new Set($$("[data-unread]").map((count) => count.dataset.unread))];
let asked = 0;

async function ask() {
  if (document.hidden || Date.now() - asked < EVERY / 2) return;
  asked = Date.now();
  await Promise.all(addresses.map(async (url) => {
    const answer = await fetch(url, { headers: { Accept: "application/json" }, redirect: "error" }).catch(() => null);
    if (answer?.ok) show(url, await answer.json()); // a session that ended is the next click's to tell
  }));
}

function show(url, { unread, words }) {
  for (const count of $$(`[data-unread="${url}"]`)) {
    count.hidden = unread === 0;
    count.textContent = unread > 99 ? "99+" : unread;
    count.closest("a").title = words;
  }
}

if (addresses.length) {
  addEventListener("load", ask, { once: true });
  if (document.readyState === "complete") ask();
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
}
