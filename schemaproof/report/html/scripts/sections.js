// Sections that are made when they are opened, or when an address leads to them.
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

  const lead = (hash) => {
    let id = hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* as it stands */ }
    const found = id && byId(id);
    if (!found) return;
    for (let at = found; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") { at.open = true; make(at); }
      at.hidden = false;
    }
    found.scrollIntoView();
    (found.tagName === "DETAILS" ? found.querySelector("summary") : found).focus({ preventScroll: true });
  };
  following.push(lead);

  const find = byId("find");
  if (find) {
    const tables = [...document.querySelectorAll(".table")]
      .map((table) => [table, table.querySelector("h3").textContent.toLowerCase()]);
    find.parentElement.hidden = false;
    find.addEventListener("input", () => {
      const wanted = find.value.trim().toLowerCase();
      let many = 0;
      for (const [table, name] of tables) {
        table.hidden = !name.includes(wanted);
        many += !table.hidden;
      }
      tell(`${many} of ${tables.length} tables`);
    });
  }
})();
