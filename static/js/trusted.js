// The one Trusted Types policy: HTML that htmx parses passes, script text stays refused, and so does every script address
// but that of the worker of the conduct screen. Loaded before htmx. The Content-Security-Policy names this policy and
// allows scripts of this origin only.
if (window.trustedTypes?.createPolicy) window.trustedTypes.createPolicy("default", {
  createHTML: (text) => text,
  createScriptURL: (address) => (address === "/conduct/worker.js" ? address : null),
});
