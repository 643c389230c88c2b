// The live sum under a form of sibling weights. The server says the same in its own words when the form is sent.
import { $, $$ } from "./dom.js";

for (const form of $$("form[data-weights]")) {
  const line = $("[data-weight-sum]", form);
  const add = () => {
    const sum = $$("[data-weight-input]", form).reduce((total, input) => total + (Number(input.value.replace(",", ".")) || 0), 0);
    const off = Math.round((sum - 100) * 100) / 100;
    $("[data-weight-total]", line).textContent = String(Math.round(sum * 100) / 100);
    $("[data-weight-off]", line).textContent = off === 0 ? "of 100" : off > 0 ? `of 100: take ${off} off` : `of 100: add ${-off}`;
    line.classList.toggle("t-warn", off !== 0);
    line.hidden = false;
  };
  form.addEventListener("input", add);
  add();
}
