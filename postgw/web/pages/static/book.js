// What the chosen rows come to, and how far a pile has come. The pages work without this file.
//   data-sum="count|notes|before|reduced|due|collect"   where the sum of the ticked rows is written
//   data-words="Ghi {n} …"                              the same with words around the count
//   data-price, data-reduced, data-fee                  on a row's box: whole đồng
//   data-progress="address" data-seen="…"               asked now and then; the page is drawn anew when something changed
"use strict";
(() => {
  const dong = (amount) => String(amount).replace(/\B(?=(\d{3})+$)/g, ".");

  const pile = document.querySelector(".pile tbody");
  if (pile) {
    const boxes = [...pile.querySelectorAll("input[type=checkbox]:not(:disabled)")];
    const all = document.getElementById("all");
    const of = (name) => boxes.filter((box) => box.checked).reduce((sum, box) => sum + Number(box.dataset[name] || 0), 0);

    const reckon = () => {
      const count = boxes.filter((box) => box.checked).length;
      const before = of("price"), reduced = of("reduced");
      const sums = { count, notes: count * 2, before, reduced, due: before - reduced, collect: of("fee") };
      for (const place of document.querySelectorAll("[data-sum]")) place.textContent = (place.dataset.sum === "reduced" && reduced ? "−" : "") + dong(sums[place.dataset.sum]);
      for (const place of document.querySelectorAll("[data-words]")) place.textContent = place.dataset.words.replace("{n}", count);
      for (const box of boxes) box.closest("tr").classList.toggle("on", box.checked);
      all.checked = count > 0 && count === boxes.length;
      all.indeterminate = count > 0 && count < boxes.length;
    };

    all.hidden = boxes.length === 0;
    all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; reckon(); });
    pile.addEventListener("change", reckon);
    reckon();
    boxes[0]?.focus({ preventScroll: true });
  }

  const watched = document.querySelector("[data-progress]");
  if (watched) {
    const look = async () => {
      const answer = await fetch(watched.dataset.progress, { headers: { Accept: "application/json" } }).catch(() => null);
      if (answer?.ok) {
        const now = await answer.json();
        if (now.settled || `${now.tried}/${now.answered}/${now.turned_away}/${now.print}` !== watched.dataset.seen) {
          location.reload();
          return;
        }
      }
      setTimeout(look, 2000);
    };
    setTimeout(look, 1500);
  }
})();
