// Charts: Vega-Lite specs drawn as SVG under a strict Content-Security-Policy.
//
// Contract
//   <div class="chart" data-spec="#id or URL" [data-brush="name"]></div>
//   data-spec   the id of a json_script element in the page, or an address that answers with JSON
//   data-brush  the name of an interval parameter of the spec. While it moves the element dispatches
//               "chart:brush" (bubbles), detail {x: [low, high] | null, y: [low, high] | null} in data units;
//               both null when the brush is cleared. It listens to "chart:setbrush" with the same detail
//               (both null clears), so number fields and the Escape key can drive it.
//   Once drawn and named it carries data-drawn="whole" and its view as .chartView, and dispatches "chart:drawn"
//   (bubbles). A script that may arrive later than that looks for .chartView as well.
// Charts in fragments that htmx brings are drawn as well; those taken away are finalised.
const EMBED = { ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: { disableDefaultStyle: true } };
const NO_BRUSH = { x: null, y: null };

async function specOf(element) {
  const where = element.dataset.spec;
  if (where.startsWith("#")) return JSON.parse(document.querySelector(where).textContent);
  const answer = await fetch(where, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${where}: ${answer.status}`);
  return answer.json();
}

function brushed(view, name) {
  const [tuple] = view.data(`${name}_store`);
  if (!tuple) return NO_BRUSH;
  const found = { ...NO_BRUSH };
  tuple.fields.forEach((field, index) => {
    const [a, b] = tuple.values[index];
    found[field.channel] = [Math.min(a, b), Math.max(a, b)];
  });
  return found;
}

function followBrush(element, view, name) {
  let waiting = 0;
  const tell = () => {
    waiting = 0;
    element.dispatchEvent(new CustomEvent("chart:brush", { bubbles: true, detail: brushed(view, name) }));
  };
  view.addSignalListener(name, () => { waiting ||= setTimeout(tell, 60); });
  element.addEventListener("chart:setbrush", ({ detail }) => {
    for (const axis of ["x", "y"]) {
      const scale = view.scale(axis);
      view.signal(`${name}_${axis}`, detail[axis] ? detail[axis].map((value) => scale(value)) : []);
    }
    view.runAsync();
  });
}

async function draw(element) {
  element.dataset.drawn = "begun";
  try {
    const { view, finalize } = await window.vegaEmbed(element, await specOf(element), EMBED);
    Object.assign(element, { chartView: view, finalizeChart: finalize });
    // The frame's finding names the picture; the marks one by one would only be noise.
    const picture = element.querySelector("svg");
    picture?.setAttribute("role", "img");
    if (element.dataset.alt) picture?.setAttribute("aria-label", element.dataset.alt);
    for (const part of picture?.querySelectorAll("[role], [aria-label], [aria-roledescription]") ?? []) {
      for (const name of ["role", "aria-label", "aria-roledescription"]) part.removeAttribute(name);
    }
    if (element.dataset.brush) followBrush(element, view, element.dataset.brush);
    element.dataset.drawn = "whole";
    element.dispatchEvent(new CustomEvent("chart:drawn", { bubbles: true }));
  } catch (problem) {
    element.classList.add("chart-failed");
    element.textContent = element.dataset.failed || String(problem);
    console.error(problem);
  }
}

const drawAll = (root) => root.querySelectorAll(".chart[data-spec]:not([data-drawn])").forEach(draw);

drawAll(document);
document.addEventListener("htmx:afterSettle", (event) => drawAll(event.target.parentElement ?? document));
document.addEventListener("htmx:beforeCleanupElement", (event) => {
  event.target.finalizeChart?.();
  event.target.querySelectorAll?.(".chart[data-drawn]").forEach((element) => element.finalizeChart?.());
});
