// The page of plans: a tab for each size, and in each the plan as pev2 draws it.
(() => {
  const { createApp, h, ref } = Vue;
  const told = JSON.parse(document.getElementById("plans").textContent);
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const paint = (isDark) => { root.dataset.bsTheme = isDark ? "dark" : "light"; };
  // A page around this one may have been told otherwise than the browser.
  paint(told.scheme ? told.scheme === "dark" : dark.matches);
  dark.addEventListener("change", (event) => paint(event.matches));

  // A size in the address opens its tab, so that people can send a link to it.
  const named = told.sizes.findIndex((size) => `#${size.label}` === location.hash);
  const chosen = ref(named < 0 ? 0 : named);
  const choose = (place) => {
    chosen.value = place;
    // Within a frame the address is not its own to change.
    try { history.replaceState(null, "", `#${told.sizes[place].label}`); } catch { /* as it was */ }
  };

  // The page around this one cannot hear what is typed here.
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && parent !== window) parent.postMessage("close", "*");
  });

  const tab = (size, place) => h("button", {
    type: "button", role: "tab", "aria-selected": String(place === chosen.value),
    title: size.shape, onClick: () => choose(place),
  }, [`${size.label} rows`, h("small", `cost ${size.cost}${size.jit ? ", JIT" : ""}`)]);

  const tabs = () => told.sizes.flatMap((size, place) => {
    const flips = told.flips.filter((flip) =>
      place > 0 && flip.between[0] >= told.sizes[place - 1].rows && flip.between[1] <= size.rows);
    const many = flips.length;
    const words = many < 3
      ? flips.map((flip) => h("div", flip.mark))
      : [h("div", `${many} flips`), h("div", `${flips[0].mark} … ${flips[many - 1].mark}`)];
    const mark = h("span", { class: "sp-flip", title: "the plan changes here" }, words);
    return many ? [mark, tab(size, place)] : [tab(size, place)];
  });

  const flips = () => told.flips.length === 0 ? null : h("details", [
    h("summary", `where the plan flips: ${told.flips.length}`),
    h("table", told.flips.map((flip) => h("tr", [
      h("td", `between ${flip.label} rows`),
      h("td", [h("div", `from ${flip.from}`), h("div", `to ${flip.to}`)]),
    ]))),
  ]);

  const statement = () => h("details", [h("summary", "SQL"), h("pre", told.statement)]);

  const population = () => [
    told.population.unknown.length === 0 ? null : h("p", { class: "m-0" },
      `nothing is known of ${told.population.unknown.join(", ")}: taken for empty`),
    h("p", { class: "m-0" }, told.population.source
      ? `tables are as ${told.population.source} has them` : told.population.declared
      ? `sizes are rows of ${told.population.counted}; tables hold in proportion`
      : "no population is declared: every table is taken to hold as many rows"),
    h("table", Object.entries(told.population.rows).map(([table, rows]) => h("tr", [
      h("td", table), rows.map((many) => h("td", { class: "figure" }, many.toLocaleString("en"))),
    ]))),
  ];

  const terms = () => h("details", [
    h("summary", `${told.server}; tables, settings and licences`),
    population(),
    h("p", `pinned: ${Object.entries(told.settings).map(([k, v]) => `${k} = ${v}`).join(", ")}`),
    h("details", [
      h("summary", "drawn by pev2, with Vue and Bootstrap: licences"),
      h("pre", told.licences),
    ]),
  ]);

  const top = () => h("div", { class: "sp-top" }, [
    h("div", { class: "sp-line" }, [
      h("h1", told.title),
      h("button", {
        type: "button", class: "btn btn-sm btn-outline-secondary",
        onClick: () => paint(root.dataset.bsTheme !== "dark"),
      }, "light / dark"),
    ]),
    told.terms ? h("p", { class: "sp-terms" }, told.terms) : null,
    statement(),
    flips(),
    terms(),
    h("div", { class: "sp-sizes", role: "tablist" }, tabs()),
  ]);

  const plan = () => {
    const size = told.sizes[chosen.value];
    return h("div", { class: "sp-plan", role: "tabpanel" }, h(pev2.Plan, {
      key: size.rows, planSource: JSON.stringify(size.plan), planQuery: told.statement,
    }));
  };

  createApp({ render: () => [top(), plan()] }).mount("#page");
})();
