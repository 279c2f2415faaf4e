"use strict";
(() => {
  const root = document.documentElement;
  const KEY = "demo-report-colours";
  const CHOICES = ["", "light", "dark"];
  const NAMES = { "": "as the system", light: "light", dark: "dark" };

  // Storage may be refused, as it is to a file in some browsers: the choice is then of this page alone.
  const remembered = () => {
    try {
      const choice = localStorage.getItem(KEY);
      return CHOICES.includes(choice) ? choice : "";
    } catch {
      return "";
    }
  };
  const show = (choice) => {
    if (choice) root.dataset.theme = choice;
    else delete root.dataset.theme;
  };
  let choice = remembered();
  show(choice);

  const colours = () => {
    const button = document.getElementById("theme");
    const name = () => { button.textContent = `Colours: ${NAMES[choice]}`; };
    button.addEventListener("click", () => {
      choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length];
      show(choice);
      name();
      try {
        localStorage.setItem(KEY, choice);
      } catch { /* see above */ }
    });
    name();
    button.hidden = false;
  };

  const filters = () => {
    const tools = document.getElementById("tools");
    if (!tools) return;
    const search = document.getElementById("search");
    const table = document.getElementById("table");
    const keys = document.getElementById("keys");
    const told = document.getElementById("told");
    const boxes = [...tools.querySelectorAll("input[name=operation]")];
    const changes = [...document.querySelectorAll(".change")];
    const sections = [...document.querySelectorAll(".table")];
    const texts = new Map();
    const text = (change) => {
      if (!texts.has(change)) {
        const cells = [...change.querySelectorAll("h3, th, td, dt, dd")];
        texts.set(change, cells.map((cell) => cell.textContent).join(" ").toLowerCase());
      }
      return texts.get(change);
    };
    const visible = () => changes.filter((change) => !change.hidden);

    const apply = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const operations = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
      for (const change of changes) {
        change.hidden = !operations.has(change.dataset.op)
          || (table.value !== "" && table.value !== change.dataset.table)
          || !words.every((word) => text(change).includes(word));
      }
      // A table may have more rows than the page shows, or none of them on it: what is not here cannot be searched, but
      // without words and operations all of it is asked for.
      const all = words.length === 0 && operations.size === boxes.length;
      for (const section of sections) {
        const asked = table.value === "" || section.getAttribute("aria-labelledby") === `t${table.value}`;
        section.hidden = !(all && asked) && !section.querySelector(".change:not([hidden])");
      }
      told.textContent = `${visible().length.toLocaleString("en")} of ${told.dataset.of}`;
    };
    const step = (by) => {
      const list = visible();
      const here = document.activeElement?.closest(".change");
      const at = list.indexOf(here);
      const next = at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by;
      list[Math.min(Math.max(next, 0), list.length - 1)]?.focus();
    };

    tools.addEventListener("submit", (event) => event.preventDefault());
    tools.addEventListener("input", apply);
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape" && event.target === search) {
        search.value = "";
        apply();
        search.blur();
        return;
      }
      if (!keys.checked || event.target.matches("input:not([type=checkbox]), select")) return;
      const actions = { "/": () => search.focus(), j: () => step(1), k: () => step(-1) };
      const action = Object.hasOwn(actions, event.key) && actions[event.key];
      if (action) {
        event.preventDefault();
        action();
      }
    });
    // A link to a row or a table shows it, whatever is filtered out; also a link to where the page already is.
    const reveal = (hash) => {
      const target = document.getElementById(hash.slice(1));
      if (!target?.closest(".change[hidden], .table[hidden]")) return;
      search.value = table.value = "";
      for (const box of boxes) box.checked = true;
      apply();
      target.scrollIntoView();
    };
    window.addEventListener("hashchange", () => reveal(location.hash));
    document.addEventListener("click", (event) => {
      const link = event.target.closest('a[href^="#"]');
      if (link) reveal(link.hash);
    });
    apply();
    tools.hidden = false;
  };

  document.addEventListener("DOMContentLoaded", () => {
    colours();
    filters();
  });
})();
