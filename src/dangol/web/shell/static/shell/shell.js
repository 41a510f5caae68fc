// The frame's behaviour: theme choice, toasts, details that toggle.
//
// Toasts: the server renders them into #toasts, or an htmx answer carries
// HX-Trigger: {"toast": {"text": "…", "undo": "/address/to/post/to"}}.
// They leave after eight seconds, but not while pointed at or focused. Errors stay in the page instead.
const STAY = 8000;
const root = document.documentElement;

function showTheme() {
  const theme = root.dataset.theme || "system";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
}

for (const button of document.querySelectorAll("[data-theme-choice]")) {
  button.addEventListener("click", () => {
    const theme = button.dataset.themeChoice;
    if (theme === "system") { delete root.dataset.theme; localStorage.removeItem("dangol.theme"); }
    else { root.dataset.theme = theme; localStorage.setItem("dangol.theme", theme); }
    showTheme();
  });
}
showTheme();

function live(toast) {
  let timer = 0;
  const leave = () => toast.remove();
  const wait = () => { timer = setTimeout(leave, STAY); };
  const hold = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", wait);
  toast.addEventListener("focusout", wait);
  toast.querySelector(".close")?.addEventListener("click", leave);
  wait();
}

function add({ text, undo }) {
  const toast = document.getElementById("toast").content.firstElementChild.cloneNode(true);
  toast.querySelector(".text").textContent = text;
  const form = toast.querySelector("form");
  if (undo) form.action = undo; else form.remove();
  document.getElementById("toasts").append(toast);
  live(toast);
}

document.querySelectorAll("#toasts > *").forEach(live);
document.addEventListener("toast", (event) => add(event.detail));

// The table under a chart.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-toggles]");
  if (!button) return;
  const part = document.getElementById(button.dataset.toggles);
  part.hidden = !part.hidden;
  button.setAttribute("aria-expanded", String(!part.hidden));
});

// A button that sends a form shows that it works and cannot be pressed twice.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || button.hasAttribute("data-again")) return;
  setTimeout(() => { button.disabled = true; button.classList.add("is-busy"); });
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button.is-busy")) { button.disabled = false; button.classList.remove("is-busy"); }
});
