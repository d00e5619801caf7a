// Sections that are made when they are opened, and addresses that open what they lead to.
(() => {
  const make = (section) => {
    const later = section.querySelector(":scope > script.later");
    if (!later) return;
    // The template has escaped every name, and the policy lets nothing in it run.
    later.insertAdjacentHTML("afterend", later.textContent);
    later.remove();
  };
  document.addEventListener("toggle", (event) => {
    if (event.target.open) make(event.target);
  }, true);

  const lead = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* as it stands */ }
    const found = id && byId(id);
    if (!found) return;
    for (let at = found; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") { at.open = true; make(at); }
    }
    found.scrollIntoView();
    (found.tagName === "DETAILS" ? found.querySelector("summary") : found).focus({ preventScroll: true });
  };
  addEventListener("hashchange", lead);
  // The same address twice is no change, but who follows it wants to get there.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) lead();
  });
  addEventListener("DOMContentLoaded", lead);
  if (document.readyState !== "loading") queueMicrotask(lead);
})();
