// A shape drawn by hand over the map, with mouse, pen or finger, in the map's own points (0–100, to the right and up).
//
// The drawing stands in an SVG of its own above the chart; while it goes on the chart's rectangle rests.
export const LEAST = 3;
const MOST = 48; // corners; the server takes some more
const STEP = 3; // pixels between two places that are kept
const SMALLEST = 1; // points a shape is wide and high; less is a click
const SVG = "http://www.w3.org/2000/svg";

const far = ([x, y], [a, b], [c, d]) => {
  const long = Math.hypot(c - a, d - b);
  return long ? Math.abs((c - a) * (b - y) - (a - x) * (d - b)) / long : Math.hypot(x - a, y - b);
};

// Of a line the places that matter (Douglas and Peucker).
function fewer(places, near) {
  if (places.length < 3) return places;
  let most = 0, at = 0;
  for (let one = 1; one < places.length - 1; one++) {
    const away = far(places[one], places[0], places[places.length - 1]);
    if (away > most) [most, at] = [away, one];
  }
  if (most <= near) return [places[0], places[places.length - 1]];
  return [...fewer(places.slice(0, at + 1), near).slice(0, -1), ...fewer(places.slice(at), near)];
}

function cornersOf(places) {
  let near = 0.4, found = places;
  do { found = fewer(places, near); near *= 1.5; } while (found.length > MOST);
  return found.map((place) => place.map((value) => Math.round(Math.min(Math.max(value, 0), 100) * 10) / 10));
}

const large = (corners) => [0, 1].every((axis) => {
  const ends = corners.map((corner) => corner[axis]);
  return Math.max(...ends) - Math.min(...ends) >= SMALLEST;
});

export class Shape {
  // begins(): whether a stroke is to be drawn; done(corners): what was drawn, nothing where it was only a click.
  constructor(chart, { begins, done }) {
    Object.assign(this, { chart, begins, done, places: null, corners: [] });
    this.layer = document.createElementNS(SVG, "svg");
    this.layer.setAttribute("class", "lasso");
    this.layer.setAttribute("aria-hidden", "true");
    for (const name of ["outside", "outline"]) {
      this[name] = document.createElementNS(SVG, "path");
      this[name].setAttribute("class", name);
      this.layer.append(this[name]);
    }
    chart.after(this.layer);
    for (const name of ["mousedown", "touchstart", "pointerdown"]) chart.addEventListener(name, (event) => this.down(event), { capture: true, passive: false });
    chart.addEventListener("pointermove", (event) => this.move(event));
    chart.addEventListener("pointerup", (event) => this.up(event));
    chart.addEventListener("pointercancel", () => this.drop());
    new ResizeObserver(() => requestAnimationFrame(() => this.paint())).observe(chart);
  }

  // Where the map itself lies in the window.
  box() { return this.chart.querySelector("svg .role-frame > g > path.background").getBoundingClientRect(); }

  place(event) {
    const box = this.box();
    return [(event.clientX - box.left) / box.width * 100, (box.bottom - event.clientY) / box.height * 100];
  }

  down(event) {
    if (!this.begins() || event.button > 0 || event.isPrimary === false) return;
    event.stopPropagation(); // the chart would draw its rectangle
    if (event.type !== "pointerdown") return;
    event.preventDefault();
    this.chart.setPointerCapture(event.pointerId);
    this.places = [this.place(event)];
    this.last = [event.clientX, event.clientY];
    this.paint();
  }

  move(event) {
    if (!this.places || Math.hypot(event.clientX - this.last[0], event.clientY - this.last[1]) < STEP) return;
    this.last = [event.clientX, event.clientY];
    this.places.push(this.place(event));
    this.paint();
  }

  up() {
    if (!this.places) return;
    const corners = cornersOf(this.places);
    this.places = null;
    this.show([]);
    this.done(corners.length >= LEAST && large(corners) ? corners : []);
  }

  // Escape while drawing: nothing was begun.
  drop() {
    if (!this.places) return;
    this.places = null;
    this.paint();
  }

  show(corners) {
    this.corners = corners;
    this.paint();
  }

  paint() {
    const corners = this.places ?? this.corners;
    if (!corners.length || !this.layer.isConnected) return this.clear();
    const box = this.box(), here = this.layer.getBoundingClientRect();
    const left = box.left - here.left, top = box.top - here.top;
    const at = ([x, y]) => `${(left + Math.min(Math.max(x, 0), 100) / 100 * box.width).toFixed(1)} ${(top + (1 - Math.min(Math.max(y, 0), 100) / 100) * box.height).toFixed(1)}`;
    const loop = `M${corners.map(at).join("L")}Z`;
    this.outline.setAttribute("d", loop);
    this.outside.setAttribute("d", this.places ? "" : `M${left} ${top}h${box.width}v${box.height}h${-box.width}Z${loop}`);
  }

  clear() { for (const path of [this.outside, this.outline]) path.setAttribute("d", ""); }
}
