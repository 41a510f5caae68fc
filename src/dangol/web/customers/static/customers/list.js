// Picking customers on the list. What is picked stays picked from page to page: some one by one, or everybody who matches
// but a few. The address of what is done with them says which: pick=1.2.3, or every=1 and but=4.5.
//   X picks the row one stands in, Shift+X or Shift+click everything since the last one, Esc lets go.
const OFF = "dangol.keys.off";
const MOST = 1000;
const rows = document.getElementById("rows");
let some = new Set();
let everybody = false;
let matching = "";
let last = null;

const boxes = () => [...rows.querySelectorAll("[data-pick]")];
const has = (key) => everybody !== some.has(key);

function put(key, on) {
  if (on === everybody) some.delete(key); else some.add(key);
}

function show() {
  const bar = document.getElementById("picked");
  const all = boxes();
  for (const box of all) {
    box.checked = has(box.dataset.pick);
    box.closest("tr").classList.toggle("is-picked", box.checked);
  }
  const page = rows.querySelector("[data-page]");
  if (page) {
    const on = all.filter((box) => box.checked).length;
    page.checked = on > 0 && on === all.length;
    page.indeterminate = on > 0 && on < all.length;
  }
  if (!bar) return;
  const whole = bar.querySelector("[data-everybody]");
  const number = everybody ? Number(whole.dataset.count) - some.size : some.size;
  bar.hidden = number < 1;
  document.getElementById("filters").hidden = number > 0;
  const told = bar.querySelector("[data-number]");
  const words = number === 1 ? told.dataset.one : told.dataset.many;
  told.textContent = words.replace("#", number.toLocaleString(document.documentElement.lang));
  whole.hidden = everybody && some.size === 0;
  bar.elements.pick.value = everybody ? "" : [...some].join(".");
  bar.elements.but.value = everybody ? [...some].join(".") : "";
  bar.elements.every.value = everybody ? "1" : "";
  for (const field of ["pick", "but", "every"]) bar.elements[field].disabled = !bar.elements[field].value;
  for (const button of bar.querySelectorAll(".right button:not([type=button])")) button.disabled = some.size > MOST;
}

function letGo() {
  some = new Set();
  everybody = false;
  last = null;
  show();
}

function pick(box, on, range) {
  const all = boxes();
  const [from, to] = [all.findIndex((one) => one.dataset.pick === last), all.indexOf(box)];
  const meant = range && from >= 0 ? all.slice(Math.min(from, to), Math.max(from, to) + 1) : [box];
  for (const one of meant) put(one.dataset.pick, on);
  last = box.dataset.pick;
  show();
}

// On a phone the boxes come when they are asked for.
const mode = document.getElementById("pick-mode");
mode?.addEventListener("click", () => mode.setAttribute("aria-pressed", String(rows.classList.toggle("picking"))));

rows.addEventListener("click", (event) => {
  const box = event.target.closest("[data-pick]");
  if (box) pick(box, box.checked, event.shiftKey);
  const page = event.target.closest("[data-page]");
  if (page) { for (const one of boxes()) put(one.dataset.pick, page.checked); show(); }
  if (event.target.closest("[data-everybody]")) { some = new Set(); everybody = true; show(); }
  if (event.target.closest("[data-nobody]")) letGo();
});

document.addEventListener("keydown", (event) => {
  if (event.code !== "KeyX" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (localStorage.getItem(OFF) || event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
  const box = document.activeElement?.closest("[data-row]")?.querySelector("[data-pick]");
  if (!box) return;
  event.preventDefault();
  pick(box, event.shiftKey || !box.checked, event.shiftKey);
});

// Another page of the same list keeps what is picked; other filters are another list. Scrolled out to the right, the
// names still say whose row it is.
const without = (address) => {
  const query = new URLSearchParams(address.replace(/^[^?]*\??/, ""));
  for (const name of ["page", "sort", "show", "view"]) query.delete(name);
  return query.toString();
};
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id === "rows") {
    if (without(location.search) !== matching) { matching = without(location.search); letGo(); }
    show();
  }
  if (event.detail.target?.id === "panel") document.querySelector("#panel [data-land]")?.focus();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("#panel [data-shut]")) return;
  event.preventDefault();
  document.getElementById("panel").replaceChildren();
  document.getElementById("add-filter")?.focus();
});
addEventListener("pageshow", () => { matching = without(location.search); show(); });
