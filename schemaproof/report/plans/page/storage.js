// Within a sandbox nothing may be kept, and asking for the place raises; pev2 asks.
for (const name of ["localStorage", "sessionStorage"]) {
  try { window[name].length; } catch {
    const kept = new Map();
    const storage = {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => { kept.set(key, `${value}`); },
      removeItem: (key) => { kept.delete(key); },
    };
    Object.defineProperty(window, name, { value: storage });
  }
}
