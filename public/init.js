// Starts the page: theme before the first paint, the first questions to the gateway beside the wasm, and words for when
// something stops it. No framework, no dependency.
const root = document.documentElement;

const stored = (() => {
  try {
    return localStorage.getItem("portal.theme");
  } catch {
    return null;
  }
})();
if (stored === "light" || stored === "dark") root.dataset.theme = stored;

/** Shows the crash screen; used by the page's panic hook too. Texts are set as text, never as HTML. */
window.portalCrash = (title, words, id) => {
  document.getElementById("skeleton")?.remove();
  const screen = document.getElementById("crash");
  if (!screen || !screen.hidden) return;
  if (title) document.getElementById("crash-title").textContent = title;
  if (words) document.getElementById("crash-words").textContent = words;
  if (id) document.getElementById("crash-id").textContent = id;
  screen.hidden = false;
  document.getElementById("crash-reload").addEventListener("click", () => location.reload());
  document.getElementById("crash-reload").focus();
};

// The answers that the first page needs, asked for while the wasm is on its way. The page takes them from here, once.
const path = location.pathname;
if (!path.startsWith("/signin") && path !== "/signed-out") {
  const early = (url) => fetch(url, { headers: { accept: "application/json" } });
  window.portalEarly = { "/api/session": early("/api/session") };
  if (path === "/") {
    const asked = new URLSearchParams(location.search);
    const query = new URLSearchParams();
    for (const name of ["tab", "q", "sort"]) if (asked.get(name)) query.set(name, [...asked.get(name)].slice(0, 200).join(""));
    query.set("offset", "0");
    query.set("limit", "100");
    window.portalEarly["/api/tasks"] = early(`/api/tasks?${query}`);
    window.portalEarly["/api/tasks"].catch(() => {});
  }
  window.portalEarly["/api/session"].catch(() => {});
}

const script = document.querySelector("script[data-js]");
// The chunks of the part that this address shows are fetched beside the wasm instead of after it.
const parts = { tasks: "task", files: "file", signin: "signin", schemas: "schema", changes: "schema" };
const part = parts[path.split("/")[1]];
for (const file of JSON.parse(script.dataset.chunks ?? "{}")[part] ?? []) {
  const link = document.createElement("link");
  Object.assign(link, { rel: "preload", as: "fetch", type: "application/wasm", crossOrigin: "anonymous", href: `/${file}` });
  document.head.append(link);
}
try {
  const page = await import(script.dataset.js);
  await page.default({ module_or_path: script.dataset.wasm });
  document.getElementById("skeleton")?.remove();
} catch (error) {
  console.warn("The page could not start:", error);
  const missing = typeof WebAssembly !== "object";
  window.portalCrash(
    missing ? "This browser cannot show the portal" : "The portal could not load",
    missing
      ? "It has no WebAssembly, or it is switched off. Use a current browser, or ask whoever manages this one."
      : "Check your connection and reload. If that does not help, something between you and the portal blocks WebAssembly files.",
  );
}
