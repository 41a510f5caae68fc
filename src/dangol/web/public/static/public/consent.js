// "Agree to all" ticks the boxes that can be seen and sends nothing of its own.
const all = document.getElementById("all");
if (all) {
  const boxes = [...document.querySelectorAll("input[data-question]")];
  all.closest("label").hidden = false;
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; });
  for (const box of boxes) box.addEventListener("change", () => { all.checked = boxes.every((one) => one.checked); });
}
