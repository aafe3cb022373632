"use strict";
// Everything here adds to a page that can be read without it.
document.documentElement.classList.add("scripted");

// --- saving figures -------------------------------------------------------------------------

const SCALE = 2; // pixels of a PNG to a unit of its SVG

function whole(figure) {
  // The drawing as it is saved: with its head, and with the colours of paper.
  const svg = figure.querySelector("svg").cloneNode(true);
  const [, , width, height] = svg.dataset.whole.split(" ");
  svg.setAttribute("viewBox", svg.dataset.whole);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  svg.removeAttribute("data-whole");
  const text = new XMLSerializer().serializeToString(svg);
  return { text: text.replace(/var\(--[a-z]+,\s*(#[0-9a-f]+)\)/g, "$1"), width: +width, height: +height };
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const SAVING = {
  csv(figure, name) {
    save(new Blob([figure.dataset.csv], { type: "text/csv" }), `${name}.csv`);
  },
  svg(figure, name) {
    save(new Blob([whole(figure).text], { type: "image/svg+xml" }), `${name}.svg`);
  },
  png(figure, name) {
    const { text, width, height } = whole(figure);
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = width * SCALE;
      canvas.height = height * SCALE;
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#ffffff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(blob, `${name}.png`));
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  },
};

for (const button of document.querySelectorAll("[data-get]")) {
  const figure = button.closest("figure");
  button.addEventListener("click", () => SAVING[button.dataset.get](figure, figure.dataset.name));
}

// --- the table of everything ----------------------------------------------------------------

const cells = document.querySelector("table.cells");
if (cells && cells.tBodies[0].rows.length) {
  const frame = cells.parentElement;
  const table = new DataTable(cells, {
    paging: false,
    order: [],
    autoWidth: false,
    layout: { topStart: "search", topEnd: "info", bottomStart: null, bottomEnd: null },
    language: {
      search: "Search",
      info: "_TOTAL_ cells",
      infoEmpty: "0 cells",
      infoFiltered: "of _MAX_",
      zeroRecords: "No cell has all of these words",
    },
  });
  // The library puts the table among its own controls, which must not scroll with it.
  const controls = table.table().container();
  frame.before(controls);
  cells.before(frame);
  frame.append(cells);
}

// What calls itself a button answers to the space bar too, which the library leaves out.
document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches("th [role=button]")) {
    event.preventDefault();
    event.target.click();
  }
});

// --- what scrolls can be reached by keyboard, and nothing else need be ----------------------

const watch = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const scrolls = target.scrollWidth > target.clientWidth + 1 || target.scrollHeight > target.clientHeight + 1;
    target.classList.toggle("scrolls", target.scrollWidth > target.clientWidth + 1);
    if (scrolls) target.setAttribute("tabindex", "0");
    else target.removeAttribute("tabindex");
  }
});
for (const frame of document.querySelectorAll(".frame")) watch.observe(frame);

// --- a link to what is folded opens it, also where the browser doesn't ----------------------

function unfold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target?.closest("details:not([open])");
  if (!folded) return;
  for (let one = folded; one; one = one.parentElement.closest("details")) one.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", unfold);
unfold();
