"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const list = at("list");
  const form = at("filter");
  const types = window.trustedTypes
    ? window.trustedTypes.createPolicy("auditor", { createHTML: (html) => html })
    : { createHTML: (html) => html };

  // With many findings, their rows stand as text in a `noscript` and what opens below them is packed: nodes are
  // made of what is listed, and of that only as much as is looked at.
  const STEP = 200;
  const block = at("packed");
  const written = block ? list.querySelector("noscript").textContent.trim().split("\n") : null;
  const items = (written ?? Array.from(list ? list.children : [])).map((given, index) => {
    const node = written ? null : given;
    const facets = node ? node.dataset.x : /data-x="([^"]*)"/.exec(given)[1];
    const [severity, kind, topic, subjects, fix] = facets.split("|");
    return { node, index, severity, kind, topic, subjects: subjects.split(" "), fix };
  });
  let hits = items;
  let from = 0;
  let until = block ? STEP : Infinity;

  let bodies = null;
  const unpacked = block
    ? (async () => {
        const bytes = Uint8Array.from(atob(block.textContent), (character) => character.charCodeAt(0));
        const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
        bodies = (await new Response(stream).text()).split("\0");
        block.remove();
        items.forEach((item) => {
          if (item.node?.firstElementChild.open) fill(item);
        });
        refresh();
      })()
    : Promise.resolve();

  function parse(html) {
    const template = document.createElement("template");
    template.innerHTML = types.createHTML(html);
    return template.content;
  }

  function nodeOf(item) {
    item.node ??= parse(written[item.index]).firstElementChild;
    return item.node;
  }

  function fill(item) {
    const node = nodeOf(item);
    if (bodies === null || item.filled) return;
    item.filled = true;
    node.firstElementChild.append(parse(bodies[item.index]));
  }

  // A fix that an earlier finding has is written out there; whoever opens this one reads it here.
  function borrow(node) {
    for (const slot of node.querySelectorAll(".same")) {
      const first = items[Number(slot.dataset.first) - 1];
      fill(first);
      const fix = first.node.querySelector(`#fix-${slot.dataset.fix}`);
      if (fix === null) continue;
      const copy = fix.cloneNode(true);
      copy.removeAttribute("id");
      slot.replaceWith(copy);
    }
  }

  // For every word the findings in which it stands. What is searched for holds no blank, so what it is part of is
  // part of one word.
  const entities = { amp: "&", lt: "<", gt: ">", "#34": '"', "#39": "'" };
  const places = new Map();
  let read = 0;

  function readSome(milliseconds) {
    const began = performance.now();
    while (read < items.length && performance.now() - began < milliseconds) {
      const words = new Set(textOf(items[read]).toLowerCase().split(/\s+/));
      for (const word of words) {
        const there = places.get(word);
        if (there) there.push(read);
        else places.set(word, [read]);
      }
      read += 1;
    }
    return read === items.length;
  }

  function textOf(item) {
    if (!written) return item.node.textContent;
    const html = `${written[item.index]} ${bodies[item.index]}`;
    return html.replace(/<[^>]*>/g, " ").replace(/&(amp|lt|gt|#34|#39);/g, (_, name) => entities[name]);
  }

  // All is read ahead in small portions, so that nothing waits for it.
  function readAhead() {
    if (readSome(10)) {
      if (at("query").value.trim()) refresh();
    } else setTimeout(readAhead);
  }
  unpacked.then(() => form && setTimeout(readAhead, 50));

  function placesOf(part) {
    const found = new Uint8Array(items.length);
    for (const [word, there] of places) {
      if (word.includes(part)) for (const index of there) found[index] = 1;
    }
    return found;
  }

  function chosen(name) {
    return new Set(Array.from(form.querySelectorAll(`[name="${name}"]:checked`), (box) => box.value));
  }

  function refresh() {
    if (!form) return;
    const parts = at("query").value.toLowerCase().split(/\s+/).filter(Boolean);
    if (parts.length && !written) readSome(Infinity);
    if (parts.length && read < items.length) {
      // Reading ahead comes back to this.
      at("status").textContent = "reading what the findings say…";
      return;
    }
    const searched = parts.map(placesOf);
    const severities = chosen("severity");
    const kinds = chosen("kind");
    const topic = at("topic").value;
    const subject = at("subject").value;
    const fix = at("fix").value;
    hits = items.filter(
      (item) =>
        (!severities.size || severities.has(item.severity)) &&
        (!kinds.size || kinds.has(item.kind)) &&
        (!topic || item.topic === topic) &&
        (!subject || item.subjects.includes(subject)) &&
        (!fix || item.fix === fix) &&
        searched.every((found) => found[item.index]),
    );
    from = 0;
    until = block ? STEP : Infinity;
    show();
  }

  function show() {
    const shown = hits.slice(from, until);
    list.replaceChildren(...shown.map(nodeOf));
    const listed = shown.length < hits.length ? `, ${from + 1} to ${from + shown.length} listed` : "";
    at("status").textContent = `${hits.length} of ${items.length} findings${listed}`;
    at("none").hidden = hits.length > 0;
    list.hidden = hits.length === 0;
    at("earlier").hidden = from === 0;
    at("later").hidden = until >= hits.length;
  }

  function clear() {
    form.reset();
    refresh();
  }

  async function reveal(number, only) {
    const item = items[number - 1];
    if (!item) return;
    await unpacked;
    if (!hits.includes(item) && !only) clear();
    const place = hits.indexOf(item);
    if (place < from || place >= until) {
      from = Math.max(place - STEP / 4, 0);
      until = from + STEP;
      show();
    }
    fill(item);
    item.node.firstElementChild.open = true;
    borrow(item.node);
    item.node.scrollIntoView({ block: "start" });
    item.node.querySelector("summary").focus({ preventScroll: true });
  }

  function follow() {
    const [, kind, rest] = /^#(f|r)-(.+)$/.exec(location.hash) ?? [];
    if (kind === "f") reveal(Number(rest), false);
    if (kind === "r") {
      at("rules").open = true;
      at(`r-${rest}`)?.scrollIntoView();
    }
  }

  // The one who asked for more goes on at the first that is new.
  function widen(first, last) {
    const next = last === until ? from - 1 : Math.min(until, hits.length - 1);
    from = first;
    until = last;
    show();
    hits[next].node.querySelector("summary").focus();
  }

  async function setAll(open) {
    await unpacked;
    for (const item of hits.slice(from, until)) {
      if (open) fill(item);
      item.node.firstElementChild.open = open;
    }
  }

  if (form) {
    form.hidden = false;
    form.addEventListener("input", refresh);
    form.addEventListener("submit", (event) => event.preventDefault());
    at("clear").addEventListener("click", clear);
    at("open-all").addEventListener("click", () => setAll(true));
    at("close-all").addEventListener("click", () => setAll(false));
    at("show-earlier").addEventListener("click", () => widen(Math.max(from - STEP, 0), until));
    at("show-later").addEventListener("click", () => widen(from, until + STEP));
    at("show-all").addEventListener("click", () => widen(0, Infinity));
    list.addEventListener(
      "toggle",
      (event) => {
        const node = event.target.closest(".finding");
        if (!node || event.target.parentNode !== node || !event.target.open) return;
        fill(items[Number(node.id.slice(2)) - 1]);
        borrow(node);
      },
      true,
    );
    document.addEventListener("keydown", (event) => {
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        at("query").focus();
      }
      if (event.key === "Escape" && event.target.id === "query") clear();
    });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || !form) return;
    const { severity, subject, topic } = link.dataset;
    if (severity) {
      form.reset();
      form.querySelectorAll('[name="severity"]').forEach((box) => (box.checked = box.value === severity));
      refresh();
    } else if (subject !== undefined && link.classList.contains("cell")) {
      event.preventDefault();
      form.reset();
      at("subject").value = subject;
      at("topic").value = topic;
      refresh();
      reveal(Number(link.hash.slice(3)), true);
    } else if (link.hash && link.hash === location.hash) {
      follow();
    }
  });
  window.addEventListener("hashchange", follow);

  // On paper everything is there and open, whatever the filter.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    items.forEach(fill);
    if (list) {
      list.replaceChildren(...items.map(nodeOf));
      list.hidden = false;
    }
    opened = Array.from(document.querySelectorAll("details:not([open])"));
    opened.forEach((details) => (details.open = true));
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((details) => (details.open = false));
    if (form) show();
  });

  if (block) show();
  follow();
})();
