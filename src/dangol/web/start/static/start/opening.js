// Asks the server to change over to another home, waits until it answers for that home, then goes there.
// Any answer may be lost while it changes over, and a question that the old server took along is never answered.
const form = document.getElementById("opening");
const { home, served, next } = form.dataset;
const PATIENCE = 5000;
const LATE = 30000;
const began = performance.now();
let asked = 0;
let waits = true;

async function change() {
  asked = performance.now();
  try {
    const answer = await fetch(location.href, { method: "POST", body: new FormData(form), redirect: "manual" });
    if (answer.status === 409) return (await answer.json()).problem;
  } catch { /* lost on the way: whether it was done shows below */ }
  return "";
}

async function answering() {
  try {
    const answer = await fetch(served, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok) return (await answer.json()).home;
  } catch { /* it changes over; ask again */ }
  return "";
}

// Another language is taken without leaving: where its answer is lost, the page stays as it is.
async function speak(chosen, button) {
  try {
    await fetch(chosen.action, { method: "POST", body: new FormData(chosen, button), redirect: "manual" });
    const asks = new FormData(form);
    asks.delete("now"); // the page itself, not the change
    const answer = await fetch(location.href, { method: "POST", body: asks, redirect: "manual" });
    const said = new DOMParser().parseFromString(await answer.text(), "text/html");
    const words = said.getElementById(form.id);
    if (!words || !waits) return;
    document.documentElement.lang = said.documentElement.lang;
    document.title = said.title;
    document.querySelector("header").replaceWith(said.querySelector("header"));
    form.replaceChildren(...words.childNodes);
  } catch { /* it changes over */ }
}

document.addEventListener("submit", (event) => {
  if (!waits || event.submitter?.name !== "language") return;
  event.preventDefault();
  speak(event.target, event.submitter);
});

function refused(problem) {
  waits = false;
  const heading = form.querySelector("h1");
  heading.textContent = heading.dataset.refused;
  form.querySelector(".why").textContent = problem;
  form.querySelector(".refused").hidden = false;
  form.querySelectorAll("progress, [role=status], .late").forEach((part) => part.remove());
}

async function open() {
  let problem = await change();
  while (!problem) {
    const now = await answering();
    if (now === home) return location.replace(next);
    if (performance.now() - began > LATE) form.querySelector(".late").hidden = false;
    if (now && performance.now() - asked > LATE) problem = await change();
    await new Promise((then) => setTimeout(then, 400));
  }
  refused(problem);
}

open();
