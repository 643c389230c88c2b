// Small helpers that every module shares.
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Build an element: attributes, then children (nodes or texts). */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A picture of the sprite, as the server's `icon` tag writes it. */
export function icon(name) {
  const ns = "http://www.w3.org/2000/svg", svg = document.createElementNS(ns, "svg"), use = document.createElementNS(ns, "use");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${$("meta[name=icons]").content}#${name}`);
  svg.append(use);
  return svg;
}

/** The CSRF token of now: the cookie changes at sign-in, the meta tag is as old as the page. */
export function csrf() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? $("meta[name=csrf-token]")?.content ?? "";
}

/** Say something to screen readers, once. */
export function announce(text) {
  const region = $("[data-announcer]");
  if (region) { region.textContent = ""; requestAnimationFrame(() => { region.textContent = text; }); }
}

/** Did the answer come from the sign-in page because the session ended? */
export function isSignIn(url) {
  const login = document.body.dataset.loginUrl;
  return Boolean(login) && new URL(url, location.href).pathname === login;
}

export const typing = (target) => Boolean(target.closest?.("input, textarea, select, [contenteditable]"));
