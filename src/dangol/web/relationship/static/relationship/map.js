// The map: rectangle, drawn shape, number fields, region buttons and the Escape key all say the same to the server.
//
// The fields of #choose hold the choice; whoever changes it changes the fields, then asks for the
// picked part once, 200 ms later. Without this script links and the form's button do the same.
// Nothing is kept of elements: the slider of the months brings new ones (months.js).
import { LEAST, Shape } from "./lasso.js";

const ENDS = ["ce_low", "ce_high", "cv_low", "cv_high"];
const WHOLE = { ce_low: 0, ce_high: 100, cv_low: 0, cv_high: 100 };
const form = () => document.getElementById("choose");
const picture = () => document.querySelector(".map-frame .chart");
let view = null, shape = null, waiting = 0, brushed = false;

const number = (name) => {
  const value = parseFloat(form().elements[name].value);
  return Number.isFinite(value) ? Math.min(Math.max(value, 0), 100) : WHOLE[name];
};
const isFramed = () => ENDS.some((name) => number(name) !== WHOLE[name]);

function write(ends) {
  const changed = ENDS.some((name) => number(name) !== ends[name]);
  for (const name of ENDS) form().elements[name].value = ends[name];
  return changed;
}

function ask(delay = 200) {
  clearTimeout(waiting);
  waiting = setTimeout(() => form()?.dispatchEvent(new CustomEvent("choose", { bubbles: true })), delay);
}

function drawBrush() {
  if (!isFramed() && !brushed) return;
  brushed = isFramed();
  const [a, b, c, d] = ENDS.map(number);
  const detail = isFramed() ? { x: [Math.min(a, b), Math.max(a, b)], y: [Math.min(c, d), Math.max(c, d)] } : { x: null, y: null };
  picture().dispatchEvent(new CustomEvent("chart:setbrush", { detail }));
}

function light(region) {
  form().elements.region.value = region;
  view?.signal("region", region).runAsync();
}

function outline(corners) {
  form().elements.lasso.value = corners.map(([x, y]) => `${x}~${y}`).join("_");
  shape?.show(corners);
}

function byHand(whether) {
  const frame = document.querySelector(".map-frame");
  frame.classList.toggle("by-hand", whether);
  for (const button of document.querySelectorAll("[data-draw]")) {
    button.setAttribute("aria-pressed", String((button.dataset.draw === "lasso") === whether));
  }
}

function letGo(region = "") {
  write(WHOLE);
  drawBrush();
  outline([]);
  light(region);
}

function drawn() {
  if (!form()) return; // a month that is past: nobody is picked there
  view = picture().chartView;
  document.querySelector(".bar.draw").hidden = false;
  const frame = document.querySelector(".map-frame");
  shape = new Shape(picture(), {
    begins: () => frame.classList.contains("by-hand"),
    done: (corners) => {
      letGo();
      if (corners.length >= LEAST) outline(corners);
      ask();
    },
  });
  const corners = form().elements.lasso.value.split("_").map((one) => one.split("~").map(Number));
  if (corners.length >= LEAST) {
    byHand(true);
    shape.show(corners);
  }
  if (frame.dataset.region) light(frame.dataset.region);
  if (isFramed()) drawBrush();
}

document.addEventListener("chart:drawn", (event) => { if (event.target === picture()) drawn(); });
if (picture()?.dataset.drawn === "whole") drawn(); // on a slow line the picture is there before this script

document.addEventListener("chart:brush", ({ target, detail }) => {
  if (target !== picture() || !form()) return;
  if (!detail.x) { // cleared on the map itself; clearing from here left the fields whole already
    if (isFramed() && write(WHOLE)) ask();
    return;
  }
  const [x, y] = [detail.x, detail.y].map((ends) => ends.map((end) => Math.min(Math.max(Math.round(end), 0), 100)));
  if (!write({ ce_low: x[0], ce_high: x[1], cv_low: y[0], cv_high: y[1] })) return;
  if (form().elements.region.value) light("");
  outline([]);
  brushed = true;
  ask();
});

document.addEventListener("input", (event) => {
  if (!form() || event.target.form !== form()) return;
  if (!ENDS.includes(event.target.name)) return ask(0);
  if (form().elements.region.value) light("");
  outline([]);
  drawBrush();
  ask();
});

document.addEventListener("click", (event) => {
  const way = event.target.closest("[data-draw]");
  if (way) return byHand(way.dataset.draw === "lasso");
  const button = event.target.closest("[data-region], [data-clear]");
  if (!button?.closest("#bar") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  letGo(button.dataset.region ?? "");
  ask(0);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") shape?.drop();
  if (event.code === "Space" && event.target.matches("#bar [role=button]")) { event.preventDefault(); event.target.click(); }
}, true);

// The toolbar is replaced while somebody stands in it: go on at its first button.
let inBar = false;
document.addEventListener("htmx:beforeSwap", () => { inBar = Boolean(document.getElementById("bar")?.contains(document.activeElement)); });
document.addEventListener("htmx:afterSettle", () => { if (inBar) document.querySelector("#bar [data-first]")?.focus(); inBar = false; });
