// A page nobody looks after does not stay open: after the minutes in <meta name="idle"> without a key or a touch it
// goes to the door, unless somebody works in another window. Who writes for long keeps their session.
const minutes = Number(document.querySelector("meta[name=idle]").content);
const REST = minutes * 60_000;
const TELL = Math.min(REST / 3, 300_000);
let moved = Date.now();
let told = Date.now();

function stir() {
  moved = Date.now();
  if (moved - told < TELL) return;
  told = moved;
  fetch("/still-here/");
}

async function look() {
  const left = REST + 5_000 - (Date.now() - moved);
  if (left > 0) { setTimeout(look, left); return; }
  const answer = await fetch("/still-here/", { redirect: "manual" }).catch(() => null);
  if (answer?.status === 204) { moved = Date.now(); setTimeout(look, REST); return; } // busy in another window
  // A form half written is covered instead of left (customers/keeps.js).
  if (!dispatchEvent(new CustomEvent("idle", { cancelable: true }))) return;
  location.assign(`/sign-in/?next=${encodeURIComponent(location.pathname + location.search)}`);
}

for (const kind of ["keydown", "pointerdown", "wheel"]) addEventListener(kind, stir, { passive: true });
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
setTimeout(look, REST);
