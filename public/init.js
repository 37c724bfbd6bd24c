// Starts the page: theme and language before the first paint, the first questions to the gateway beside the wasm, and words
// for when something stops it. No framework, no dependency.
const root = document.documentElement;
const script = document.querySelector("script[data-js]");
const asked = new URLSearchParams(location.search);

const kept = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};
const theme = kept("portal.theme");
if (theme === "light" || theme === "dark") root.dataset.theme = theme;

// The language: what the address asks for, else what was chosen here, else what the browser prefers, else English.
// Each is [code, its own name, direction, file of texts]; one without a name is for testing and looks like English with other letters.
const languages = JSON.parse(script.dataset.languages ?? "[]");
const preferred = navigator.languages ?? [];
const [code, name, direction, file] =
  [asked.get("lang"), kept("portal.language"), history.state, ...preferred.flatMap((tag) => [tag, tag.split("-")[0]])]
    .map((wanted) => languages.find(([known]) => known === wanted))
    .find(Boolean) ?? ["en", "English", "ltr"];
const speak = (language, direction) => {
  root.lang = language;
  root.dir = direction;
  const locale = preferred.find((tag) => tag.split("-")[0] === language) ?? language;
  return { code: language, locale, mirrored: direction === "rtl" };
};
window.portalLanguages = languages;
window.portalWords = speak(name ? code : "en", direction);
// What is said before the wasm can: empty is the English that stands here and in index.html.
let start = {};
const words =
  file &&
  fetch(file, { signal: AbortSignal.timeout(10_000) })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
    .then((list) => {
      start = list.start;
      Object.assign(window.portalWords, { code, texts: list.texts, forms: list.forms });
    })
    // A language that does not come must not keep the page away.
    .catch(() => (window.portalWords = speak("en", "ltr")));

/** Shows the crash screen; used by the page's panic hook too. Texts are set as text, never as HTML. */
window.portalCrash = (title, words, id) => {
  document.getElementById("skeleton")?.remove();
  const screen = document.getElementById("crash");
  if (!screen || !screen.hidden) return;
  const set = (part, text) => text && (document.getElementById(`crash-${part}`).textContent = text);
  set("title", title);
  set("words", words);
  set("id", id);
  set("reload", start.reload);
  screen.hidden = false;
  document.getElementById("crash-reload").addEventListener("click", () => location.reload());
  document.getElementById("crash-reload").focus();
};

// The answers that the first page needs, asked for while the wasm is on its way. The page takes them from here, once.
// In a frame of a host app everything lives below /embed/{host}; the window in which its people sign in does not.
const frame = /^\/embed\/[^/]+(?!\/signin$)(?=\/|$)/.exec(location.pathname)?.[0] ?? "";
const path = location.pathname.slice(frame.length).replace(/^\/embed\/[^/]+\/signin$/, "/signin") || "/";
if (frame) root.dataset.frame = "";
if (!path.startsWith("/signin") && path !== "/signed-out") {
  const early = (url) => fetch(url, { headers: { accept: "application/json" } });
  const ask = (url) => (window.portalEarly[frame + url.split("?")[0]] = early(frame + url)).catch(() => {});
  window.portalEarly = {};
  ask("/api/session");
  if (frame) ask("/api/host");
  if (path === "/" || path === "/inbox") {
    const query = new URLSearchParams();
    for (const name of ["tab", "q", "sort"]) if (asked.get(name)) query.set(name, [...asked.get(name)].slice(0, 200).join(""));
    query.set("offset", "0");
    query.set("limit", "100");
    ask(`/api/tasks?${query}`);
  }
}

// The chunks of the part that this address shows are fetched beside the wasm instead of after it.
const parts = { tasks: "task", files: "file", explorer: "explorer", signin: "signin" };
const wanted = [parts[path.split("/")[1]], location.pathname.startsWith("/embed/") ? "embed" : undefined];
const chunks = JSON.parse(script.dataset.chunks ?? "{}");
for (const file of new Set(wanted.flatMap((part) => chunks[part] ?? []))) {
  const link = document.createElement("link");
  Object.assign(link, { rel: "preload", as: "fetch", type: "application/wasm", crossOrigin: "anonymous", href: `/${file}` });
  document.head.append(link);
}
try {
  const [page] = await Promise.all([import(script.dataset.js), words]);
  await page.default({ module_or_path: script.dataset.wasm });
  document.getElementById("skeleton")?.remove();
} catch (error) {
  console.warn("The page could not start:", error);
  await words;
  const missing = typeof WebAssembly !== "object";
  window.portalCrash(
    missing
      ? (start.no_wasm_title ?? "This browser cannot show the portal")
      : (start.failed_title ?? "The portal could not load"),
    missing
      ? (start.no_wasm_words ??
          "It has no WebAssembly, or it is switched off. Use a current browser, or ask whoever manages this one.")
      : (start.failed_words ??
          "Check your connection and reload. If that does not help, something between you and the portal blocks WebAssembly files."),
  );
}
