"use strict";

const SVG = "http://www.w3.org/2000/svg";
const read = (id) => JSON.parse(document.getElementById(id).textContent);

// The same digits as the page's tables have.
function shown(value) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  if (size && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
  return size >= 1000 ? Math.round(value).toLocaleString("en") : String(+value.toPrecision(4));
}

function make(name, attributes, parent) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent.append(node);
  return node;
}

// Round numbers between two values, about `count` of them.
function ticks(low, high, count) {
  const rough = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step);
  return found.map((v) => +v.toPrecision(12));
}

function logTicks(low, high) {
  const found = [];
  const decades = Math.log10(high / low);
  const every = Math.max(1, Math.ceil(decades / 4));
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e += every) {
    for (const m of decades < 2.5 ? [1, 3] : [1]) found.push(+(m * 10 ** e).toPrecision(3));
  }
  return found.filter((v) => v >= low && v <= high);
}

function steps(value) {
  if (value >= 1e6) return `${+(value / 1e6).toPrecision(3)}M`;
  return value >= 1e3 ? `${+(value / 1e3).toPrecision(3)}k` : String(value);
}

// The place of the number nearest to `wanted` in a rising list.
function nearest(list, wanted) {
  let low = 0;
  let high = list.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (list[middle] <= wanted) low = middle;
    else high = middle;
  }
  return Math.abs(list[high] - wanted) < Math.abs(list[low] - wanted) ? high : low;
}

class Chart {
  constructor(figure, data) {
    this.data = data;
    this.plot = figure.querySelector(".plot");
    this.at = figure.querySelector(".at");
    this.items = [...figure.querySelectorAll(".legend li")].slice(0, data.series.length);
    this.colours = this.items.map((item) => item.style.getPropertyValue("--colour"));
    this.values = this.items.map((item) => item.querySelector(".value"));
    this.atLast = this.at.textContent;
    this.atLastValues = this.values.map((value) => value.textContent);
    const all = new Set(data.series.flatMap((one) => one.steps));
    this.steps = [...all].sort((a, b) => a - b);
    this.place = null;
    this.width = 0;
    new ResizeObserver(() => this.draw()).observe(this.plot);
    this.draw();
  }

  range() {
    const values = this.data.series.flatMap((one) => one.values).filter((v) => v !== null);
    values.push(...this.data.levels.map((level) => level.value));
    let low = values.reduce((a, b) => Math.min(a, b));
    let high = values.reduce((a, b) => Math.max(a, b));
    if (this.data.log) return [low / 1.15, high * 1.15];
    if (low > 0 && low < 0.4 * high) low = 0;
    // What hardly changes shall not look as if it did.
    const least = 0.02 * Math.max(Math.abs(low), Math.abs(high)) || 1;
    const space = Math.max(0.06 * (high - low), (least - (high - low)) / 2);
    return [low === 0 ? 0 : low - space, high + space];
  }

  draw() {
    const width = Math.round(this.plot.clientWidth);
    if (!width || width === this.width) return;
    this.width = width;
    const height = 190;
    const [low, high] = this.range();
    const marks = this.data.log ? logTicks(low, high) : ticks(low, high, 4);
    const left = 10 + 6.6 * Math.max(1, ...marks.map((mark) => shown(mark).length));
    const [right, top, bottom] = [width - 12, 8, height - 22];
    const [first, last] = [this.steps[0], this.steps[this.steps.length - 1]];
    const scale = this.data.log ? Math.log : (v) => v;
    this.x = (step) => (last === first ? (left + right) / 2 : left + ((step - first) / (last - first)) * (right - left));
    this.y = (value) => bottom - ((scale(value) - scale(low)) / (scale(high) - scale(low))) * (bottom - top);

    const held = document.activeElement === this.svg;
    this.plot.replaceChildren();
    const svg = (this.svg = make("svg", {
      viewBox: `0 0 ${width} ${height}`, height, tabindex: 0, role: "slider", "aria-label": `${this.data.title}, by step`,
      "aria-valuemin": first, "aria-valuemax": last,
    }, this.plot));
    for (const mark of marks) {
      make("line", { class: "grid", x1: left, x2: right, y1: this.y(mark), y2: this.y(mark) }, svg);
      make("text", { x: left - 6, y: this.y(mark) + 4, "text-anchor": "end" }, svg).textContent = shown(mark);
    }
    for (const mark of ticks(first, last, Math.max(2, width / 90))) {
      if (mark !== Math.round(mark)) continue;
      make("text", { x: this.x(mark), y: height - 5, "text-anchor": this.x(mark) > right - 14 ? "end" : "middle" }, svg).textContent = steps(mark);
    }
    for (const level of this.data.levels) {
      make("line", { class: "level", x1: left, x2: right, y1: this.y(level.value), y2: this.y(level.value) }, svg);
    }
    // The main curves are drawn last, over the others.
    const order = this.data.series.map((_, i) => i).sort((a, b) => this.data.series[a].main - this.data.series[b].main || b - a);
    for (const i of order) this.curve(svg, this.data.series[i], this.colours[i]);
    this.marker = make("g", {}, svg);
    svg.addEventListener("pointermove", (event) => this.point(event));
    svg.addEventListener("pointerdown", (event) => this.point(event));
    svg.addEventListener("pointerleave", () => this.show(null));
    svg.addEventListener("blur", () => this.show(null));
    svg.addEventListener("focus", () => this.show(this.place ?? this.steps.length - 1));
    svg.addEventListener("keydown", (event) => this.key(event));
    this.show(this.place);
    if (held) svg.focus();
  }

  curve(svg, one, colour) {
    let path = "";
    let pen = "M";
    const style = `--colour:${colour}`;
    one.values.forEach((value, i) => {
      if (value === null) {
        pen = "M";
        return;
      }
      const [x, y] = [this.x(one.steps[i]).toFixed(1), this.y(value).toFixed(1)];
      path += `${pen}${x} ${y}`;
      pen = "L";
      if (one.values.length <= 12) make("circle", { class: "dot", cx: x, cy: y, r: 2.5, style }, svg);
    });
    make("path", { class: one.main ? "curve main" : "curve", d: path, style }, svg);
  }

  point(event) {
    const box = this.svg.getBoundingClientRect();
    const wanted = event.clientX - box.left;
    this.show(nearest(this.steps.map(this.x), wanted));
  }

  key(event) {
    const last = this.steps.length - 1;
    const place = this.place ?? last;
    const leap = Math.max(1, Math.round(last / 10));
    const to = {
      ArrowLeft: place - 1, ArrowDown: place - 1, ArrowRight: place + 1, ArrowUp: place + 1,
      PageDown: place - leap, PageUp: place + leap, Home: 0, End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.show(Math.min(last, Math.max(0, to)));
  }

  // Shows the values at one step, or the last ones for null.
  show(place) {
    this.place = place;
    this.marker.replaceChildren();
    const step = place === null ? null : this.steps[place];
    this.at.textContent = step === null ? this.atLast : `step ${step.toLocaleString("en")}`;
    if (step !== null) {
      make("line", { class: "cursor", x1: this.x(step), x2: this.x(step), y1: 8, y2: 168 }, this.marker);
    }
    this.data.series.forEach((one, i) => {
      if (step === null) {
        this.values[i].textContent = this.atLastValues[i];
        return;
      }
      const near = nearest(one.steps, step);
      const gap = one.steps.length > 1 ? one.steps[1] - one.steps[0] : 0;
      const value = Math.abs(one.steps[near] - step) <= gap ? one.values[near] : null;
      this.values[i].textContent = shown(value);
      if (value !== null) {
        make("circle", { class: "dot", cx: this.x(one.steps[near]), cy: this.y(value), r: 4, style: `--colour:${this.colours[i]}` }, this.marker);
      }
    });
    const told = this.data.series.map((one, i) => `${one.name} ${this.values[i].textContent}`);
    this.svg.setAttribute("aria-valuenow", step ?? this.steps[this.steps.length - 1]);
    this.svg.setAttribute("aria-valuetext", `${this.at.textContent}: ${told.join(", ")}`);
  }
}

function pictures(frames) {
  const slider = document.getElementById("time");
  if (!slider) return;
  const [picture, step, button] = ["sample", "sample-step", "play"].map((id) => document.getElementById(id));
  let timer = null;
  const show = (place) => {
    const frame = frames[place];
    slider.value = place;
    picture.src = frame.source;
    picture.alt = frame.alt;
    step.textContent = `Step ${frame.step.toLocaleString("en")}`;
    slider.setAttribute("aria-valuetext", step.textContent);
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    button.textContent = "Play";
  };
  const next = () => {
    show(+slider.value + 1);
    if (+slider.value === frames.length - 1) stop();
  };
  slider.addEventListener("input", () => {
    stop();
    show(+slider.value);
  });
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (+slider.value === frames.length - 1) show(0);
    button.textContent = "Pause";
    timer = setInterval(next, Math.max(120, Math.min(500, 8000 / frames.length)));
  });
  slider.value = frames.length - 1;
  slider.parentElement.hidden = false;
}

// Sliders between the parts of an example, which stand beside each other in its picture.
function examples() {
  const figure = document.getElementById("examples");
  if (!figure) return;
  const strips = [...figure.querySelectorAll(".strips img")];
  const viewer = figure.querySelector(".viewer");
  const pairs = [...viewer.querySelectorAll(".pair")];
  const which = viewer.querySelector(".which");
  let place = 0;
  const show = (to) => {
    place = (to + strips.length) % strips.length;
    which.textContent = `Example ${place + 1} of ${strips.length}`;
    for (const pair of pairs) {
      pair.querySelectorAll("img").forEach((image, i) => {
        // The lower layer is the right part.
        image.src = strips[place].src;
        image.className = strips[place].className;
        image.style.left = `${-100 * (+pair.dataset.first + 1 - i)}%`;
      });
    }
  };
  for (const pair of pairs) {
    const [view, slider] = [pair.querySelector(".view"), pair.querySelector("input")];
    const { left, right } = pair.dataset;
    const cut = () => {
      view.style.setProperty("--at", `${slider.value}%`);
      slider.setAttribute("aria-valuetext", `${slider.value} % ${left}, ${100 - slider.value} % ${right}`);
    };
    // Pulls the edge to the pointer, be it a mouse, a finger or a pen.
    const pull = (event) => {
      const box = view.getBoundingClientRect();
      slider.value = Math.round((100 * (event.clientX - box.left)) / box.width);
      cut();
    };
    slider.addEventListener("input", cut);
    view.addEventListener("pointerdown", (event) => {
      view.setPointerCapture(event.pointerId);
      pull(event);
    });
    view.addEventListener("pointermove", (event) => {
      if (view.hasPointerCapture(event.pointerId)) pull(event);
    });
    cut();
  }
  viewer.querySelector(".previous").addEventListener("click", () => show(place - 1));
  viewer.querySelector(".next").addEventListener("click", () => show(place + 1));
  show(0);
  viewer.hidden = false;
  figure.classList.add("live");
}

// Images of sheets, which lie in rows and columns; sliders say which of them is shown.
async function explorer(figure) {
  const viewer = figure.querySelector(".viewer");
  const sheets = [...figure.querySelectorAll("img")].filter((image) => !viewer.contains(image));
  const sliders = [...viewer.querySelectorAll("input")];
  const slider = (place) => sliders.find((one) => one.id === place);
  const at = (place) => +(slider(place)?.value ?? place);
  const words = (one) => JSON.parse(one.dataset.words)[one.value - one.min];
  const show = () => {
    for (const one of sliders) {
      one.setAttribute("aria-valuetext", words(one));
      one.parentElement.querySelector(".value").textContent = words(one);
    }
    for (const tile of viewer.querySelectorAll("canvas")) {
      const { column, row, sheet: number } = tile.dataset;
      const [width, height, columns, gap] = ["width", "height", "columns", "gap"].map((name) => +tile.dataset[name]);
      const sheet = sheets[at(number)];
      // Sheets may have been reduced to fit.
      const scale = sheet.naturalWidth / (gap + columns * (width + gap));
      const from = [gap + at(column) * (width + gap), gap + at(row) * (height + gap), width, height];
      [tile.width, tile.height] = [width, height].map((side) => Math.ceil(side * scale));
      tile.getContext("2d").drawImage(sheet, ...from.map((each) => each * scale), 0, 0, tile.width, tile.height);
      const told = [number, row, column].map(slider).filter(Boolean);
      tile.setAttribute("aria-label", told.map((one) => `${one.labels[0].textContent}: ${words(one)}`).join(", "));
    }
  };
  for (const one of sliders) one.addEventListener("input", show);
  await Promise.all(sheets.map((sheet) => sheet.decode()));
  show();
  viewer.hidden = false;
  figure.classList.add("live");
}

const charts = read("charts");
for (const figure of document.querySelectorAll(".chart")) new Chart(figure, charts[figure.dataset.chart]);
pictures(read("frames"));
examples();
document.querySelectorAll(".explorer").forEach(explorer);
