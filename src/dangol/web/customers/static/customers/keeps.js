// A form that loses nothing: before it is sent, the session is looked for. Where it has ended, or there is no connection,
// the page is covered and what was written stays; after signing in again in another window it goes on from there.
// Nothing is kept in the browser: a phone may be lost.
const cover = document.getElementById("keeps");
let waiting = null;
let written = false;

async function session() {
  const answer = await fetch("/still-here/", { redirect: "manual" }).catch(() => null);
  return answer === null ? "offline" : answer.status === 204 ? "here" : "out";
}

// A new session has a new token, and the form still carries the old one.
async function renew() {
  const page = await (await fetch("/")).text();
  const token = new DOMParser().parseFromString(page, "text/html").querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (token) document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
}

function show(state) {
  for (const part of cover.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
  if (!cover.open) cover.showModal();
}

function send() {
  const { form, button } = waiting;
  waiting = null;
  form.dataset.sure = "";
  form.requestSubmit(button);
  delete form.dataset.sure;
}

for (const form of document.querySelectorAll("form[data-keeps]")) {
  form.addEventListener("input", () => { written = true; });
  form.addEventListener("submit", async (event) => {
    if ("sure" in form.dataset) return;
    event.preventDefault();
    if (waiting) return;
    waiting = { form, button: event.submitter };
    const state = await session();
    if (state === "here") send(); else show(state);
  });
}

cover?.querySelector("[data-go]").addEventListener("click", async () => {
  const state = await session();
  if (state === "offline") { show("offline"); return; }
  if (state === "out") { show("out"); cover.querySelector("[data-when=still]").hidden = false; return; }
  await renew();
  cover.close();
  document.dispatchEvent(new Event("visibilitychange")); // the watch over idleness begins anew
  if (waiting) send();
});
cover?.addEventListener("cancel", (event) => event.preventDefault());
addEventListener("idle", (event) => { if (written) { event.preventDefault(); show("out"); } });
addEventListener("pageshow", () => { waiting = null; });
