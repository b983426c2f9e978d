// Taking a dossier in: lists that open while one types, and the price as it changes. The form works without this file.
//   data-finds="address"  on a field: what fits is fetched from there and offered (an ARIA combobox with a listbox)
//   data-then="act"       on such a field: once chosen, the form is sent for that act
//   data-ticks="id"       on a field: as soon as something stands in it, that box is ticked
"use strict";
(() => {
  const form = document.querySelector("form[data-intake]");
  if (!form) return;
  const field = (name) => form.elements.namedItem(name);
  for (const button of form.querySelectorAll("[data-only-without-script]")) button.hidden = true;

  // The script has put the focus where the page wanted it; a browser does so only for the first load.
  document.querySelector("[autofocus]")?.focus();

  const proof = () => form.elements.namedItem("proof")?.value ?? "";
  const asked = ["service_form", "receiver", "receiving_desk", "applicant_commune_code", "return_to_commune_code", "grams", "reduction"];
  let pricing = 0;
  const price = async () => {
    const mine = ++pricing;
    const body = new URLSearchParams(asked.map((name) => [name, field(name)?.value ?? ""]));
    try {
      const answer = await fetch("/desk/intake/quote", { method: "POST", body, headers: { "X-Form-Proof": proof() } });
      if (answer.ok && mine === pricing) document.getElementById("quote").innerHTML = await answer.text();
    } catch { /* no network: what stands there stays, the server reckons again when the form is sent */ }
  };
  form.addEventListener("change", (event) => {
    if (["service_form", "receiver", "receiving_desk", "grams", "reduction"].includes(event.target.name)) price();
    if (event.target.name?.endsWith("_pick")) choosePlace(event.target);
  });
  form.addEventListener("input", (event) => {
    const box = event.target.dataset.ticks && document.getElementById(event.target.dataset.ticks);
    if (box) box.checked = event.target.value.trim() !== "";
  });

  const choosePlace = (radio) => {
    const who = radio.name.replace("_pick", "");
    if (!field(`${who}_commune_code`)) return;
    field(`${who}_commune_code`).value = radio.value;
    field(`${who}_coded`).value = field(`${who}_commune`).value;
    price();
  };

  const takePlace = (input, row) => {
    const who = input.closest("[data-place]").dataset.place;
    input.value = row.text;
    field(`${who}_commune_code`).value = row.value;
    field(`${who}_coded`).value = row.text;
    field(`${who}_district`).value = row.district;
    field(`${who}_province`).value = row.province;
    const hint = document.getElementById(`${input.id}-hint`);
    if (hint) hint.textContent = `${row.title}, ${row.province}`;
    input.closest("[data-place]").querySelector("[data-choices]")?.remove();
    price();
  };

  const combobox = (input) => {
    const list = document.createElement("div");
    const told = document.createElement("span");
    list.id = `${input.id}-list`;
    list.className = "finds";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", document.querySelector(`label[for="${input.id}"]`).textContent);
    list.hidden = true;
    told.className = "vh";
    told.setAttribute("role", "status");
    input.after(list, told);
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) input.setAttribute(name, value);
    let rows = [], at = -1, timer = 0, turn = 0;

    // What is still asked for opens no list that somebody has put away.
    const close = () => {
      clearTimeout(timer);
      turn++;
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const mark = (n) => {
      at = n;
      [...list.children].forEach((option, each) => option.setAttribute("aria-selected", String(each === n)));
      if (n < 0) { input.removeAttribute("aria-activedescendant"); return; }
      input.setAttribute("aria-activedescendant", list.children[n].id);
      list.children[n].scrollIntoView({ block: "nearest" });
    };
    const choose = (n) => {
      const row = rows[n];
      close();
      if (input.dataset.then) {
        input.value = row.value;
        form.querySelector(`button[name=act][value="${input.dataset.then}"]`).click();
      } else takePlace(input, row);
    };
    const show = () => {
      list.replaceChildren(...rows.map((row, n) => {
        const option = document.createElement("div"), title = document.createElement("b"), note = document.createElement("small");
        option.id = `${list.id}-${n}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        title.textContent = row.title;
        note.textContent = row.note;
        option.append(title, note);
        option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(n); });
        return option;
      }));
      list.hidden = rows.length === 0;
      input.setAttribute("aria-expanded", String(rows.length > 0));
      told.textContent = rows.length ? input.dataset.found.replace("{n}", rows.length) : input.dataset.none;
      mark(-1);
    };
    const find = async () => {
      const mine = ++turn, text = input.value.trim();
      if (text.length < 2) { rows = []; close(); return; }
      try {
        const answer = await fetch(`${input.dataset.finds}?q=${encodeURIComponent(text)}`);
        if (!answer.ok || mine !== turn) return;
        rows = (await answer.json()).rows;
      } catch { return; }
      if (document.activeElement === input) show();
    };
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(find, 120);
    });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) { find(); return; }
        const step = event.key === "ArrowDown" ? 1 : -1;
        mark((at + step + rows.length + (at < 0 && step < 0 ? 1 : 0)) % rows.length);
      } else if (event.key === "Enter" && !list.hidden && at >= 0) {
        event.preventDefault();
        choose(at);
      } else if (event.key === "Enter" && input.dataset.then) {
        event.preventDefault();
        form.querySelector(`button[name=act][value="${input.dataset.then}"]`).click();
      } else if (event.key === "Enter" && !list.hidden) {
        event.preventDefault();
        close();
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      }
    });
  };
  for (const input of form.querySelectorAll("[data-finds]")) combobox(input);
})();
