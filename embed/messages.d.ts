// Written from crates/model/src/embed.rs. Do not edit.

/** What a frame shows. */
export type View = "inbox" | "next" | "task" | "file" | "explorer" | "schema";

/** How it looks. */
export type Look = { 
/**
 * Light, dark, or as the browser says.
 */
scheme?: Scheme, 
/**
 * The colour of what can be pressed, `#rrggbb`. Too little contrast is put right (EMB-21).
 */
accent?: string, 
/**
 * How round corners are, in pixels, 0 to 16.
 */
radius?: number, 
/**
 * How much stands in a row's height.
 */
density?: Density, 
/**
 * The language, as in `lang`: `en`, `de`.
 */
locale?: string, 
/**
 * Who decides how high the frame is.
 */
height?: HeightMode, };

/** Light or dark. */
export type Scheme = "auto" | "light" | "dark";

/** How much stands in a row's height. */
export type Density = "comfortable" | "compact";

/** Who decides how high the frame is. */
export type HeightMode = "fill" | "auto";

/** A page of the frame, by what it shows. */
export type Go = { 
/**
 * What is shown.
 */
view: View, 
/**
 * Which task.
 */
task?: number, 
/**
 * Which file, by its id.
 */
file?: number, 
/**
 * Which file, by the key of the host app: its exact name in Diffgram.
 */
key?: string, 
/**
 * Which schema.
 */
schema?: number, 
/**
 * Which of its attributes.
 */
attribute?: number, 
/**
 * The search in "my tasks", the query in the explorer.
 */
query?: string, 
/**
 * More of the page's address, as it stands behind its `?`: `tab=done&job=12`.
 */
filter?: string, };

/** What can go wrong. */
export type ErrorCode = "token_refused" | "cookies_blocked" | "popup_blocked" | "storage_blocked" | "view_refused" | "look_refused" | "frame_blocked" | "token_failed" | "address";

/** From the frame to the page around it. */
export type FromFrame = { "type": "ready" } | { "type": "token_needed" } | { "type": "navigate", 
/**
 * Path below `/embed/<host>`, with query.
 */
path: string, } | { "type": "task_open", 
/**
 * Which.
 */
task: number, } | { "type": "task_completed", 
/**
 * Which.
 */
task: number, } | { "type": "selection_change", 
/**
 * Tasks, the first [`MAX_SELECTED`].
 */
tasks: number[], 
/**
 * Files, the first [`MAX_SELECTED`].
 */
files: number[], 
/**
 * How many there are in all.
 */
total: number, } | { "type": "schema_applied", 
/**
 * Which.
 */
schema: number, 
/**
 * The number of its version now.
 */
version: number, } | { "type": "height", 
/**
 * Pixels.
 */
height: number, } | { "type": "signed_out" } | { "type": "error", 
/**
 * One of [`ErrorCode`], as text.
 */
code: ErrorCode, };

/** From the page around to the frame. */
export type ToFrame = { "type": "token", 
/**
 * Opaque; good once, for 60 seconds.
 */
token: string, } | { "type": "sign_out" } | { "type": "hello", 
/**
 * Its version.
 */
element: string, } | { "type": "look" } & Look | { "type": "go" } & Go;
