// Starts the page: theme and language before the first paint, the first questions to the gateway beside the wasm, rows that can
// be read before the wasm runs, and words for when something stops it. No framework, no dependency.
const root = document.documentElement;
const script = document.querySelector("script[data-js]");
const asked = new URLSearchParams(location.search);
const told = (name, otherwise) => JSON.parse(script.dataset[name] ?? otherwise);

const kept = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};
const theme = kept("portal.theme");
if (theme === "light" || theme === "dark") root.dataset.theme = theme;
const compact = kept("portal.density") === "compact";
if (compact) root.dataset.density = "compact";

// The language: what the address asks for, else what was chosen here, else what the browser prefers, else English.
// Each is [code, its own name, direction, file of texts]; one without a name is for testing and looks like English with other letters.
const languages = told("languages", "[]");
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
const say = (id, text) => {
  const element = document.getElementById(id);
  if (element && text) element.textContent = text;
};
// What is said before the wasm can: empty is the English that stands here and in index.html.
let start = {};
const words =
  file &&
  fetch(file, { signal: AbortSignal.timeout(10_000) })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
    .then((list) => {
      start = list.start;
      say("slow-words", start.failed_words);
      say("slow-reload", start.reload);
      Object.assign(window.portalWords, { code, texts: list.texts, forms: list.forms });
    })
    // A language that does not come must not keep the page away.
    .catch(() => (window.portalWords = speak("en", "ltr")));

/** Shows the crash screen; used by the page's panic hook too. Texts are set as text, never as HTML. */
window.portalCrash = (title, words, id) => {
  document.getElementById("skeleton")?.remove();
  const screen = document.getElementById("crash");
  if (!screen || !screen.hidden) return;
  say("crash-title", title);
  say("crash-words", words);
  say("crash-id", id);
  say("crash-reload", start.reload);
  screen.hidden = false;
  document.getElementById("crash-reload").addEventListener("click", () => location.reload());
  document.getElementById("crash-reload").focus();
};

// The answers that the first page needs, asked for while the wasm is on its way. The page takes them from here, once, if it
// asks for the same address. For "My tasks" the gateway has told the browser before (`Link`), so they are on their way already.
// In a frame of a host app everything lives below /embed/{host}; the window in which its people sign in does not.
const frame = /^\/embed\/[^/]+(?!\/signin$)(?=\/|$)/.exec(location.pathname)?.[0] ?? "";
const path = location.pathname.slice(frame.length).replace(/^\/embed\/[^/]+\/signin$/, "/signin") || "/";
const [, area, id] = path.split("/");
const early = (window.portalEarly = {});
const ask = (url) => {
  const answer = (early[frame + url] = fetch(frame + url));
  answer.catch(() => {});
  return answer;
};
const encoded = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
const cut = (name, length) => [...(asked.get(name) ?? "")].slice(0, length).join("");
const one = (name, all) => (all.includes(asked.get(name)) ? asked.get(name) : all[0]);
const TABS = ["todo", "sent_back", "in_review", "done", "all"];
const SORTS = ["newest", "oldest", "due", "-due", "name", "-name", "job", "-job", "dataset", "-dataset", "status", "-status", "created", "-created"];
const tab = one("tab", TABS);
const sort = one("sort", SORTS);
const everyone = asked.get("whose") === "everyone";
// As the page writes them into its address and asks by them; what makes no sense the page leaves out and asks again.
const filters = ["project", "job", "dataset", "label", "kind", "status", "due", "age", "issues"].filter((name) => asked.get(name));
const filtered = filters.map((name) => `&${name}=${encoded(asked.get(name))}`).join("");
const zone = asked.get("due") || asked.get("age") ? `&tz=${encoded(new Intl.DateTimeFormat().resolvedOptions().timeZone)}` : "";
if (frame) root.dataset.frame = "";
let list;
if (area !== "signin" && area !== "signed-out") {
  const session = ask("/api/session");
  if (frame) ask("/api/host");
  if (!area || area === "inbox") {
    const whose = everyone ? "&whose=everyone" : "";
    const tasks = ask(`/api/tasks?tab=${tab}&q=${encoded(cut("q", 200))}&sort=${sort}${whose}${filtered}${zone}&offset=0&limit=100`);
    // With filters the page says first which.
    if (!frame && !filtered) list = [session, tasks];
  }
  if (/^[1-9]\d*$/.test(id) && (area === "tasks" || area === "files")) ask(`/api/${area}/${id}`);
  if (area === "explorer") ask(`/api/files?q=${encoded(cut("q", 4_001).trim())}&offset=0&limit=60`);
}

// Each part of the page names its files: wasm, and styles, whose links wait in index.html. The files of the part that this
// address shows are fetched beside the wasm instead of after it.
const parts = { tasks: "task", files: "file", explorer: "explorer", signin: "signin", schemas: "schema", changes: "schema", reading: "schema", jobs: "schema", next: "next", go: "links", open: "links" };
const chunks = told("chunks", "{}");
const styled = {};
const style = (file) =>
  (styled[file] ??= new Promise((done, failed) => {
    const old = document.querySelector(`link[href="/${file}"]`);
    // A link that failed once does not try again: another one takes its place, and so its rank.
    const link = old.cloneNode();
    link.rel = "stylesheet";
    link.onload = done;
    link.onerror = () => {
      delete styled[file];
      failed(new Error(`${file} did not come`));
    };
    old.replaceWith(link);
  }));
const isStyle = (file) => file.endsWith(".css");
/** Fetches the styles of a part; used by the page before it shows the part. */
window.portalStyles = (part) => Promise.all((chunks[part] ?? []).filter(isStyle).map(style));
const wanted = [parts[area], filtered && (!area || area === "inbox") ? "filters" : undefined, location.pathname.startsWith("/embed/") ? "embed" : undefined];
for (const file of new Set(wanted.flatMap((part) => chunks[part] ?? []))) {
  if (isStyle(file)) {
    style(file).catch(() => {});
    continue;
  }
  const link = document.createElement("link");
  Object.assign(link, { rel: "preload", as: "fetch", type: "application/wasm", crossOrigin: "anonymous", href: `/${file}` });
  document.head.append(link);
}

// "My tasks", readable before the wasm runs: what the page will draw of the same answers, of the same size at the same place,
// with real links. What somebody does in it meanwhile is handed over.
const known = told("early", "null");
const make = (tag, attributes, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== undefined));
  return element;
};
const controls = (shell) => [...(shell?.querySelectorAll("a, button, input, select, .rows") ?? [])];
let clicked, running;

const paint = (session, list) => {
  const { locale, texts, mirrored } = window.portalWords;
  const t = (key) => texts?.[known[key][0]] ?? known[key][1];
  const number = (n) => new Intl.NumberFormat(locale).format(n);
  const isolated = (text) => (mirrored ? `\u2068${text}\u2069` : text);
  const bdi = (text) => make("bdi", {}, text);
  const page = (href, key, ...more) => make("a", { class: "nav-link", href, "aria-current": href === "/" ? "page" : undefined }, t(key), ...more);
  const isAdmin = session.projects.some(({ role }) => role === "admin");
  const name = session.name;
  const initials = name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => [...word][0].toUpperCase()).join("");
  const nav = make("nav", { class: "nav", "aria-label": t("app.navigation") },
    make("a", { class: "brand", href: "/" }, make("i", { "aria-hidden": "true" }, ([...session.brand][0] ?? "").toUpperCase()), make("span", {}, session.brand)),
    make("div", { class: "nav-links" },
      page("/", "inbox.title", make("small", { class: "num quiet" }, asked.get("q") || everyone ? "" : number(list.counts.todo))),
      page("/explorer", "explorer.title"), ...(isAdmin ? [page("/jobs", "jobs.title"), page("/schemas", "schema.title")] : [])),
    make("span", { class: "grow" }),
    make("div", { class: "bell" },
      make("button", { type: "button", class: "nav-link", "aria-expanded": "false" }, make("i", { "aria-hidden": "true" }), make("span", {}, t("news.title")), make("small", { class: "num" }))),
    make("div", { class: "menu" },
      make("button", { type: "button", "aria-expanded": "false" }, make("span", { class: "face", "aria-hidden": "true" }, initials), make("span", {}, bdi(name)))));
  const search = make("input", { type: "search", maxlength: "200", autocomplete: "off", spellcheck: "false", placeholder: t("inbox.search_hint"), "aria-label": t("inbox.search") });
  search.value = cut("q", 200);
  const order = make("select", { "aria-label": t("inbox.sort") },
    ...SORTS.map((value) => make("option", { value }, t(`inbox.sort_${value.replace(/^-(.*)/, "$1_back")}`))));
  order.value = sort;
  const switched = (key, on) => make("button", { type: "button", "aria-pressed": String(on) }, t(key));
  const head = make("header", { class: "inbox-head" }, make("h1", {}, t(everyone ? "inbox.title_everyone" : "inbox.title")),
    make("span", { class: "live old" }, t("inbox.connecting")),
    isAdmin ? make("div", { class: "seg whose", role: "group", "aria-label": t("inbox.whose") }, switched("inbox.mine", !everyone), switched("inbox.everyone", everyone)) : undefined,
    make("span", { class: "grow" }),
    make("div", { class: "search" }, search, make("kbd", { "aria-hidden": "true" }, "/")), order,
    make("button", { type: "button", class: "btn filters-button", "aria-haspopup": "dialog" }, t("inbox.filters"), make("small", { class: "num" })));
  const next = make("section", { class: "up-next", "aria-label": t("next.title") }, make("strong", {}, t("next.title")), make("p", {}),
    make("button", { type: "button", class: "btn quietly", "aria-expanded": "false" }, make("span", {}, t("next.progress"))),
    make("button", { type: "button", class: "btn primary" }, t("next.take"), make("kbd", { "aria-hidden": "true" }, "n")));
  const tabs = make("div", { class: "tabs", role: "tablist", "aria-label": t("inbox.title") },
    ...TABS.map((value) =>
      make("button", { type: "button", role: "tab", "aria-selected": String(value === tab) }, t(`inbox.tab_${value}`), make("small", { class: "num" }, number(list.counts[value])))));
  const place = make("input", { type: "text", class: "num", inputmode: "numeric", autocomplete: "off", maxlength: "12", "aria-label": t("inbox.row") });
  place.value = number(1);
  const line = make("div", { class: "tabs-line" }, tabs, make("span", { class: "grow" }),
    make("form", { class: "position" }, make("label", {}, t("inbox.row")), place, make("span", { class: "num" }, t("inbox.row_of").replace("{total}", () => isolated(number(list.total))))),
    make("button", { type: "button", class: "btn quietly density", "aria-label": t("inbox.compact"), "aria-pressed": String(compact) }, make("i", { "aria-hidden": "true" }, "≡")));
  line.querySelector("form").addEventListener("submit", (event) => event.preventDefault());

  const units = [[31_557_600, "year"], [2_629_800, "month"], [604_800, "week"], [86_400, "day"], [3_600, "hour"], [60, "minute"]];
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "long" });
  const ago = (at) => {
    const seconds = Math.max((Date.now() - Date.parse(at)) / 1000, 0);
    const [length, unit] = units.find(([length]) => seconds >= length) ?? [Infinity, "second"];
    return relative.format(-Math.floor(seconds / length), unit);
  };
  const until = ({ due, status }) => {
    if (!due) return undefined;
    const day = (at) => new Date(at).setHours(0, 0, 0, 0);
    const late = status !== "complete" && Date.parse(due) < Date.now();
    const words = late ? t("inbox.overdue") : relative.format(Math.round((day(due) - day(Date.now())) / 86_400_000), "day");
    return make("time", { dir: "auto", datetime: due, class: late ? "late" : undefined }, words);
  };
  const heads = [["what", "name", "name"], ["job-cell", "job", "job"], ["dataset-cell", "dataset", "dataset"], ["status-cell", "status", "status"], ["due-cell", "due", "due"], ["age-cell", "updated", "newest"]];
  const columns = make("div", { class: "columns", role: "row" }, make("div", { role: "presentation" }),
    ...heads.map(([kind, name, first]) => {
      const on = sort.replace("-", "") === first || (first === "newest" && sort === "oldest");
      const up = sort === "oldest" || (sort !== "newest" && !sort.startsWith("-"));
      return make("div", { role: "columnheader", class: kind, "aria-sort": on ? (up ? "ascending" : "descending") : undefined },
        make("button", { type: "button" }, t(`inbox.column_${name}`)));
    }),
    make("div", { role: "presentation", class: "open-cell", "aria-hidden": "true" }, make("span", { class: "btn" }, t("inbox.open")), make("span", { class: "btn quietly more" }, "⋯")));
  const status = ({ status, part }) => {
    const mine = part !== "assignee" && (status === "review_requested" || status === "in_review");
    const kind = mine || ["created", "available", "in_progress"].includes(status) ? " todo" : { requires_changes: " back", complete: " done" }[status] ?? "";
    const key = `status.${mine ? "to_review" : status}`;
    return make("span", { class: `pill${kind}` }, known[key] ? t(key) : status);
  };
  const height = compact ? 40 : 60;
  const row = (task, index) => {
    const cell = (kind, ...inside) => make("div", { role: "gridcell", class: kind }, ...inside);
    const { file, job, dataset, updated, open_issues: issues } = task;
    const href = `/tasks/${task.id}`;
    const opens = t("inbox.opens").replace("{name}", () => isolated(file.name));
    const link = `${session.diffgram}/task/${task.id}`;
    const links = t("links.of").replace("{name}", () => isolated(file.name));
    const row = make("div", { class: "row", role: "row", "aria-rowindex": index + 1 },
      cell("thumb-cell", make("div", { class: "thumb" }), make("input", { type: "checkbox", class: "pick", tabindex: "-1", "aria-label": t("inbox.select").replace("{name}", () => isolated(file.name)) })),
      cell("what", make("a", { class: "name", href, title: file.name, tabindex: "-1" }, bdi(file.name)),
        everyone ? make("bdi", { class: "who" }, task.assignees?.join(", ") || t("inbox.nobody")) : undefined,
        issues ? make("small", { class: "issues" }, number(issues)) : undefined),
      cell("job-cell where", bdi(job.name)),
      cell("dataset-cell where", dataset ? bdi(dataset.name) : ""),
      cell("status-cell", status(task)),
      cell("due-cell age", until(task) ?? ""),
      cell("age-cell age", make("time", { dir: "auto", datetime: updated }, ago(updated))),
      cell("open-cell", make("a", { class: "btn", href: session.diffgram_login ? `/open?to=${encoded(link)}` : link, target: "_blank", rel: "noopener", title: opens },
        make("span", { class: "label" }, t("inbox.open")), make("i", { "aria-hidden": "true" }, "↗")),
        make("button", { type: "button", class: "btn quietly more", "aria-haspopup": "dialog", "aria-label": links, title: links }, "⋯")));
    row.style.transform = `translateY(${index * height}px)`;
    row.addEventListener("click", ({ target }) => target.closest("a, button, .pick") ?? location.assign(href));
    return row;
  };
  const canvas = make("div", { class: "canvas", role: "presentation" }, ...list.rows.slice(0, Math.ceil(innerHeight / height) + 8).map(row));
  canvas.style.height = `${list.total * height}px`;
  const shell = make("div", { class: "shell" }, nav,
    make("main", { class: "main" }, make("div", {}), head, next, line, make("div", { class: "filter-place" }),
      make("section", { class: "list", "aria-label": t("inbox.list") }, make("div", { class: "rows", role: "grid", tabindex: "0", "aria-label": t("inbox.list") }, columns, canvas))));
  // A button has to wait for the page; it is pressed then.
  shell.addEventListener("click", ({ target }) => (clicked = target.closest("button, .pick") ?? clicked));
  const skeleton = document.getElementById("skeleton");
  if (!skeleton) return;
  skeleton.querySelector(".shell").replaceWith(shell);
};

/** The page shows something of its own: what stood in its place goes, in the same frame, and the page takes over what was done in it. */
window.portalShown = () => {
  const skeleton = document.getElementById("skeleton");
  if (!skeleton) return;
  const before = controls(skeleton.querySelector(".shell"));
  const { activeElement: focused } = document;
  const scrolled = skeleton.querySelector(".rows")?.scrollTop;
  skeleton.remove();
  if (before.length === 0) return;
  const after = controls(document.querySelector(".shell"));
  const twin = (element) => {
    const found = after[before.indexOf(element)];
    return found?.tagName === element?.tagName && found?.className === element?.className ? found : undefined;
  };
  for (const element of before) {
    const [now, event] = [twin(element), { INPUT: "input", SELECT: "change" }[element.tagName]];
    if (!event || !now || now.value === element.value) continue;
    now.value = element.value;
    now.dispatchEvent(new Event(event, { bubbles: true }));
  }
  const rows = twin(before.find(({ className }) => className === "rows"));
  if (rows && scrolled) rows.scrollTop = scrolled;
  twin(focused)?.focus({ preventScroll: true });
  if (focused?.tagName === "INPUT") twin(focused)?.setSelectionRange(focused.selectionStart, focused.selectionEnd);
  twin(clicked)?.click();
};

// This file does not wait for the rest of the document, nor for styles.
const parsed = document.readyState !== "loading" || new Promise((done) => document.addEventListener("DOMContentLoaded", done));
const readable = async ([session, tasks]) => {
  // Copies: the page reads the answers themselves.
  const json = (answer) => (answer.ok ? answer.clone().json() : Promise.reject(answer.status));
  const [person, list] = await Promise.all([session.then(json), tasks.then(json), words, parsed]);
  // The page draws it in a moment: twice would only take longer.
  if (running) return;
  // Whatever else the page has to say, it says itself.
  const { complete, diffgram_up } = list.freshness;
  if (person.account === "known" && !person.seen_by && complete && diffgram_up && list.rows.length > 0) paint(person, list);
};
if (list && known) readable(list).catch((error) => error instanceof Error && console.warn("The list waits for the page:", error));

try {
  const [page] = await Promise.all([import(script.dataset.js), words, parsed]);
  await page.default({ module_or_path: script.dataset.wasm });
  running = true;
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
