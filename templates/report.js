// Sorts, filters and highlights; the page is complete without it.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const live = document.getElementById("live");
  const say = (text) => { if (live) live.textContent = text; };

  // Tables: a heading is a button that sorts by its column.
  const value = (row, column) => {
    const cell = row.cells[column];
    const text = (cell && (cell.dataset.value || cell.textContent) || "").trim();
    const number = parseFloat(text.replace(/[,\s%<]/g, ""));
    return Number.isNaN(number) ? text.toLowerCase() : number;
  };
  const compare = (a, b) => {
    if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0;
    return typeof a === "number" ? 1 : -1;
  };
  for (const table of all("table.sortable")) {
    const heads = all("thead th", table);
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "descending";
        const numeric = head.classList.contains("n");
        const sign = head.hasAttribute("aria-sort") ? (down ? 1 : -1) : numeric ? -1 : 1;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
        const body = table.tBodies[0];
        const rows = [...body.rows].map((row, at) => [value(row, column), at, row]);
        rows.sort((a, b) => sign * compare(a[0], b[0]) || a[1] - b[1]);
        body.append(...rows.map((row) => row[2]));
        say(`Sorted by ${head.textContent.trim()}`);
      });
    });
  }

  // Filters: a form names the table that it filters; the address keeps the choice.
  const address = () => new URLSearchParams(location.hash.includes("?") ? location.hash.split("?")[1] : "");
  const keep = (form) => {
    const chosen = new URLSearchParams();
    for (const [name, text] of new FormData(form)) if (text) chosen.set(name, text);
    const mark = `#${form.dataset.for}${chosen.size ? `?${chosen}` : ""}`;
    history.replaceState(null, "", mark);
  };
  for (const form of all("form.filter")) {
    form.hidden = false;
    const rows = all(`#${form.dataset.for} tbody > tr`);
    const apply = () => {
      const wanted = [...new FormData(form)].filter(([, text]) => text);
      let left = 0;
      for (const row of rows) {
        const fits = wanted.every(([name, text]) =>
          name === "text"
            ? row.textContent.toLowerCase().includes(text.toLowerCase())
            : (row.dataset[name] || "").split("|").includes(text));
        row.hidden = !fits;
        left += fits ? 1 : 0;
      }
      const count = form.querySelector("output");
      if (count) count.textContent = `${left} of ${rows.length}`;
    };
    const restore = () => {
      if (!location.hash.startsWith(`#${form.dataset.for}?`)) return;
      for (const [name, text] of address()) if (form.elements[name]) form.elements[name].value = text;
      document.getElementById(form.dataset.for)?.scrollIntoView();
    };
    form.addEventListener("input", () => { apply(); keep(form); });
    form.addEventListener("submit", (event) => event.preventDefault());
    restore();
    apply();
  }

  // The map: a node under the pointer or focus lights up with its neighbours; arrow keys walk.
  for (const map of all("svg.map")) {
    const nodes = new Map(all(".node", map).map((node) => [node.dataset.key, node]));
    const arrows = all(".arrow", map);
    const light = (key) => {
      map.classList.toggle("asked", key !== undefined);
      for (const part of [...nodes.values(), ...arrows]) part.classList.remove("lit");
      if (key === undefined) return;
      nodes.get(key)?.classList.add("lit");
      for (const arrow of arrows) {
        const { from, to } = arrow.dataset;
        if (from !== key && to !== key) continue;
        arrow.classList.add("lit");
        nodes.get(from)?.classList.add("lit");
        nodes.get(to)?.classList.add("lit");
      }
    };
    const centre = (node) => {
      const box = node.getBBox();
      return [box.x + box.width / 2, box.y + box.height / 2];
    };
    const next = (node, key) => {
      const [x, y] = centre(node);
      const ahead = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key];
      let best, least = Infinity;
      for (const other of nodes.values()) {
        const [ox, oy] = centre(other);
        const along = (ox - x) * ahead[0] + (oy - y) * ahead[1];
        const aside = Math.abs((ox - x) * ahead[1]) + Math.abs((oy - y) * ahead[0]);
        if (along <= 1 || other.getClientRects().length === 0) continue;
        const far = along + 2 * aside;
        if (far < least) { least = far; best = other; }
      }
      return best;
    };
    // A narrow window begins with the topmost node, not with the blank beside it.
    const frame = map.parentElement;
    const [top] = [...nodes.values()].sort((a, b) => centre(a)[1] - centre(b)[1]);
    const middle = top ? centre(top)[0] : 0;
    if (middle > frame.clientWidth) frame.scrollLeft = middle - frame.clientWidth / 2;
    for (const [key, node] of nodes) {
      node.addEventListener("pointerenter", () => light(key));
      node.addEventListener("pointerleave", () => light());
      node.addEventListener("focus", () => light(key));
      node.addEventListener("blur", () => light());
      node.addEventListener("keydown", (event) => {
        if (!event.key.startsWith("Arrow")) return;
        event.preventDefault();
        next(node, event.key)?.focus();
      });
    }
  }

  // Folded parts open when a link leads into them.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1).split("?")[0]));
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    if (target && target.tagName === "DETAILS") target.open = true;
    target?.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  // Copies a text that is made to be pasted.
  for (const button of all("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const text = document.getElementById(button.dataset.copy).textContent;
      navigator.clipboard?.writeText(text).then(() => say("Copied"));
    });
  }
})();
