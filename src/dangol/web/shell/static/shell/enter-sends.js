// One Enter sends, in Hangul as in Latin.
//
// A Hangul syllable is still being composed when Enter is pressed. Browsers report this in different
// orders; some send the key twice. `enterSends(field, send)` sends once, after the last syllable is in
// the field. Shift+Enter stays a new line. Japanese and Chinese use Enter to choose a word: no sending then.
// Declared in HTML: <textarea data-enter-sends> submits its form.
const HANGUL = /[\u3131-\u318e\uac00-\ud7a3]$/;

export function enterSends(field, send) {
  let composing = false, waiting = false, sentAt = -Infinity;
  const go = (at) => { if (at - sentAt > 120) { sentAt = at; send(field.value); } };
  field.addEventListener("compositionstart", () => { composing = true; waiting = false; });
  field.addEventListener("compositionend", (event) => {
    composing = false;
    const ready = waiting && HANGUL.test(event.data);
    waiting = false;
    if (ready) setTimeout(() => go(event.timeStamp));
  });
  field.addEventListener("keydown", (event) => {
    if (!/^(Numpad)?Enter$/.test(event.code || event.key) || event.shiftKey) return;
    if (composing || event.isComposing) { waiting = true; return; }
    event.preventDefault();
    go(event.timeStamp);
  });
}

function take(root) {
  for (const field of root.querySelectorAll("[data-enter-sends]:not([data-taken])")) {
    field.dataset.taken = "";
    enterSends(field, () => field.form.requestSubmit());
  }
}

take(document);
document.addEventListener("htmx:afterSettle", (event) => take(event.target));
