// The one Trusted Types policy: HTML that htmx parses passes, script text and script addresses stay refused.
// Loaded before htmx. The Content-Security-Policy names this policy and allows scripts of this origin only.
if (window.trustedTypes?.createPolicy) window.trustedTypes.createPolicy("default", { createHTML: (text) => text });
