"use strict";

const graph = JSON.parse(document.getElementById("data").textContent);
const svg = document.querySelector("#picture > svg");
const panel = document.getElementById("panel");
const search = document.getElementById("search");
const hits = document.getElementById("hits");

const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
const groups = new Map([...svg.querySelectorAll(".node")].map((each) => [each.dataset.id, each]));
const lines = [...svg.querySelectorAll(".edge")];

// What each node needs, and what needs it: edges by the node at their other end.
const inputs = new Map(graph.nodes.map((node) => [node.id, []]));
const uses = new Map(graph.nodes.map((node) => [node.id, []]));
for (const edge of graph.edges) {
  inputs.get(edge.to).push({ id: edge.from, role: edge.role });
  uses.get(edge.from).push({ id: edge.to, role: edge.role });
}

function reached(start, ways) {
  const found = new Set();
  const waiting = [start];
  while (waiting.length) {
    for (const each of ways.get(waiting.pop())) {
      if (!found.has(each.id)) {
        found.add(each.id);
        waiting.push(each.id);
      }
    }
  }
  return found;
}

// Choosing a node

let picked = null;

function pick(id) {
  picked = id;
  const needed = id ? reached(id, inputs) : new Set();
  const users = id ? reached(id, uses) : new Set();
  svg.classList.toggle("picking", Boolean(id));
  for (const [each, group] of groups) {
    group.classList.toggle("picked", each === id);
    group.classList.toggle("needed", needed.has(each));
    group.classList.toggle("user", users.has(each));
    group.setAttribute("aria-pressed", String(each === id));
  }
  for (const line of lines) {
    const { from, to } = line.dataset;
    line.classList.toggle("needed", needed.has(from) && (to === id || needed.has(to)));
    line.classList.toggle("user", users.has(to) && (from === id || users.has(from)));
  }
  tell(id);
}

function make(tag, text, ...children) {
  const element = document.createElement(tag);
  element.textContent = text;
  element.append(...children);
  return element;
}

function tell(id) {
  panel.hidden = !id;
  if (!id) return;
  const node = nodes.get(id);
  const word = node.mnemonic || node.details.type || "";
  panel.replaceChildren(make("h2", node.label), make("p", [node.kind, word].filter(Boolean).join(": ")));
  if (node.cached !== null) panel.append(make("p", node.cached ? "cached" : "not cached"));
  for (const place of node.origins) panel.append(make("p", `${place.file}:${place.line}`));
  list("needs", inputs.get(id));
  list("is needed by", uses.get(id));
  if (node.outputs.length) panel.append(make("h3", "outputs"), make("p", node.outputs.join(", ")));
  panel.append(make("h3", "details"), make("pre", JSON.stringify(node.details, null, 1)));
  panel.scrollTop = 0;
}

function list(title, ends) {
  if (!ends.length) return;
  const roles = new Map();
  for (const { id, role } of ends) roles.set(id, new Set([...(roles.get(id) || []), role]));
  const rows = [...roles].map(([id, names]) => {
    const button = make("button", nodes.get(id).label);
    button.addEventListener("click", () => go(id));
    return make("li", "", button, ` ${[...names].join(", ")}`);
  });
  panel.append(make("h3", title), make("ul", "", ...rows));
}

function go(id) {
  pick(id);
  center(groups.get(id));
  groups.get(id).focus({ preventScroll: true });
}

for (const [id, group] of groups) {
  group.setAttribute("tabindex", "0");
  group.setAttribute("role", "button");
  group.setAttribute("aria-label", `${nodes.get(id).kind} ${nodes.get(id).label}`);
  group.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    pick(id);
  });
  group.addEventListener("focus", () => {
    if (group.matches(":focus-visible")) show(group);
  });
}

// Moving and zooming: `view` is what of the picture is seen, in its own units

const whole = svg.viewBox.baseVal;
const all = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
let view = { ...all };
svg.removeAttribute("width");
svg.removeAttribute("height");

function look(next) {
  view = next;
  svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
}

function scale() {
  return 1 / svg.getScreenCTM().a;
}

function move(x, y) {
  look({ ...view, x: view.x + x * scale(), y: view.y + y * scale() });
}

function zoom(factor, x, y) {
  const width = view.width / factor;
  if (width > all.width * 4 || width < 80) return;
  const left = (x - view.x) / view.width;
  const above = (y - view.y) / view.height;
  const height = view.height / factor;
  look({ x: x - left * width, y: y - above * height, width, height });
}

function zoomHere(factor) {
  zoom(factor, view.x + view.width / 2, view.y + view.height / 2);
}

function point(event) {
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
}

function center(group) {
  const box = group.getBBox();
  look({ ...view, x: box.x + box.width / 2 - view.width / 2, y: box.y + box.height / 2 - view.height / 2 });
}

// Brings a node that has the focus into the picture, if it isn't.
function show(group) {
  const box = group.getBoundingClientRect();
  const frame = svg.getBoundingClientRect();
  const inside = box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
  if (!inside) center(group);
}

// As large as is legible, where everything would be too small.
function begin() {
  look({ ...all });
  if (scale() > 1.6) zoom(scale() / 1.1, all.x + all.width, all.y + all.height / 2);
}

let drag = null;
svg.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  drag = { x: event.clientX, y: event.clientY, far: false };
});
svg.addEventListener("pointermove", (event) => {
  if (!drag || !event.buttons) return;
  const [x, y] = [drag.x - event.clientX, drag.y - event.clientY];
  if (!drag.far && Math.hypot(x, y) < 4) return;
  if (!drag.far) svg.setPointerCapture(event.pointerId);
  svg.classList.add("dragged");
  move(x, y);
  drag = { x: event.clientX, y: event.clientY, far: true };
});
svg.addEventListener("pointerup", () => svg.classList.remove("dragged"));
svg.addEventListener("click", (event) => {
  const far = drag && drag.far;
  drag = null;
  if (far) return;
  const group = event.target.closest(".node");
  pick(group ? group.dataset.id : null);
});
svg.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    const at = point(event);
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), at.x, at.y);
  },
  { passive: false },
);
document.getElementById("in").addEventListener("click", () => zoomHere(1.3));
document.getElementById("out").addEventListener("click", () => zoomHere(1 / 1.3));
document.getElementById("all").addEventListener("click", () => look({ ...all }));

// Searching

let found = [];
let current = -1;

search.addEventListener("input", () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (node) => [node.label, node.kind, node.mnemonic, ...node.outputs].join(" ").toLowerCase();
  found = words.length ? graph.nodes.filter((node) => words.every((word) => text(node).includes(word))) : [];
  current = -1;
  for (const group of groups.values()) group.classList.remove("found");
  for (const node of found) groups.get(node.id).classList.add("found");
  hits.textContent = words.length ? `${found.length} found` : "";
});
search.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !found.length) return;
  current = (current + (event.shiftKey ? found.length - 1 : 1)) % found.length;
  pick(found[current].id);
  center(groups.get(found[current].id));
  hits.textContent = `${current + 1} of ${found.length}`;
});

const STEP = 60;
const KEYS = {
  ArrowLeft: () => move(-STEP, 0),
  ArrowRight: () => move(STEP, 0),
  ArrowUp: () => move(0, -STEP),
  ArrowDown: () => move(0, STEP),
  "+": () => zoomHere(1.3),
  "=": () => zoomHere(1.3),
  "-": () => zoomHere(1 / 1.3),
  0: () => look({ ...all }),
  "/": () => search.focus(),
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    pick(null);
    if (event.target === search) search.blur();
    return;
  }
  if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
  if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  }
});

begin();
