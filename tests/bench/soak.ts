// Opens and closes every page of the portal again and again in one tab, and looks whether the tab grows.
//   cd tests && node bench/run.mjs soak.ts [--times 500] [--every 50]
// Ends with 1 when it does: that is a trend, not a time.
import type { CDPSession, Frame, Page } from '@playwright/test';

import { Demo } from '../support/demo.ts';
import { PEOPLE, Portal } from '../support/portal.ts';
import { bench, type Held, held, launch, megabytes, noteMemory, option, pause, texts } from './measure.ts';

const TIMES = option('times', 500);
const EVERY = option('every', Math.max(1, Math.min(50, Math.floor(TIMES / 10))));
/** More growth than this over the last four fifths is no noise. */
const FLAT = 0.02;

/** Goes to a page of the portal without loading it anew, as back and forward do, and waits until it is there. */
const go = async (at: Page | Frame, path: string, shown: string): Promise<void> => {
  await at.evaluate((path) => {
    history.pushState(null, '', path);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);
  await at.locator(shown).first().waitFor();
};

type Places = { task: number; clip: number; file: number; schema: number; attribute: number };

const places = (page: Page): Promise<Places> =>
  page.evaluate(async () => {
    type Row = { id: number; file: { id: number; kind: string } };
    const rows = ((await (await fetch('/api/tasks?tab=all')).json()) as { rows: Row[] }).rows;
    const image = rows.find((row) => row.file.kind === 'image')!;
    return { task: image.id, clip: (rows.find((row) => row.file.kind === 'video') ?? image).id, file: image.file.id, schema: 1, attribute: 4 };
  });

const only = texts('only');

/** Every page once, from my tasks to my tasks. `--only task,file` leaves the others out, to find which one grows. */
const round = async (page: Page, { task, clip, file, schema, attribute }: Places): Promise<void> => {
  const pages: Record<string, () => Promise<void>> = {
    task: () => go(page, `/tasks/${task}`, '.stage canvas[data-drawn="true"]'),
    clip: () => go(page, `/tasks/${clip}`, '.side .facts'),
    file: async () => {
      await go(page, `/files/${file}`, '.stage canvas[data-drawn="true"]');
      await page.locator('.marks button').first().hover();
    },
    explorer: () => go(page, '/explorer', '.tile a.name'),
    view: async () => {
      await go(page, '/explorer?q=type%3Aimage&size=s', '.tiles.small .tile a.name');
      await page.getByRole('button', { name: 'Save view' }).click();
      await page.locator('dialog[open]').waitFor();
      await page.keyboard.press('Escape');
    },
    schemas: () => go(page, '/schemas', 'main a[href^="/schemas/"]'),
    schema: () => go(page, `/schemas/${schema}`, 'main a[href*="/attributes/"]'),
    draft: async () => {
      await go(page, `/schemas/${schema}/attributes/${attribute}`, 'input[type="text"], textarea');
      const question = page.getByLabel('Question', { exact: true });
      await question.fill(`${await question.inputValue()} again`);
      await page.getByRole('button', { name: 'Discard draft' }).click();
    },
    changes: () => go(page, '/changes', '#main h1'),
    signin: () => go(page, '/signed-out', '[role="main"] h1'),
    keys: async () => {
      await page.keyboard.press('?');
      await page.locator('dialog[open]').waitFor();
      await page.keyboard.press('Escape');
      await page.locator('dialog[open]').waitFor({ state: 'hidden' });
    },
    menu: async () => {
      await page.getByRole('button', { name: PEOPLE.alex.name }).click();
      await page.locator('.menu-card').waitFor();
      await page.keyboard.press('Escape');
    },
  };
  for (const [name, open] of Object.entries(pages)) {
    if (only.length > 0 && !only.includes(name)) continue;
    if (name === 'keys' || name === 'menu') await go(page, '/', '.row a.name');
    await open();
  }
  await go(page, '/', '.row a.name');
};

/** The slope of a straight line through these, over all of them, as a share of their mean. */
const trend = (values: number[]): number => {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const middle = (n - 1) / 2;
  const [up, square] = values.reduce(([up, square], value, i) => [up + (i - middle) * (value - mean), square + (i - middle) ** 2], [0, 0] as [number, number]);
  return square === 0 || mean === 0 ? 0 : ((up / square) * (n - 1)) / mean;
};

const KINDS = ['heap', 'wasm', 'nodes', 'listeners', 'documents', 'detached'] as const;

const show = (n: number, what: string, now: Held): void =>
  console.log(`${String(n).padStart(5)} rounds, ${what.padEnd(5)}: heap ${megabytes(now.heap)}, wasm ${megabytes(now.wasm)}, ${now.nodes} nodes, ${now.listeners} listeners, ${now.documents} documents, ${now.detached} detached trees`);

/** Whether nothing grows; says what it saw. */
const judge = (what: string, seen: Held[]): boolean => {
  const last = seen.slice(Math.floor(seen.length / 5));
  const grown = KINDS.map((kind) => ({ kind, share: trend(last.map((held) => held[kind])), more: last.at(-1)![kind] - last[0]![kind] }));
  // Wasm memory grows in steps of 64 KB: one is no trend. Nor is a tree or a handful of nodes that wait for the next garbage.
  const NOISE = { heap: 0, wasm: 65_536, nodes: EVERY, listeners: EVERY, documents: 2, detached: 2 };
  const bad = grown.filter(({ kind, share, more }) => share > FLAT && more > NOISE[kind]);
  const said = grown.map(({ kind, share }) => `${kind} ${(share * 100).toFixed(1)} %`).join(', ');
  bench({
    row: 'soak', what: `${what}, ${TIMES} times`, value: `heap ${megabytes(seen[0]!.heap)} → ${megabytes(seen.at(-1)!.heap)}; trend: ${said}`,
    budget: 'flat: under 2 % over the last four fifths', met: bad.length === 0, note: `after collecting garbage, every ${EVERY} rounds, ${seen.length} looks`,
  });
  for (const { kind, more } of bad) console.error(`✗ ${what}: ${kind} grew by ${more} in the last four fifths`);
  return bad.length === 0;
};

const main = async (): Promise<boolean> => {
  const demo = await Demo.start();
  // Code that is compiled once more, and better, is no leak: it is left as it is.
  const browser = await launch(['--js-flags=--no-opt,--no-maglev,--no-sparkplug,--liftoff-only']);
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', timezoneId: 'Europe/Berlin' });
    await noteMemory(context);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    let errors = 0;
    page.on('pageerror', (error) => {
      errors += 1;
      console.error(error);
    });
    await new Portal(page, demo.world).signInAs('alex', '/?tab=all');
    await page.locator('.row a.name').first().waitFor();
    const where = await places(page);
    const cdp: CDPSession = await context.newCDPSession(page);

    // The sample host with the portal in a frame, in a browser window of its own: a process of its own too.
    const other = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', timezoneId: 'Europe/Berlin' });
    await noteMemory(other);
    const shop = await other.newPage();
    shop.setDefaultTimeout(20_000);
    await shop.goto(`${demo.world.host}/?frame=plain&mode=token&person=${PEOPLE.ana.email}`);
    await shop.frameLocator('iframe[title="Labeling"]').locator('.row a.name').first().waitFor();
    // The sample host lists what it hears beside the frame, and stretches the frame with its list.
    await shop.evaluate(() => document.querySelector('iframe')!.style.setProperty('block-size', '800px', 'important'));
    const inside = shop.frames().find((frame) => frame.url().startsWith(demo.world.portal))!;
    const link = (await inside.locator('.row a.name').first().getAttribute('href'))!;
    const framed: CDPSession = await other.newCDPSession(inside);
    const seen: { page: Held[]; frame: Held[] } = { page: [], frame: [] };
    for (let n = 0; n <= TIMES; n++) {
      if (n % EVERY === 0 && n > 0) {
        await pause(1_500);
        seen.page.push(await held(cdp));
        seen.frame.push(await held(framed));
        show(n, 'page', seen.page.at(-1)!);
        show(n, 'frame', seen.frame.at(-1)!);
      }
      if (n === TIMES) break;
      await round(page, where);
      if (only.length > 0 && !only.includes('frame')) continue;
      await go(inside, link, '.side .facts');
      await go(inside, '/embed/shop/inbox', '.row a.name');
    }
    const flat = [judge('every page opened and closed in one tab', seen.page), judge('the frame in a host: tasks, a task and back', seen.frame)];
    return flat.every(Boolean) && errors === 0;
  } finally {
    await browser.close();
    await demo.end();
  }
};

process.exit((await main()) ? 0 : 1);
