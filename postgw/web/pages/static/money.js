// What belongs to one choice alone is shown when it is chosen. Without this file everything is shown.
//   data-dong="8000" on a tick box, data-total on an element of its form: what is ticked, added up
//   data-only="x"  inside a form: shown while a radio of the form with the value x is ticked
"use strict";
(() => {
  const arrange = (form) => {
    const chosen = new Set([...form.querySelectorAll("input[type=radio]:checked")].map((radio) => radio.value));
    for (const part of form.querySelectorAll("[data-only]")) {
      part.hidden = !part.dataset.only.split(" ").some((value) => chosen.has(value));
      for (const each of part.querySelectorAll("input, select, textarea")) each.disabled = part.hidden;
    }
  };
  const total = (form) => {
    const place = form.querySelector("[data-total]");
    const ticked = [...form.querySelectorAll("input[data-dong]:checked")];
    if (place) place.textContent = ticked.reduce((sum, box) => sum + Number(box.dataset.dong), 0).toLocaleString("de-DE") + " đ";
  };
  for (const form of document.querySelectorAll("form:has([data-total])")) {
    total(form);
    form.addEventListener("change", () => total(form));
  }
  for (const form of document.querySelectorAll("form")) {
    if (!form.querySelector("[data-only]")) continue;
    arrange(form);
    form.addEventListener("change", () => arrange(form));
  }
})();
