// Keys of the desk. The pages work without this file; with it an officer needs no mouse.
//   data-key="x"           on a link, button or field: the key goes there while nobody types
//   data-main              on a form or button: Ctrl+Enter does it from anywhere
//   data-pick              on a table body: up and down walk its rows, Space ticks one, A ticks all
//   data-shown-count="id"  on a form: how many boxes are ticked is written into that element
//   data-busy="words"      on a form: once sent, its main button says so and is not pressed twice
"use strict";
(() => {
  const typing = (element) =>
    element.isContentEditable || element.tagName === "SELECT" || element.tagName === "TEXTAREA" ||
    (element.tagName === "INPUT" && !["checkbox", "radio", "button", "submit"].includes(element.type));

  const go = (element) => {
    if (typing(element)) { element.focus(); element.select?.(); } else element.click();
  };

  const rowsOf = (body) => [...body.querySelectorAll("tr")].filter((row) => row.querySelector("input[type=checkbox], a"));

  const walk = (body, step) => {
    const rows = rowsOf(body);
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[Math.min(rows.length - 1, Math.max(0, here + step))];
    const aim = next?.querySelector("input[type=checkbox]:not(:disabled)") ?? next?.querySelector("a");
    aim?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };

  const tickAll = (body) => {
    const boxes = [...body.querySelectorAll("input[type=checkbox]:not(:disabled)")];
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
    body.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const count = (form) => {
    const place = document.getElementById(form.dataset.shownCount);
    if (place) place.textContent = form.querySelectorAll("tbody input[type=checkbox]:checked").length;
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const main = document.querySelector("form[data-main], [data-main]");
      if (!main) return;
      event.preventDefault();
      if (main.tagName === "FORM") main.requestSubmit(); else main.click();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const body = document.querySelector("tbody[data-pick]");
    if (body && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      walk(body, event.key === "ArrowDown" ? 1 : -1);
    } else if (body && event.key.toLowerCase() === "a") {
      event.preventDefault();
      tickAll(body);
    } else if (event.key === "?") {
      document.querySelector("dialog.keys")?.showModal();
    } else {
      const aim = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
      if (!aim || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      go(aim);
    }
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-shown-count]");
    if (form) count(form);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.busy || event.defaultPrevented) return;
    const button = event.submitter ?? form.querySelector("button[type=submit]");
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    if (button) { button.setAttribute("aria-busy", "true"); button.textContent = form.dataset.busy; }
  });

  // A page that comes back from the browser's memory is not on its way any more.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  for (const form of document.querySelectorAll("form[data-shown-count]")) count(form);
})();
