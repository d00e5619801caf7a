// Addresses: followed by hand, because a sandboxed page may not even go to a part of itself.
(() => {
  const follow = (hash) => following.forEach((one) => one(hash));
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !isPlain) return;
    event.preventDefault();
    const hash = link.getAttribute("href");
    try {
      if (hash !== location.hash) history.pushState(null, "", hash);
    } catch { /* then the address stays as it is */ }
    follow(hash);
  });
  for (const moved of ["hashchange", "popstate"]) addEventListener(moved, () => follow(location.hash));
  follow(location.hash);
})();
