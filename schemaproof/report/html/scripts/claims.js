// The claims: filtered by status, family and text, shown where their check is open.
(() => {
  const packed = JSON.parse(byId("data").textContent);
  const form = byId("filter");
  const [text, family, result, clear] = ["text", "family", "result", "clear"].map(byId);
  const boxes = [...form.querySelectorAll("[name=status]")];
  const AT_ONCE = 200;
  const groups = [...document.querySelectorAll(".check")].map((section) => {
    const name = section.dataset.check;
    const claims = name ? packed.checks[name] : packed.notCovered;
    const words = claims.map((claim) => `${name} ${claim[0]} ${claim[2]}`.toLowerCase());
    return { section, name, claims, words, list: section.querySelector("ul"), shown: claims };
  });

  const line = ([target, status, words, address]) => {
    const name = made("bdi", {}, target || "the schema as a whole");
    const object = address ? made("a", { href: `#${address}` }, name) : name;
    return made("li", {}, icon(status),
      made("span", {}, made("span", { className: "sr" }, `${status.replace("_", " ")}: `),
        made("code", {}, object)),
      made("bdi", {}, words));
  };
  const fill = (group, from = 0) => {
    if (from === 0) group.list.replaceChildren();
    group.list.append(...group.shown.slice(from, from + AT_ONCE).map(line));
    const left = group.shown.length - from - AT_ONCE;
    if (left <= 0) return;
    const more = made("button", { type: "button", className: "quiet" }, `Show ${Math.min(left, AT_ONCE)} more of ${left}`);
    const rest = made("li", { className: "rest" }, more);
    more.addEventListener("click", () => { rest.remove(); fill(group, from + AT_ONCE); });
    group.list.append(rest);
  };
  const empty = (group) => { group.list.replaceChildren(); };

  const apply = () => {
    const wanted = text.value.trim().toLowerCase();
    const statuses = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const isOn = Boolean(wanted || statuses.size || family.value);
    let many = 0, checks = 0;
    for (const group of groups) {
      const isAsked = !family.value || group.name.startsWith(`${family.value}/`);
      group.shown = !isAsked ? [] : group.claims.filter((claim, place) =>
        (!statuses.size || statuses.has(claim[1])) && (!wanted || group.words[place].includes(wanted)));
      group.section.hidden = isOn && group.shown.length === 0;
      many += group.shown.length;
      checks += group.shown.length > 0;
    }
    for (const group of groups) {
      group.section.open = isOn && group.shown.length > 0 && (checks <= 12 || many <= 300);
      if (group.section.open) fill(group); else empty(group);
    }
    clear.hidden = !isOn;
    result.textContent = !isOn ? "" : many === 0 ? "No claim is like that."
      : `${many.toLocaleString("en")} of ${groups.reduce((sum, group) => sum + group.claims.length, 0).toLocaleString("en")} match.`;
  };

  const address = () => {
    const asked = new URLSearchParams();
    if (text.value.trim()) asked.set("text", text.value.trim());
    if (family.value) asked.set("family", family.value);
    for (const box of boxes) if (box.checked) asked.append("status", box.value);
    const hash = `${asked}` ? `#claims?${asked}` : "#claims";
    try { history.replaceState(null, "", hash); } catch { /* a frame's address stays */ }
  };
  const fromAddress = (hash) => {
    if (!hash.startsWith("#claims?")) return;
    const asked = new URLSearchParams(hash.slice("#claims?".length));
    text.value = asked.get("text") ?? "";
    family.value = asked.get("family") ?? "";
    for (const box of boxes) box.checked = asked.getAll("status").includes(box.value);
    apply();
    byId("claims").scrollIntoView();
  };

  form.hidden = false;
  byId("unlisted").hidden = true;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { apply(); address(); });
  clear.addEventListener("click", () => { form.reset(); apply(); address(); text.focus(); });
  for (const group of groups) {
    group.section.addEventListener("toggle", () => {
      if (group.section.open && !group.list.children.length) fill(group);
    });
  }
  following.push(fromAddress);
})();
