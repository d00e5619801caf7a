// Buttons that copy a command: as browsers did before they asked, which works in a sandbox too.
(() => {
  const byHand = (text) => {
    const field = made("textarea", { value: text, className: "sr" });
    document.body.append(field);
    field.select();
    try { return document.execCommand("copy"); } catch { return false; } finally { field.remove(); }
  };
  const copied = async (text) => {
    if (byHand(text)) return true;
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  };
  const select = (button) => {
    const range = document.createRange();
    range.selectNodeContents(button.previousElementSibling);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const done = await copied(button.dataset.copy);
    if (!done) select(button);
    button.focus();
    button.textContent = done ? "Copied" : "Selected";
    tell(done ? "Copied" : "Selected, but this browser does not let the page copy it");
    setTimeout(() => { button.textContent = "Copy"; }, 1600);
  });
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
})();
