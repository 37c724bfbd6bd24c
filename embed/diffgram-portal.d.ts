// Types of <diffgram-portal>. What is said between the element and its frame: messages.d.ts.
import type { ErrorCode, FromFrame, Go, Look } from "./messages.d.ts";

export type { Density, ErrorCode, FromFrame, Go, HeightMode, Look, Scheme, ToFrame, View } from "./messages.d.ts";

/** What a message says besides its type. */
type Told<T extends FromFrame["type"]> = Omit<Extract<FromFrame, { type: T }>, "type">;

/** Events of the element; each bubbles, and crosses shadow roots. */
export interface DiffgramPortalEventMap {
  ready: CustomEvent<Told<"ready">>;
  navigate: CustomEvent<Told<"navigate">>;
  "task-open": CustomEvent<Told<"task_open">>;
  "task-completed": CustomEvent<Told<"task_completed">>;
  "selection-change": CustomEvent<Told<"selection_change">>;
  "schema-applied": CustomEvent<Told<"schema_applied">>;
  height: CustomEvent<Told<"height">>;
  "signed-out": CustomEvent<Told<"signed_out">>;
  /** `words` only where the element itself found it. */
  error: CustomEvent<{ code: ErrorCode; words?: string }>;
}

/** What is shown; ids may be text, as attributes are. */
export type Target = { [K in keyof Go]: Go[K] extends number | undefined ? number | string | undefined : Go[K] };

/** What the page lacks. */
export interface Lack {
  code: "not_secure" | "sandboxed" | "address" | "frame_blocked" | "no_token";
  words: string;
}

/** Version of the element. */
export declare const VERSION: string;
/** The address of what is to be shown, below `/embed/<host>`; `undefined` when it is not said which. */
export declare function address(target: Partial<Target>): string | undefined;

export declare class DiffgramPortal extends HTMLElement implements Partial<Omit<Look, "radius">> {
  /** The portal's origin: `https://portal.example.com`. */
  src: string | undefined;
  /** The id of this app's `[[host]]` in the portal's configuration. */
  host: string | undefined;
  /** Title of the frame, for people who hear it; "Labeling" without it. */
  label: string | undefined;
  /** Starts when it comes near the screen. */
  lazy: boolean;
  view: Go["view"] | undefined;
  task: number | string | undefined;
  file: number | string | undefined;
  key: string | undefined;
  schema: number | string | undefined;
  attribute: number | string | undefined;
  query: string | undefined;
  filter: string | undefined;
  scheme: Look["scheme"];
  accent: string | undefined;
  radius: number | string | undefined;
  density: Look["density"];
  locale: string | undefined;
  height: Look["height"];
  /** Asks your own backend for a token: each time a new one. Without it people sign in by a window. */
  fetchToken: (() => Promise<string | undefined> | string | undefined) | undefined;
  /** Shows something else. Throws `TypeError` when it is not said which. */
  go(target: Target): void;
  /** Your user left or became another: the session in the frame ends. */
  signOut(): void;
  /** Begins anew. */
  reload(): void;
  /** What this page lacks; empty when all is well. */
  check(): Lack[];
  addEventListener<K extends keyof DiffgramPortalEventMap>(type: K, listener: (this: DiffgramPortal, event: DiffgramPortalEventMap[K]) => unknown, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "diffgram-portal": DiffgramPortal;
  }
}
