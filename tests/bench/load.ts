// How long a cold load takes until the list can be used, against a page without a framework that asks the same questions.
// In tests/: `node bench/run.mjs load.ts`, with PORTAL_CHROMIUM, PORTAL_DEMO and PORTAL_GATEWAY as for the journeys.
// Prints tables for people on stderr and one line `BENCH {…}` a result on stdout.
import { mkdirSync, readFileSync } from 'node:fs';
import { type Browser, type BrowserContext, type CDPSession, type Page, chromium } from 'playwright';

import { Demo } from '../support/demo.ts';
import { option } from './measure.ts';

const ROUNDS = option('rounds', 9);
const TASKS = option('tasks', 10_000);
/** Rows with text that make a list usable. */
const ROWS = 20;
const RESULTS = 'results/bench';
/** As in the journeys; `disable-quic` and the rest keep the browser from talking by itself. */
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

type Line = { name: string; delay?: number; rate?: number };
/** Round trip in milliseconds, bytes a second each way. */
const LINES: Line[] = [{ name: 'no throttling' }, { name: '40 ms round trip, 10 Mbit/s', delay: 40, rate: 10e6 / 8 }];

// The floor page: no framework, no styles to speak of, one script of less than 1 KB that asks what the portal asks.
const SCRIPT = `const ask=(u)=>fetch(u,{headers:{accept:"application/json"}}).then((a)=>a.json());
Promise.all([ask("/api/session"),ask("/api/tasks?offset=0&limit=100")]).then(([me,list])=>{
const link=(c,h,t)=>{const a=document.createElement("a");a.className=c;a.href=h;a.textContent=t;return a};
document.body.append(...list.rows.slice(0,50).map((t)=>{const row=document.createElement("p");row.className="row";
row.append(link("name","/tasks/"+t.id,t.file.name)," ",t.job.name," ",t.status," ",t.updated," ",link("btn",me.diffgram+"/task/"+t.id,"Open"));return row}))});`;
const FLOOR = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Floor</title><h1>My tasks</h1><script type="module">${SCRIPT}</script>`;
if (SCRIPT.length > 1024) throw new Error('the floor page is more than it says');

type Sample = { paint: number; text: number; usable: number; whole: number; bytes: number; requests: number; heap: number; nodes: number };
type Place = { name: string; path: string; floor: boolean };
const PORTAL: Place = { name: 'portal', path: '/', floor: false };
const FLOOR_PAGE: Place = { name: 'floor', path: '/floor', floor: true };

/** Runs in the page: writes down when the list can be used, and when nothing of the start is left. */
const watch = (rows: number): void => {
  const marks = { usable: 0, whole: 0 };
  Object.assign(globalThis, { marks });
  const full = (row: Element): boolean =>
    Boolean(row.querySelector('a.name[href]')?.textContent?.trim() && row.querySelector('a.btn[href]')?.textContent?.trim());
  // After the frame in which it is drawn.
  const drawn = (name: 'usable' | 'whole'): void => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => (marks[name] ||= performance.now());
    port2.postMessage(0);
  };
  const look = (): void => {
    const list = document.querySelectorAll('.row');
    const there = list.length >= rows && Array.prototype.slice.call(list, 0, rows).every(full);
    if (there && !marks.usable) drawn('usable');
    if (there && !document.getElementById('skeleton')) return drawn('whole');
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
};

const median = (numbers: number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const bench = (line: { row: string; what: string; value: string; budget?: string; met: boolean | null; note: string }): void =>
  console.log(`BENCH ${JSON.stringify(line)}`);

class Bench {
  readonly browser: Browser;
  readonly portal: string;
  readonly state: Awaited<ReturnType<BrowserContext['storageState']>>;

  constructor(browser: Browser, portal: string, state: Bench['state']) {
    this.browser = browser;
    this.portal = portal;
    this.state = state;
  }

  static async start(browser: Browser, demo: Demo): Promise<Bench> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(demo.world.portal);
    await page.getByRole('button', { name: 'Ana Lima' }).click();
    await page.waitForURL((url) => url.origin === demo.world.portal && !url.pathname.startsWith('/signin'));
    // The demo reads its tasks by and by: what is measured is the list once all are there.
    for (;;) {
      const answer = await page.request.get(`${demo.world.portal}/api/tasks?tab=all&offset=0&limit=1`);
      const { total, freshness } = (await answer.json()) as { total: number; freshness: { complete: boolean } };
      if (total >= TASKS && freshness.complete) break;
      await page.waitForTimeout(500);
    }
    const state = await context.storageState();
    await context.close();
    return new Bench(browser, demo.world.portal, state);
  }

  /** A new profile with nothing in its caches, on that line. */
  async open(line: Line): Promise<{ context: BrowserContext; page: Page; cdp: CDPSession }> {
    const context = await this.browser.newContext({ storageState: this.state, viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.enable');
    if (line.delay && line.rate) {
      const { delay: latency, rate } = line;
      await cdp.send('Network.emulateNetworkConditions', { offline: false, latency, downloadThroughput: rate, uploadThroughput: rate });
    }
    await page.addInitScript(watch, ROWS);
    return { context, page, cdp };
  }

  async go(place: Place, page: Page, cdp: CDPSession): Promise<void> {
    if (place.floor) {
      // The gateway answers this address as it answers any page's, over the same line; only what it says is exchanged.
      cdp.on('Fetch.requestPaused', ({ requestId }) => {
        const responseHeaders = [{ name: 'content-type', value: 'text/html; charset=utf-8' }];
        const body = Buffer.from(FLOOR).toString('base64');
        void cdp.send('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders, body });
      });
      await cdp.send('Fetch.enable', { patterns: [{ urlPattern: `${this.portal}/floor`, requestStage: 'Response' }] });
    }
    await page.goto(this.portal + place.path, { waitUntil: 'commit' });
    await page.waitForFunction(() => (globalThis as unknown as { marks: { whole: number } }).marks.whole > 0);
  }

  async measure(place: Place, line: Line): Promise<Sample> {
    const { context, page, cdp } = await this.open(line);
    let bytes = 0;
    let requests = 0;
    cdp.on('Network.requestWillBeSent', () => (requests += 1));
    cdp.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
    await this.go(place, page, cdp);
    const marks = await page.evaluate(() => ({
      ...(globalThis as unknown as { marks: { usable: number; whole: number } }).marks,
      paint: performance.getEntriesByName('first-paint')[0]?.startTime ?? Number.NaN,
      text: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    }));
    // Pictures that the rows show are on the wire too.
    await page.waitForTimeout(300);
    await cdp.send('HeapProfiler.collectGarbage');
    await cdp.send('Performance.enable');
    const { metrics } = await cdp.send('Performance.getMetrics');
    const metric = (name: string): number => metrics.find((found) => found.name === name)?.value ?? Number.NaN;
    const sample = { ...marks, bytes, requests, heap: metric('JSHeapUsedSize'), nodes: metric('Nodes') };
    await context.close();
    return sample;
  }

  /** As soon as the list says that it can be used, a click on Open must open the task in Diffgram. */
  async opens(line: Line): Promise<void> {
    const { context, page, cdp } = await this.open(line);
    await page.addInitScript(() => {
      const click = (): void => {
        if ((globalThis as unknown as { marks: { usable: number } }).marks.usable) document.querySelector<HTMLAnchorElement>('.row a.btn')?.click();
        else setTimeout(click, 1);
      };
      click();
    });
    const opened = context.waitForEvent('page');
    await this.go(PORTAL, page, cdp);
    const url = (await opened).url();
    // Diffgram's own sign-in may stand before it.
    if (!/task(\/|%2F)\d+/.test(url) && url !== 'about:blank') throw new Error(`Open leads to ${url}`);
    await context.close();
  }
}

const trace = async (bench: Bench, line: Line): Promise<void> => {
  const file = `${RESULTS}/load.trace.json`;
  const { context, page, cdp } = await bench.open(line);
  const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8', 'v8.wasm', 'blink.user_timing', 'loading', 'toplevel', 'disabled-by-default-v8.compile'];
  await bench.browser.startTracing(page, { path: file, categories });
  await bench.go(PORTAL, page, cdp);
  const waterfall = await page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((entry) => {
      const { name, startTime, requestStart, responseStart, responseEnd, encodedBodySize } = entry as PerformanceResourceTiming;
      return { name, startTime, requestStart, responseStart, responseEnd, encodedBodySize };
    }),
  );
  const marks = await page.evaluate(() => (globalThis as unknown as { marks: { usable: number; whole: number } }).marks);
  await bench.browser.stopTracing();
  await context.close();
  say(`\nOne cold load (${line.name}): usable at ${marks.usable.toFixed(0)} ms, whole at ${marks.whole.toFixed(0)} ms.`);
  say('  start   sent  first   last      bytes  what');
  for (const { name, startTime, requestStart, responseStart, responseEnd, encodedBodySize } of waterfall) {
    const at = [startTime, requestStart, responseStart, responseEnd].map((ms) => ms.toFixed(0).padStart(6)).join(' ');
    say(`${at} ${String(encodedBodySize).padStart(10)}  ${name.replace(bench.portal, '').slice(0, 80)}`);
  }
  summary(file);
};

type Event = { name: string; ph: string; tts?: number; tdur?: number; pid: number; tid: number; args?: { name?: string } };

const KINDS: [string, RegExp][] = [
  ['wasm compile', /wasm/i],
  ['parse', /^(ParseHTML|ParseAuthorStyleSheet)$/],
  ['style and layout', /^(UpdateLayoutTree|Layout|PrePaint|HitTest|InvalidateLayout|IntersectionObserver)/],
  ['paint', /^(Paint|Layerize|Commit|UpdateLayer|CompositeLayers|RasterTask|ImageDecodeTask|Decode|GPUTask|DrawFrame)/],
  ['script', /^(EvaluateScript|v8|V8|FunctionCall|RunMicrotasks|TimerFire|FireAnimationFrame|EventDispatch|MajorGC|MinorGC|BlinkGC)/],
  ['network work', /^(Resource|Receive|URLLoader|Loading|XHR)/],
];

/** Where the time goes: what each kind of work took by itself of the processor, on the page's main thread and besides it. */
const summary = (file: string): void => {
  const { traceEvents } = JSON.parse(readFileSync(file, 'utf8')) as { traceEvents: Event[] };
  const names = new Map<string, string>();
  for (const event of traceEvents) if (event.name === 'thread_name') names.set(`${event.pid}:${event.tid}`, event.args?.name ?? '');
  const renderers = new Set(traceEvents.filter(({ name }) => name === 'ParseHTML').map(({ pid }) => pid));
  const spent = new Map<string, { main: number; other: number }>();
  const threads = new Map<string, Event[]>();
  for (const event of traceEvents.filter(({ ph, tdur, pid }) => ph === 'X' && tdur && renderers.has(pid))) {
    const thread = `${event.pid}:${event.tid}`;
    threads.set(thread, [...(threads.get(thread) ?? []), event]);
  }
  for (const [thread, events] of threads) {
    const where = names.get(thread) === 'CrRendererMain' ? 'main' : 'other';
    const open: { end: number; kind: string | undefined }[] = [];
    let before = 0;
    // Time belongs to the innermost event of a known kind.
    const upTo = (now: number): void => {
      const kind = open.findLast(({ kind }) => kind)?.kind;
      if (kind) {
        const sums = spent.get(kind) ?? { main: 0, other: 0 };
        sums[where] += now - before;
        spent.set(kind, sums);
      }
      before = now;
    };
    for (const { name, tts: ts = 0, tdur: dur = 0 } of events.toSorted((a, b) => (a.tts ?? 0) - (b.tts ?? 0) || (b.tdur ?? 0) - (a.tdur ?? 0))) {
      while (open.length > 0 && (open.at(-1)?.end ?? 0) <= ts) {
        upTo(Math.max(before, open.at(-1)?.end ?? 0));
        open.pop();
      }
      upTo(Math.max(before, ts));
      open.push({ end: ts + dur, kind: KINDS.find(([, pattern]) => pattern.test(name))?.[0] });
    }
    while (open.length > 0) {
      upTo(Math.max(before, open.at(-1)?.end ?? 0));
      open.pop();
    }
  }
  say(`\nWhere the time goes (${file}), in ms of processor time:\n  main thread   others  kind`);
  for (const [kind] of KINDS) {
    const { main, other } = spent.get(kind) ?? { main: 0, other: 0 };
    say(`  ${(main / 1000).toFixed(1).padStart(11)} ${(other / 1000).toFixed(1).padStart(8)}  ${kind}`);
  }
};

const main = async (): Promise<void> => {
  mkdirSync(RESULTS, { recursive: true });
  const demo = await Demo.start({ tasks: TASKS });
  const browser = await chromium.launch({ executablePath: process.env.PORTAL_CHROMIUM ?? '/usr/bin/chromium', args: ARGS });
  try {
    const start = await Bench.start(browser, demo);
    const tasks = TASKS.toLocaleString('en');
    for (const line of LINES) {
      await start.opens(line);
      const samples: Record<string, Sample[]> = { portal: [], floor: [] };
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const place of round % 2 ? [PORTAL, FLOOR_PAGE] : [FLOOR_PAGE, PORTAL]) samples[place.name]?.push(await start.measure(place, line));
      }
      const of = (place: Place, key: keyof Sample): number => median((samples[place.name] ?? []).map((sample) => sample[key]));
      const all = (place: Place): string => (samples[place.name] ?? []).map(({ usable }) => usable.toFixed(0)).join(' ');
      say(`\n${line.name}\n             portal    floor`);
      for (const key of ['paint', 'text', 'usable', 'whole', 'bytes', 'requests', 'heap', 'nodes'] as const) {
        say(`  ${key.padEnd(9)}${of(PORTAL, key).toFixed(0).padStart(8)} ${of(FLOOR_PAGE, key).toFixed(0).padStart(8)}`);
      }
      say(`  usable, all: portal ${all(PORTAL)}; floor ${all(FLOOR_PAGE)}`);
      const ratio = of(PORTAL, 'usable') / of(FLOOR_PAGE, 'usable');
      bench({
        row: 'load',
        what: `cold load until ${ROWS} rows can be read and opened, ${tasks} tasks of mine, ${line.name}`,
        value: `${ratio.toFixed(2)} × the floor page (${of(PORTAL, 'usable').toFixed(0)} ms against ${of(FLOOR_PAGE, 'usable').toFixed(0)} ms)`,
        budget: '≤ 2 × the floor page',
        met: ratio <= 2,
        note: `Chromium ${browser.version()}, alternating rounds, medians of ${ROUNDS}, a new profile each; portal ${all(PORTAL)}; floor ${all(FLOOR_PAGE)}`,
      });
      bench({
        row: 'load',
        what: `first paint (the skeleton), first words, and until the app has taken over, ${line.name}`,
        value: `${(['paint', 'text', 'whole'] as const).map((key) => of(PORTAL, key).toFixed(0)).join(', ')} ms (first paint of the floor: ${of(FLOOR_PAGE, 'paint').toFixed(0)} ms)`,
        met: null,
        note: 'medians of the same rounds; the skeleton is boxes without words, so Chromium does not count it as contentful',
      });
      bench({
        row: 'load',
        what: `on the wire, ${line.name}`,
        value: `${(of(PORTAL, 'bytes') / 1000).toFixed(1)} KB in ${of(PORTAL, 'requests')} requests (floor: ${(of(FLOOR_PAGE, 'bytes') / 1000).toFixed(1)} KB in ${of(FLOOR_PAGE, 'requests')})`,
        met: null,
        note: 'headers, answers and the pictures of the rows among them',
      });
      if (!line.delay) {
        bench({
          row: 'memory',
          what: `the tab with the list of ${tasks} tasks`,
          value: `${(of(PORTAL, 'heap') / 1e6).toFixed(1)} MB JavaScript heap, ${of(PORTAL, 'nodes')} DOM nodes (floor: ${(of(FLOOR_PAGE, 'heap') / 1e6).toFixed(1)} MB, ${of(FLOOR_PAGE, 'nodes')})`,
          met: null,
          note: 'after a collection, 300 ms after the list stands; the wasm memory is not in the heap',
        });
      }
      await trace(start, line);
    }
    if (!process.env.PORTAL_PEER_LABEL_STUDIO) {
      say('\nLabel Studio is not given (PORTAL_PEER_LABEL_STUDIO=<address of its data manager>): not measured.');
    }
  } finally {
    await browser.close();
    await demo.end();
  }
};

await main();
