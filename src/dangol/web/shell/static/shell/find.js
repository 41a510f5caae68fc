// The box that finds a customer from every page: a list opens while one types, the arrows walk it, Enter
// opens who is marked or else the whole list, Esc closes it.
//
// A key that ends a Hangul syllable arrives while it is still composed, in some browsers once, in others
// again after it. It counts once, and after the syllable is in the field (see enter-sends.js).
const HANGUL = /[\u3131-\u318e\uac00-\ud7a3]$/;
const KEYS = new Set(["Enter", "NumpadEnter", "ArrowDown", "ArrowUp", "Escape"]);
const field = document.getElementById("find");
const box = document.getElementById("found-box");

if (field && box) {
  let composing = false, waiting = "", settled = { code: "", at: -Infinity };
  const options = () => [...box.querySelectorAll("[role=option]")];
  const marked = () => box.querySelector("[aria-selected=true]");
  const isOpen = () => !box.hidden;

  const mark = (option) => {
    marked()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  };
  const show = (open) => {
    box.hidden = !open;
    field.setAttribute("aria-expanded", String(open && options().length > 0));
    if (!open) mark(null);
  };
  const walk = (step) => {
    if (!isOpen() && box.childElementCount) { show(true); }
    const all = options();
    if (!all.length) return;
    const here = all.indexOf(marked());
    mark(all[(here + step + (here < 0 && step < 0 ? all.length + 1 : all.length)) % all.length]);
  };
  const act = (code) => {
    if (code === "ArrowDown") walk(1);
    else if (code === "ArrowUp") walk(-1);
    else if (code === "Escape") show(false);
    else if (isOpen() && marked()) marked().querySelector("a").click();
    else field.form.requestSubmit();
  };

  field.addEventListener("compositionstart", () => { composing = true; waiting = ""; });
  field.addEventListener("compositionend", (event) => {
    composing = false;
    const code = waiting;
    waiting = "";
    if (!code || !HANGUL.test(event.data)) return;
    settled = { code, at: event.timeStamp };
    setTimeout(() => act(code));
  });
  field.addEventListener("keydown", (event) => {
    const code = event.code || event.key;
    if (!KEYS.has(code) || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    if (composing || event.isComposing) { waiting = code; return; }
    if (code === "Escape" && !isOpen()) return; // the page's own keys leave the field
    event.preventDefault();
    if (settled.code === code && event.timeStamp - settled.at <= 120) return;
    act(code);
  });
  box.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== box) return;
    mark(null);
    show(box.childElementCount > 0 && field.value.trim() !== "" && document.activeElement === field);
  });
  field.addEventListener("input", () => { mark(null); if (!field.value.trim()) show(false); });
  field.addEventListener("focus", () => { if (field.value.trim() && options().length) show(true); });
  field.form.addEventListener("focusout", (event) => { if (!field.form.contains(event.relatedTarget)) show(false); });
  box.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus until the click
}
