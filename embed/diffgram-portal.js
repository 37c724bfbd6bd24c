// <diffgram-portal>: Diffgram Portal in a page of yours. How to use it: docs/embed.md. No dependency, no framework.
// What it says to the frame and hears from it: messages.d.ts. To one exact origin and window, both ways; no token in an address.

export const VERSION = "1.0.0";
const LONGEST = 16384; // of a message, in UTF-16 units
const HIGHEST = 4000; // of a frame, in pixels
const PATIENCE = 8000; // until a frame that says nothing counts as blocked, in milliseconds

const TARGET = ["view", "task", "file", "key", "schema", "attribute", "query", "filter"];
const IDS = ["task", "file", "schema", "attribute"];
const LOOK = ["scheme", "accent", "radius", "density", "locale", "height"];
const CHOICES = { scheme: ["auto", "light", "dark"], density: ["comfortable", "compact"], height: ["fill", "auto"] };
const OTHERS = ["src", "host", "label", "lazy"];
const TOLD = ["ready", "navigate", "task_open", "task_completed", "selection_change", "schema_applied", "height", "signed_out", "error"];

const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** The address of what is to be shown, below /embed/<host>; undefined when it is not said which. */
export function address({ view = "inbox", task, file, key, schema, attribute, query, filter }) {
  const paths = {
    inbox: "/inbox",
    next: "/next",
    explorer: "/explorer",
    task: task && `/tasks/${task}`,
    file: file ? `/files/${file}` : key && `/files/key/${encode(key)}`,
    schema: `/schemas${schema ? `/${schema}${attribute ? `/attributes/${attribute}` : ""}` : ""}`,
  };
  const path = Object.hasOwn(paths, view) && paths[view];
  const asked = [query && `q=${encode(query)}`, (filter ?? "").replace(/^\?+/, "")].filter(Boolean).join("&");
  return path ? path + (asked && `?${asked}`) : undefined;
}

const base = globalThis.HTMLElement ?? class {};
const sheet = globalThis.CSSStyleSheet && new CSSStyleSheet();
// Not an inline style: policies of host pages forbid those.
sheet?.replaceSync(`
  :host { display: block; position: relative; block-size: 640px; min-inline-size: 0; }
  :host([hidden]) { display: none; }
  iframe { display: block; inline-size: 100%; block-size: 100%; border: 0; color-scheme: auto; }
  [part="skeleton"] { position: absolute; inset: 0; padding: 24px; box-sizing: border-box; pointer-events: none; overflow: hidden; }
  i { display: block; block-size: 44px; margin-block-end: 12px; border-radius: 6px; background: #8883; animation: p 1.2s ease-in-out infinite alternate; }
  @keyframes p { to { opacity: .4; } }
  @media (prefers-reduced-motion: reduce) { i { animation: none; } }
`);

export class DiffgramPortal extends base {
  static observedAttributes = [...TARGET, ...LOOK, ...OTHERS];

  /** Set by the page: asks its own backend for a token. Called whenever the frame needs one, so each time a new one. */
  fetchToken = this.fetchToken; // it may be set before the element is known

  #frame;
  #skeleton;
  #stop; // ends all listeners of this frame
  #origin = "";
  #inside = false; // in a document: attributes are told before the element is
  #ready = false;
  #silent = false; // blocked, or said nothing for too long
  #shown; // address of what the frame shows, or was asked to
  #height = 0;
  #due = new Set(); // what attributes changed: "look", "go"

  connectedCallback() {
    // Set before the element was known, a property hides the accessor.
    for (const name of [...DiffgramPortal.observedAttributes, "fetchToken"]) {
      if (name === "fetchToken" || !Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    this.#inside = true;
    this.#begin();
  }

  disconnectedCallback() {
    this.#inside = false;
    this.#end();
  }

  // moveBefore() keeps the frame alive: nothing to do.
  connectedMoveCallback() {}

  attributeChangedCallback(name, before, now) {
    if (before === now || !this.#inside) return;
    // Also when it could not begin for want of them.
    if (name === "src" || name === "host") return this.reload();
    if (!this.#stop) return;
    if (name === "label") this.#frame.title = this.label || "Labeling";
    const what = LOOK.includes(name) ? "look" : TARGET.includes(name) ? "go" : "";
    if (!what || !this.#shown) return;
    // Several attributes that change together are one message; before the frame listens, they wait until it does.
    if (this.#ready && this.#due.size === 0) queueMicrotask(() => this.#tell());
    this.#due.add(what);
  }

  /** Shows something else: { view, task, file, key, schema, attribute, query, filter }. */
  go(target) {
    const path = address(target);
    if (!path) throw new TypeError(`diffgram-portal: go() needs a view and what it shows, for example { view: "task", task: 12 }; it got ${JSON.stringify(target)}`);
    if (!this.#frame || path === this.#shown) return;
    this.#due.delete("go");
    if (!this.#ready) return this.#load(path);
    this.#shown = path;
    this.#post({ type: "go", ...this.#target(target) });
  }

  /** Your user left or became another: the session in the frame ends, and the frame asks for a token again. */
  signOut() {
    this.#post({ type: "sign_out" });
  }

  /** Begins anew. */
  reload() {
    this.#end();
    if (this.#inside) this.#begin();
  }

  /** What this page lacks, in words for whoever builds it; empty when all is well. */
  check() {
    const found = [];
    const say = (code, words) => found.push({ code, words });
    if (!isSecureContext) say("not_secure", "This page is not https: browsers keep no session in the frame.");
    if (self.origin === "null") say("sandboxed", "This page is sandboxed without allow-same-origin: the portal cannot know it.");
    if (!this.src || !this.host) say("address", "The element needs src (the portal's origin) and host (your id in its configuration).");
    if (this.#silent) say("frame_blocked", this.#blocked());
    if (!this.fetchToken) say("no_token", "fetchToken is not set: people sign in by a window.");
    return found;
  }

  #begin() {
    const { src, host } = this;
    try {
      this.#origin = new URL(src).origin;
    } catch {
      return this.#fail("address", `diffgram-portal: src is ${JSON.stringify(src)}; write the portal's origin, for example https://portal.example.com`);
    }
    if (!/^[a-z0-9-]{1,32}$/.test(host ?? "")) return this.#fail("address", `diffgram-portal: host is ${JSON.stringify(host)}; write the id of your [[host]] in the portal's configuration`);
    if (!this.shadowRoot) {
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
      this.#skeleton = document.createElement("slot");
      this.#skeleton.name = "skeleton";
      const bones = document.createElement("div");
      bones.part = "skeleton";
      bones.append(...Array.from({ length: 8 }, () => document.createElement("i")));
      this.#skeleton.append(bones);
    }
    this.#frame = document.createElement("iframe");
    this.#frame.part = "frame";
    this.#frame.title = this.label || "Labeling";
    this.#frame.allow = "clipboard-write";
    this.shadowRoot.replaceChildren(this.#frame, this.#skeleton);
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    addEventListener("message", (event) => this.#hear(event), { signal });
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
      if (/^(frame|child|default)-src/.test(effectiveDirective) && blockedURI.startsWith(this.#origin)) this.#fail("frame_blocked", this.#blocked());
    }, { signal });
    if (!this.lazy) return this.#load();
    const near = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && (near.disconnect(), this.#shown || this.#load()), { rootMargin: "200px" });
    near.observe(this);
    signal.addEventListener("abort", () => near.disconnect());
  }

  #end() {
    this.#stop?.abort();
    this.#frame?.remove();
    this.#stop = this.#frame = this.#shown = undefined;
    this.#ready = this.#silent = false;
    this.#height = 0;
    this.#due.clear();
    this.style.removeProperty("block-size");
  }

  #load(path = address(this.#target())) {
    if (!path) return this.#fail("address", `diffgram-portal: view="${this.view}" needs to know which: task, file or key`);
    this.#frame.src = `${this.#origin}/embed/${this.host}${path}`;
    this.#shown = path;
    const late = setTimeout(() => this.#ready || this.#silent || this.#fail("frame_blocked", this.#blocked()), PATIENCE);
    this.#stop.signal.addEventListener("abort", () => clearTimeout(late));
  }

  #blocked() {
    return `diffgram-portal: the frame says nothing. This page's Content-Security-Policy needs "frame-src ${this.#origin}", and the portal's configuration a [[host]] with id "${this.host}" and origin "${location.origin}".`;
  }

  /** What is to be shown, with ids as numbers; by attributes where nothing is given. */
  #target(from = this) {
    const pairs = TARGET.map((name) => [name, IDS.includes(name) ? Number(from[name]) : from[name]]);
    return { view: "inbox", ...Object.fromEntries(pairs.filter(([, value]) => value)) };
  }

  #tell() {
    const due = new Set(this.#due);
    this.#due.clear();
    if (due.has("look")) this.#look();
    const path = due.has("go") && address(this.#target());
    if (path && path !== this.#shown) this.go(this.#target());
  }

  #look() {
    const look = {};
    for (const name of LOOK.filter((name) => this[name])) {
      const value = name === "radius" ? Math.round(this.radius) : this[name];
      // With one value that it cannot read, the frame would take nothing of the look.
      if (name === "radius" ? value >= 0 && value <= 16 : CHOICES[name]?.includes(value) ?? true) look[name] = value;
      else this.#fail("look_refused", `diffgram-portal: ${name}="${this[name]}" is not taken; write ${CHOICES[name]?.join(" or ") ?? "0 to 16"}`);
    }
    this.#post({ type: "look", ...look });
    if (this.height !== "auto") this.style.removeProperty("block-size");
  }

  #post(message) {
    this.#frame?.contentWindow?.postMessage(JSON.stringify({ diffgram_portal: 1, message }), this.#origin);
  }

  async #hear({ origin, source, data }) {
    if (origin !== this.#origin || source !== this.#frame?.contentWindow || typeof data !== "string" || data.length > LONGEST) return;
    let message;
    try {
      const { diffgram_portal: version, message: inside } = JSON.parse(data);
      if (version !== 1 || typeof inside?.type !== "string") return;
      message = inside;
    } catch {
      return;
    }
    const { type, ...detail } = message;
    if (type === "token_needed") return this.#token();
    if (!TOLD.includes(type)) return;
    if (type === "ready") {
      this.#ready = true;
      this.#silent = false;
      this.#skeleton.remove();
      this.#post({ type: "hello", element: VERSION });
      this.#due.add("look");
      this.#tell();
    }
    // Not shown after all: whatever is asked for next is asked of the frame.
    if (type === "error" && detail.code === "view_refused") this.#shown = "?";
    if (type === "navigate") this.#shown = detail.path;
    if (type === "height" && !this.#grow(detail.height)) return;
    this.#event(type.replaceAll("_", "-"), detail);
  }

  async #token() {
    const { signal } = this.#stop;
    try {
      const token = await this.fetchToken?.();
      // Asked for a frame that is gone by now.
      if (token && !signal.aborted) this.#post({ type: "token", token });
    } catch (error) {
      if (!signal.aborted) this.#fail("token_failed", `diffgram-portal: fetchToken() failed: ${error}`);
    }
  }

  /** Whether it is as high as the frame says now. A few pixels are not worth a layout. */
  #grow(height) {
    if (this.height !== "auto" || !(height > 0) || Math.abs(height - this.#height) < 4) return false;
    this.#height = Math.min(height, HIGHEST);
    this.style.blockSize = `${this.#height}px`;
    return true;
  }

  #fail(code, words) {
    if (code === "frame_blocked") this.#silent = true;
    console.warn(words);
    this.#event("error", { code, words });
  }

  #event(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

for (const name of DiffgramPortal.observedAttributes) {
  const is = name === "lazy";
  Object.defineProperty(DiffgramPortal.prototype, name, {
    configurable: true,
    enumerable: true,
    get() {
      return is ? this.hasAttribute(name) : (this.getAttribute(name) ?? undefined);
    },
    set(value) {
      if (value === undefined || value === null || value === false) this.removeAttribute(name);
      else this.setAttribute(name, is ? "" : value);
    },
  });
}

if (globalThis.customElements && !customElements.get("diffgram-portal")) customElements.define("diffgram-portal", DiffgramPortal);
