// Plans: unpacked when somebody opens one, and drawn by pev2 in a frame of its own.
(() => {
  const packed = byId("plans");
  if (!packed) return;
  const dialog = byId("plan");
  const frame = dialog.querySelector(".frame");
  let unpacked;

  const unpack = () => unpacked ??= (async () => {
    const bytes = Uint8Array.from(atob(JSON.parse(packed.textContent)), (one) => one.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  })();

  const page = (told, place) => {
    const document = { ...told.plans[place], licences: told.licences, scheme: scheme() };
    // As where it was written: an end tag in a name must not end the script.
    return told.before + JSON.stringify(document).replaceAll("<", "\\u003c") + told.after;
  };

  const open = async (button) => {
    const name = button.closest(".query").querySelector("h3 bdi").textContent;
    frame.replaceChildren(made("p", { className: "calm" }, "Unpacking…"));
    dialog.showModal();
    try {
      const srcdoc = page(await unpack(), Number(button.dataset.plan));
      frame.replaceChildren(made("iframe", { title: `Plans of ${name}`, srcdoc }));
    } catch (error) {
      frame.replaceChildren(made("p", {},
        "This browser cannot unpack the plans (", made("code", {}, `${error.name}`), "). The same page is made by ",
        made("code", {}, `schemaproof explain-plan ${JSON.stringify(name)} --html plan.html`)));
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-plan]");
    if (button) open(button);
    if (event.target.closest("[data-close]") || event.target === dialog) dialog.close();
  });
  addEventListener("message", (event) => {
    const isOurs = event.source === frame.querySelector("iframe")?.contentWindow;
    if (isOurs && event.data === "close") dialog.close();
  });
  dialog.addEventListener("close", () => frame.replaceChildren());
  for (const button of document.querySelectorAll("[data-plan]")) button.hidden = false;
})();
