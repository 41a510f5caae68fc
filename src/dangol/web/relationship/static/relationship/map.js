// The map: brush, number fields, region buttons and the Escape key all say the same thing to the server.
//
// The fields of #choose hold the choice; whoever changes it changes the fields, then asks for the
// picked part once, 200 ms later. Without this script links and the form's button do the same.
const form = document.getElementById("choose");
const frame = document.querySelector(".map-frame");
const picture = frame.querySelector(".chart");
const ENDS = ["ce_low", "ce_high", "cv_low", "cv_high"];
const WHOLE = { ce_low: 0, ce_high: 100, cv_low: 0, cv_high: 100 };
let view = null, waiting = 0, brushed = false;

const number = (name) => {
  const value = parseFloat(form.elements[name].value);
  return Number.isFinite(value) ? Math.min(Math.max(value, 0), 100) : WHOLE[name];
};
const isFramed = () => ENDS.some((name) => number(name) !== WHOLE[name]);

function write(ends) {
  const changed = ENDS.some((name) => number(name) !== ends[name]);
  for (const name of ENDS) form.elements[name].value = ends[name];
  return changed;
}

function ask(delay = 200) {
  clearTimeout(waiting);
  waiting = setTimeout(() => form.dispatchEvent(new CustomEvent("choose", { bubbles: true })), delay);
}

function drawBrush() {
  if (!isFramed() && !brushed) return;
  brushed = isFramed();
  const [a, b, c, d] = ENDS.map(number);
  const detail = isFramed() ? { x: [Math.min(a, b), Math.max(a, b)], y: [Math.min(c, d), Math.max(c, d)] } : { x: null, y: null };
  picture.dispatchEvent(new CustomEvent("chart:setbrush", { detail }));
}

function light(region) {
  form.elements.region.value = region;
  view?.signal("region", region).runAsync();
}

picture.addEventListener("chart:drawn", ({ detail }) => {
  view = detail.view;
  if (frame.dataset.region) light(frame.dataset.region);
  if (isFramed()) drawBrush();
});

picture.addEventListener("chart:brush", ({ detail }) => {
  if (!detail.x) { // cleared on the map itself; clearing from here left the fields whole already
    if (isFramed() && write(WHOLE)) ask();
    return;
  }
  const [x, y] = [detail.x, detail.y].map((ends) => ends.map((end) => Math.min(Math.max(Math.round(end), 0), 100)));
  if (!write({ ce_low: x[0], ce_high: x[1], cv_low: y[0], cv_high: y[1] })) return;
  if (form.elements.region.value) light("");
  brushed = true;
  ask();
});

form.addEventListener("input", (event) => {
  if (!ENDS.includes(event.target.name)) return ask(0);
  if (form.elements.region.value) light("");
  drawBrush();
  ask();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-region], [data-clear]");
  if (!button?.closest("#bar") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  write(WHOLE);
  drawBrush();
  light(button.dataset.region ?? "");
  ask(0);
});

document.getElementById("bar").addEventListener("keydown", (event) => {
  if (event.code === "Space" && event.target.matches("[role=button]")) { event.preventDefault(); event.target.click(); }
});

// The toolbar is replaced while somebody stands in it: go on at its first button.
let inBar = false;
document.addEventListener("htmx:beforeSwap", () => { inBar = document.getElementById("bar").contains(document.activeElement); });
document.addEventListener("htmx:afterSettle", () => { if (inBar) document.querySelector("#bar [data-first]")?.focus(); inBar = false; });
