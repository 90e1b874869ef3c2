"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const list = at("list");
  const form = at("filter");
  const types = window.trustedTypes
    ? window.trustedTypes.createPolicy("auditor", { createHTML: (html) => html })
    : { createHTML: (html) => html };

  const items = list
    ? Array.from(list.children, (node, index) => {
        const [severity, kind, topic, subjects, fix] = node.dataset.x.split("|");
        return { node, index, severity, kind, topic, subjects: subjects.split(" "), fix, shown: true, text: null };
      })
    : [];

  // With many findings, what opens below them is packed: unpacked once, and put into the page as it is asked for.
  let bodies = null;
  const block = at("packed");
  const unpacked = block
    ? (async () => {
        const bytes = Uint8Array.from(atob(block.textContent), (character) => character.charCodeAt(0));
        const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
        bodies = JSON.parse(await new Response(stream).text());
        block.remove();
        items.forEach((item) => {
          if (item.node.firstElementChild.open) fill(item);
        });
        refresh();
      })()
    : Promise.resolve();
  unpacked.then(() => setTimeout(() => readAhead(0), 50));

  function fill(item) {
    if (bodies === null || bodies[item.index] === null) return;
    item.text ??= textOf(item);
    const template = document.createElement("template");
    template.innerHTML = types.createHTML(bodies[item.index]);
    bodies[item.index] = null;
    item.node.firstElementChild.append(template.content);
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

  const entities = { amp: "&", lt: "<", gt: ">", "#34": '"', "#39": "'" };
  function textOf(item) {
    const body = bodies === null ? null : bodies[item.index];
    const inside = (body ?? "").replace(/<[^>]*>/g, " ").replace(/&(amp|lt|gt|#34|#39);/g, (_, name) => entities[name]);
    return `${item.node.textContent} ${inside}`.toLowerCase();
  }

  function chosen(name) {
    return new Set(Array.from(form.querySelectorAll(`[name="${name}"]:checked`), (box) => box.value));
  }

  function holds(item, words) {
    // Before all is unpacked, what is read is not kept.
    const text = item.text ?? textOf(item);
    if (!block || bodies !== null) item.text = text;
    return words.every((word) => text.includes(word));
  }

  // All is read ahead while nothing else is to be done, so that the first search is as quick as the others.
  function readAhead(from) {
    const until = Math.min(from + 100, items.length);
    for (let place = from; place < until; place += 1) items[place].text ??= textOf(items[place]);
    if (until < items.length) setTimeout(() => readAhead(until));
  }

  function refresh() {
    if (!form) return;
    const words = at("query").value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = chosen("severity");
    const kinds = chosen("kind");
    const topic = at("topic").value;
    const subject = at("subject").value;
    const fix = at("fix").value;
    let count = 0;
    for (const item of items) {
      const fits =
        (!severities.size || severities.has(item.severity)) &&
        (!kinds.size || kinds.has(item.kind)) &&
        (!topic || item.topic === topic) &&
        (!subject || item.subjects.includes(subject)) &&
        (!fix || item.fix === fix) &&
        (!words.length || holds(item, words));
      if (fits) count += 1;
      if (fits !== item.shown) {
        item.node.hidden = !fits;
        item.shown = fits;
      }
    }
    at("status").textContent = `${count} of ${items.length} findings`;
    at("none").hidden = count > 0;
    list.hidden = count === 0;
  }

  function clear() {
    form.reset();
    refresh();
  }

  async function reveal(number, only) {
    const item = items[number - 1];
    if (!item) return;
    await unpacked;
    if (!item.shown && !only) clear();
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

  async function setAll(open) {
    await unpacked;
    for (const item of items) {
      if (!item.shown) continue;
      if (open) fill(item);
      item.node.firstElementChild.open = open;
    }
  }

  if (form) {
    form.hidden = false;
    form.addEventListener("input", refresh);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(refresh));
    at("open-all").addEventListener("click", () => setAll(true));
    at("close-all").addEventListener("click", () => setAll(false));
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

  // On paper everything is open, whatever the filter.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    items.forEach(fill);
    opened = Array.from(document.querySelectorAll("details:not([open])"));
    opened.forEach((details) => (details.open = true));
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((details) => (details.open = false));
  });

  follow();
})();
