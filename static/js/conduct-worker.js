// The service worker of conduct screens: it keeps the empty shell of an audit that somebody took offline, and the files the
// shell is made of. No content of an audit passes through here: data is fetched and stored by the page, for one person.
const PREFIX = "conduct ";
const SHELL = /^\/conduct\/[0-9A-Z-]+\/$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data?.act !== "keep") return;
  const answer = (words) => event.ports[0].postMessage(words);
  event.waitUntil(keep(event.data.shell).then(() => answer("kept"), (error) => answer(`not kept: ${error.message}`)));
});

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const isShell = event.request.mode === "navigate" && SHELL.test(pathname);
  if (event.request.method !== "GET" || origin !== location.origin || !(isShell || pathname.startsWith("/static/"))) return;
  event.respondWith(kept(pathname).then((answer) => answer ?? fetch(event.request)));
});

// All or nothing: a shell whose files are of another version would not open.
async function keep(shell) {
  if (!SHELL.test(shell)) throw new Error("this is no conduct screen");
  const page = await fetched(shell);
  const files = JSON.parse((await page.clone().text()).match(/<script id="files" type="application\/json">(.*?)<\/script>/s)[1]);
  const answers = await Promise.all(files.map((file) => (file === shell ? page : fetched(file))));
  const cache = await caches.open(PREFIX + shell);
  await Promise.all(files.map((file, at) => cache.put(file, answers[at])));
  for (const old of await cache.keys()) if (!files.includes(new URL(old.url).pathname)) await cache.delete(old);
}

async function fetched(address) {
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok || answer.redirected) throw new Error(`${address} answered ${answer.status}`);
  return answer;
}

async function kept(path) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    const answer = await (await caches.open(name)).match(path, { ignoreVary: true });
    if (answer) return answer;
  }
  return undefined;
}
