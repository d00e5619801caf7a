// Light or dark, which section is in view, and what the other scripts share.
const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const told = byId("told");
const tell = (words) => { told.textContent = words; };
const made = (tag, properties = {}, ...inside) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...inside);
  return element;
};
const icon = (status) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", `icon ${status}`);
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${status}`);
  svg.append(use);
  return svg;
};
// What to do with an address within the page; each takes those that concern it.
const following = [];
// Within a sandbox there is nothing to remember anything in.
const remembered = (key, value) => {
  try {
    if (value === undefined) return localStorage.getItem(key);
    localStorage.setItem(key, value);
  } catch { /* then not */ }
  return null;
};

(() => {
  const button = byId("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    button.textContent = scheme() === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", `Switch to ${button.textContent.toLowerCase()} colours`);
  };
  const kept = remembered("schemaproof-theme");
  if (kept === "light" || kept === "dark") root.dataset.theme = kept;
  window.scheme = () => root.dataset.theme ?? (dark.matches ? "dark" : "light");
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = scheme() === "dark" ? "light" : "dark";
    remembered("schemaproof-theme", root.dataset.theme);
    paint();
  });
  dark.addEventListener("change", paint);
  paint();
})();

(() => {
  const links = new Map([...document.querySelectorAll(".contents a")]
    .map((link) => [link.hash.slice(1), link]));
  const sections = [...links.keys()].map(byId).filter(Boolean);
  const seen = new IntersectionObserver(() => {
    const line = innerHeight * 0.3;
    const passed = sections.filter((section) => section.getBoundingClientRect().top <= line);
    const isEnd = innerHeight + scrollY >= document.body.scrollHeight - 2;
    const current = isEnd ? sections.at(-1) : passed.at(-1) ?? sections[0];
    for (const [id, link] of links) {
      if (id === current.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }, { threshold: [0, 0.01, 0.1, 0.5, 1], rootMargin: "0px 0px -70% 0px" });
  sections.forEach((section) => seen.observe(section));
})();
