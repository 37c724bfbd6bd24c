// What the measurements share: a real Chromium, where the main thread's time goes frame by frame, and one line for each result.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from '@playwright/test';

import { reason } from './reasons.ts';

/** One result, as `cargo xtask bench` collects it. */
export type Result = { row: string; what: string; value: string; budget?: string; met: boolean | null; note?: string };

export const results: Result[] = [];

export const bench = (plain: Result): void => {
  const why = plain.met === false ? reason(plain.what) : '';
  const result = why ? { ...plain, note: [plain.note, why].filter(Boolean).join('. ') } : plain;
  results.push(result);
  console.log(`BENCH ${JSON.stringify(result)}`);
};

export const FOLDER = 'results/bench';

/** A number given as `--name n`. */
export const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
export const flag = (name: string): boolean => process.argv.includes(`--${name}`);
/** Texts given as `--name a,b`. */
export const texts = (name: string): string[] => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? [] : (process.argv[at + 1] ?? '').split(',');
};

export const launch = (more: string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.PORTAL_CHROMIUM ?? '/usr/bin/chromium',
    // Scrollbars are dragged here.
    ignoreDefaultArgs: ['--hide-scrollbars'],
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...more],
  });

export const sorted = (list: number[]): number[] => list.toSorted((a, b) => a - b);
export const at = (list: number[], share: number): number => {
  const all = sorted(list);
  return all.length === 0 ? Number.NaN : all[Math.min(all.length - 1, Math.ceil(share * all.length) - 1)]!;
};
export const median = (list: number[]): number => at(list, 0.5);
export const p95 = (list: number[]): number => at(list, 0.95);
export const ms = (n: number): string => `${n < 10 ? n.toFixed(1) : Math.round(n)} ms`;
export const percent = (n: number): string => `${(n * 100).toFixed(1)} %`;
export const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

export const PARTS = ['script', 'style', 'layout', 'paint', 'other'] as const;
type PartName = (typeof PARTS)[number];
/** Milliseconds of the main thread in one frame. */
export type Frame = Record<PartName, number> & { cpu: number };

type TraceEvent = { name: string; ph: string; ts: number; dur?: number; tdur?: number; pid: number; tid: number; args?: { name?: string; data?: { url?: string } } };

const PART_OF: Record<string, PartName> = {
  FunctionCall: 'script', EvaluateScript: 'script', RunMicrotasks: 'script', TimerFire: 'script', FireAnimationFrame: 'script',
  EventDispatch: 'script', 'v8.run': 'script', 'v8.callFunction': 'script', V8HandleInterrupts: 'script', MinorGC: 'script', MajorGC: 'script',
  UpdateLayoutTree: 'style', RecalculateStyles: 'style', ParseAuthorStyleSheet: 'style',
  Layout: 'layout', HitTest: 'layout',
  Paint: 'paint', PrePaint: 'paint', Layerize: 'paint', Commit: 'paint', UpdateLayer: 'paint', UpdateLayerTree: 'paint', CompositeLayers: 'paint', PaintImage: 'paint', 'Decode Image': 'paint',
};

/** Frames of the page's main thread. Work between two frames counts for the later one, as people wait for it. */
export const frames = (trace: { traceEvents: TraceEvent[] }): Frame[] => {
  const events = trace.traceEvents;
  // The page's own thread: the one that ran most tasks among the renderers' main threads.
  const mains = events.filter((e) => e.ph === 'M' && e.name === 'thread_name' && e.args?.name === 'CrRendererMain').map((e) => `${e.pid}/${e.tid}`);
  const busy = new Map<string, number>();
  for (const e of events) {
    const thread = `${e.pid}/${e.tid}`;
    if (e.name === 'BeginMainThreadFrame' || e.name === 'FireAnimationFrame') busy.set(thread, (busy.get(thread) ?? 0) + 1);
  }
  const main = mains.toSorted((a, b) => (busy.get(b) ?? 0) - (busy.get(a) ?? 0))[0];
  const mine = events.filter((e) => `${e.pid}/${e.tid}` === main);
  const tasks = mine.filter((e) => e.ph === 'X' && e.dur !== undefined).toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const ends = mine.filter((e) => e.name === 'Commit' && e.ph === 'X').map((e) => e.ts + (e.dur ?? 0)).toSorted((a, b) => a - b);
  const frames: Frame[] = ends.map(() => ({ script: 0, style: 0, layout: 0, paint: 0, other: 0, cpu: 0 }));
  // Time of each event that is not its children's, to the part it belongs to.
  const open: { end: number; part: PartName; own: number; start: number }[] = [];
  let next = 0;
  const close = (event: { start: number; part: PartName; own: number }): void => {
    while (next < ends.length && ends[next]! < event.start) next += 1;
    const frame = frames[next];
    if (frame) frame[event.part] += event.own / 1000;
  };
  const cpu: { start: number; own: number }[] = [];
  const closed: { start: number; part: PartName; own: number }[] = [];
  for (const e of tasks) {
    while (open.length > 0 && open.at(-1)!.end <= e.ts) closed.push(open.pop()!);
    const parent = open.at(-1);
    if (!parent && e.name !== 'RunTask' && e.name !== 'ThreadControllerImpl::RunTask') continue;
    const length = e.dur ?? 0;
    if (parent) parent.own -= length;
    if (!parent) {
      cpu.push({ start: e.ts, own: e.tdur ?? length });
    }
    open.push({ start: e.ts, end: e.ts + length, part: PART_OF[e.name] ?? parent?.part ?? 'other', own: length });
  }
  closed.push(...open);
  for (const event of closed.toSorted((a, b) => a.start - b.start)) close(event);
  next = 0;
  for (const task of cpu) {
    while (next < ends.length && ends[next]! < task.start) next += 1;
    const frame = frames[next];
    if (frame) frame.cpu += task.own / 1000;
  }
  // The first began before the trace did.
  return frames.slice(1);
};

export const sum = (frame: Frame): number => PARTS.reduce((all, part) => all + frame[part], 0);

/** What one action did, round by round. */
export type Run = { what: string; frames: Frame[]; gaps: number[]; idle: number[]; most: { nodes: number; rows: number } };

type Watching = { gaps: number[]; nodes: number; rows: number };
type Scope = { benchGaps?: { on: boolean; last: number } & Watching };

/** Notes the gaps between frames, and how much is in the page, until `watched`. */
const watch = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const scope = globalThis as unknown as Scope;
    const seen = { on: true, last: 0, gaps: [] as number[], nodes: 0, rows: 0 };
    scope.benchGaps = seen;
    const rows = document.getElementsByClassName('row');
    const tiles = document.getElementsByClassName('tile');
    const all = document.getElementsByTagName('*');
    let n = 0;
    const step = (now: number): void => {
      if (!seen.on) return;
      if (seen.last > 0) seen.gaps.push(now - seen.last);
      seen.last = now;
      n += 1;
      if (n % 8 === 0) {
        seen.rows = Math.max(seen.rows, rows.length + tiles.length);
        seen.nodes = Math.max(seen.nodes, all.length);
      }
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });

const watched = (page: Page): Promise<Watching> =>
  page.evaluate(() => {
    const { benchGaps } = globalThis as unknown as Scope;
    if (!benchGaps) return { gaps: [], nodes: 0, rows: 0 };
    benchGaps.on = false;
    return { gaps: benchGaps.gaps, nodes: benchGaps.nodes, rows: benchGaps.rows };
  });

const CATEGORIES = ['-*', 'toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink.user_timing', 'v8'];

/** Does something again and again, in turn with doing nothing; a trace of each, the last one kept. */
export const measured = async (browser: Browser, page: Page, what: string, rounds: number, action: (round: number) => Promise<void>): Promise<Run> => {
  mkdirSync(FOLDER, { recursive: true });
  const run: Run = { what, frames: [], gaps: [], idle: [], most: { nodes: 0, rows: 0 } };
  const file = `${what.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}.trace.json`;
  // Once before, so that code is compiled and pictures are here.
  await action(-1);
  for (let round = 0; round < rounds; round++) {
    await pause(300);
    await watch(page);
    await pause(1_000);
    run.idle.push(...(await watched(page)).gaps);
    await browser.startTracing(page, { categories: flag('profile') ? [...CATEGORIES, 'disabled-by-default-v8.cpu_profiler'] : CATEGORIES });
    await watch(page);
    await action(round);
    const seen = await watched(page);
    const trace = await browser.stopTracing();
    run.gaps.push(...seen.gaps);
    run.most = { nodes: Math.max(run.most.nodes, seen.nodes), rows: Math.max(run.most.rows, seen.rows) };
    run.frames.push(...frames(JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }));
    if (round === rounds - 1) writeFileSync(join(FOLDER, file), trace);
  }
  runs.push(run);
  return run;
};

export const runs: Run[] = [];

export const long = (gaps: number[]): number => (gaps.length === 0 ? 0 : gaps.filter((gap) => gap > 25).length / gaps.length);

/** The budget of frames (design §11), as two lines. */
export const framesLine = (row: string, run: Run, note = ''): void => {
  const sums = run.frames.map(sum);
  const [work, middle] = [p95(sums), median(sums)];
  const more = long(run.gaps) - long(run.idle);
  bench({
    row, what: `${run.what}: main thread per frame`, value: `p95 ${ms(work)} (median ${ms(middle)}, ${sums.length} frames; processor time p95 ${ms(p95(run.frames.map((frame) => frame.cpu)))})`,
    budget: '≤ 10 ms at p95', met: work <= 10, note: `script + style + layout + paint + other tasks between two commits, from a trace${note && `; ${note}`}`,
  });
  bench({
    row, what: `${run.what}: frame gaps over 25 ms`, value: `${percent(long(run.gaps))} of ${run.gaps.length}, idle ${percent(long(run.idle))} of ${run.idle.length}`,
    budget: '≤ 2 % more than idle', met: more <= 0.02, note: 'requestAnimationFrame in the page, in turn with idle rounds of the same run',
  });
};

/** Where the time of the frames goes, on average and at p95. */
export const table = (): void => {
  const cell = (text: string): string => text.padStart(9);
  console.log(`\n${'milliseconds a frame'.padEnd(46)}${[...PARTS, 'sum', 'p95', 'max', 'cpu p95', 'frames'].map(cell).join('')}`);
  for (const { what, frames } of runs) {
    const mean = (part: PartName): number => frames.reduce((all, frame) => all + frame[part], 0) / Math.max(1, frames.length);
    const sums = frames.map(sum);
    const all = sums.reduce((a, b) => a + b, 0) / Math.max(1, sums.length);
    console.log(`${what.padEnd(46)}${[...PARTS.map(mean), all, p95(sums), Math.max(...sums), p95(frames.map((frame) => frame.cpu))].map((n) => cell(n.toFixed(2))).join('')}${cell(String(frames.length))}`);
  }
};

/** What a tab holds, in bytes and pieces, after its garbage is gone. */
export type Held = { heap: number; wasm: number; nodes: number; listeners: number; documents: number; detached: number };

/** Bytes of the page's wasm memory: `noteMemory` caught it as it was made. */
const wasmMemory = async (cdp: CDPSession): Promise<number> => {
  const { result } = await cdp.send('Runtime.evaluate', { expression: '(globalThis.benchMemories ?? []).reduce((all, memory) => all + memory.buffer.byteLength, 0)' });
  return Number(result.value ?? 0);
};

/** Catches the memory of each wasm instance: the portal gives it to nobody. */
export const noteMemory = async (context: BrowserContext): Promise<void> => {
  await context.addInitScript(() => {
    const scope = globalThis as unknown as { benchMemories: unknown[] };
    scope.benchMemories = [];
    type Made = { exports?: Record<string, unknown>; instance?: { exports: Record<string, unknown> } };
    const note = (made: Made): Made => {
      for (const value of Object.values((made.instance ?? made).exports ?? {})) {
        if (value instanceof WebAssembly.Memory && !scope.benchMemories.includes(value)) scope.benchMemories.push(value);
      }
      return made;
    };
    for (const name of ['instantiate', 'instantiateStreaming'] as const) {
      const real = WebAssembly[name] as unknown as (...given: unknown[]) => Promise<Made>;
      Object.defineProperty(WebAssembly, name, { value: (...given: unknown[]) => real.apply(WebAssembly, given).then(note) });
    }
  });
};

export const held = async (cdp: CDPSession): Promise<Held> => {
  // Twice: what finalizers let go of is garbage of the second.
  for (let i = 0; i < 2; i++) {
    await cdp.send('HeapProfiler.collectGarbage');
    await pause(50);
  }
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners, documents } = await cdp.send('Memory.getDOMCounters');
  const wasm = await wasmMemory(cdp);
  await cdp.send('DOM.enable');
  const { detachedNodes } = await cdp.send('DOM.getDetachedDomNodes');
  await cdp.send('DOM.disable');
  const detached = detachedNodes.length;
  return { heap: usedSize, wasm, nodes, listeners: jsEventListeners, documents, detached };
};

export const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MB`;

export const memoryLine = async (context: BrowserContext, page: Page, what: string, nodes: number): Promise<void> => {
  const cdp = await context.newCDPSession(page);
  const now = await held(cdp);
  await cdp.detach();
  bench({
    row: 'memory', what: `tab: ${what}`, value: `${megabytes(now.heap)} JavaScript heap, ${megabytes(now.wasm)} wasm memory, ${now.nodes} DOM nodes (most while moving: ${nodes} elements), ${now.listeners} listeners`,
    met: null, note: 'after collecting garbage',
  });
};
