// Keyboard shortcuts. They read `event.code`, so they work with 한글 switched on (J gives ㅓ),
// and rest while somebody types. A page takes part by marking its elements:
//   [data-go="KeyT"]   link reached by G, then T
//   [data-row]         row of a list, with one a[href]: J and K walk, Enter opens
//   [data-back]        link that Esc follows when nothing else is open
//   [data-press="KeyX"] button pressed by its key; with Control: data-press="Control+Enter"
const OFF = "dangol.keys.off";
const typing = (element) => element.closest?.("input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable]");
const seen = (element) => element && element.getClientRects().length > 0;
let afterG = 0;

function walk(step) {
  const rows = [...document.querySelectorAll("[data-row]")].filter(seen);
  if (!rows.length) return false;
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
  next.querySelector("a[href]")?.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function press(code) {
  const target = [...document.querySelectorAll(`[data-press="${code}"]`)].find(seen);
  target?.click();
  return Boolean(target);
}

function escape() {
  if (document.querySelector("dialog[open], [popover]:popover-open")) return false; // the browser closes it
  if (press("Escape")) return true;
  const back = [...document.querySelectorAll("a[data-back]")].find(seen);
  back?.click();
  return Boolean(back);
}

function plain(event) {
  if (afterG && performance.now() - afterG < 1500) {
    afterG = 0;
    const link = document.querySelector(`[data-go="${event.code}"]`);
    link?.click();
    return Boolean(link);
  }
  afterG = event.code === "KeyG" ? performance.now() : 0;
  if (event.code === "Slash" && event.shiftKey) return Boolean(document.getElementById("keys")?.showModal() ?? true);
  if (event.code === "Slash") { document.getElementById("find")?.focus(); document.getElementById("find")?.select(); return true; }
  if (event.code === "KeyJ") return walk(1);
  if (event.code === "KeyK") return walk(-1);
  if (event.code === "Escape") return escape();
  return !event.shiftKey && press(event.code);
}

document.addEventListener("keydown", (event) => {
  if (localStorage.getItem(OFF) || event.defaultPrevented || event.isComposing || event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    if (press(`Control+${event.code}`)) event.preventDefault();
    return;
  }
  if (typing(event.target)) {
    if (event.code === "Escape") event.target.blur();
    return;
  }
  if (event.target.closest?.("dialog[open]")) return;
  if (plain(event)) event.preventDefault();
});

const wish = document.getElementById("keys-on");
if (wish) {
  wish.checked = !localStorage.getItem(OFF);
  wish.addEventListener("change", () => wish.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1"));
}
for (const opener of document.querySelectorAll("[data-opens]")) {
  opener.addEventListener("click", () => {
    opener.closest("[popover]")?.hidePopover();
    document.getElementById(opener.dataset.opens).showModal();
  });
}
