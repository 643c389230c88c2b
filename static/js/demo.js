// The demo's sign-in page: one click fills in an account and signs in.
import { $, $$ } from "./dom.js";

for (const button of $$("[data-demo]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    $("input[name=login]").value = button.dataset.demo;
    $("input[name=password]").value = $(".demo code").textContent;
    $("input[name=login]").form.requestSubmit();
  });
}
