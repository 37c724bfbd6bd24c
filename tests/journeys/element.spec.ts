// The custom element, as far as it needs no portal: its addresses are those of the portal, its types are whole, it is small.
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

import { expect, type Page, test } from '@playwright/test';

import { address, DiffgramPortal, type Target, VERSION } from '../../embed/diffgram-portal.js';

const read = (name: string): string => readFileSync(new URL(`../../embed/${name}`, import.meta.url), 'utf8');

test('its addresses are those of the portal', () => {
  const examples = JSON.parse(read('addresses.json')) as { go: Target; path: string | null }[];
  expect(examples.length).toBeGreaterThan(10);
  for (const { go, path } of examples) expect(address(go) ?? null, JSON.stringify(go)).toBe(path);
});

test('EMB-09 what is no view is no address', () => {
  for (const view of ['', 'admin', 'constructor', '__proto__', 'javascript:alert(1)', '../inbox']) {
    expect(address({ view: view as Target['view'] }), view).toBeUndefined();
  }
});

test('each attribute is typed, and the versions are one', () => {
  const types = read('diffgram-portal.d.ts');
  const { observedAttributes } = DiffgramPortal as unknown as { observedAttributes: string[] };
  expect(observedAttributes).toContain('view');
  for (const name of observedAttributes) expect(types, name).toMatch(new RegExp(`^  ${name}: `, 'm'));
  expect((JSON.parse(read('package.json')) as { version: string }).version).toBe(VERSION);
});

test('it is at most 5 KB', () => {
  const bytes = brotliCompressSync(read('diffgram-portal.js'), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  expect(bytes).toBeLessThanOrEqual(5_000);
});

test('docs/embed.md tells every attribute, event and error', () => {
  const docs = readFileSync(new URL('../../docs/embed.md', import.meta.url), 'utf8');
  const types = read('diffgram-portal.d.ts');
  const events = [...types.matchAll(/^  "?([a-z-]+)"?: CustomEvent</gm)].map(([, name]) => name!);
  expect(events.length).toBeGreaterThan(7);
  const codes = /ErrorCode = ([^;]*);/.exec(read('messages.d.ts'))![1]!.split(' | ').map((code) => JSON.parse(code) as string);
  const { observedAttributes } = DiffgramPortal as unknown as { observedAttributes: string[] };
  for (const word of [...events, ...codes, ...observedAttributes.filter((name) => !['src', 'host'].includes(name))]) expect(docs, word).toContain(`\`${word}`);
});

/** Pages without a portal: one that holds the element, and one that stands in the frame and notes what it hears. */
async function alone(page: Page, body: string): Promise<void> {
  const inFrame = `<script>
    heard = [];
    say = (message) => parent.postMessage(JSON.stringify({ diffgram_portal: 1, message }), "https://host.test");
    addEventListener("message", ({ data }) => heard.push(JSON.parse(data).message));
    if (!location.pathname.startsWith("/embed/slow/")) setTimeout(() => say({ type: "ready" }), 0);
  </script>`;
  await page.route('https://portal.test/**', (route) => route.fulfill({ contentType: 'text/html', body: inFrame }));
  await page.route('https://host.test/**', (route) =>
    route.request().url().endsWith('.js')
      ? route.fulfill({ contentType: 'text/javascript', body: read('diffgram-portal.js') })
      : route.fulfill({ contentType: 'text/html', body: `<body><script type="module" src="/element.js"></script>${body}</body>` }),
  );
  await page.goto('https://host.test/');
}

/** The pages the frame was asked for after it began. */
const asked = async (page: Page): Promise<unknown[]> => {
  const frame = page.frames().find((one) => one.url().startsWith('https://portal.test/'));
  const heard = (await frame?.evaluate('globalThis.heard ?? []')) as { type: string; task?: number; view?: string }[] | undefined;
  return (heard ?? []).filter(({ type }) => type === 'go').map(({ task, view }) => task ?? view);
};
const framed = (page: Page): string[] => page.frames().map((one) => one.url()).filter((url) => url.startsWith('https://portal.test/'));
const run = (page: Page, what: string): Promise<unknown> => page.evaluate(`(() => { const it = document.querySelector("diffgram-portal"); ${what} })()`);

test('it begins once it knows its portal, also when that is told later', async ({ page }) => {
  await alone(page, '<diffgram-portal view="task" task="12"></diffgram-portal>');
  expect(framed(page)).toEqual([]);
  await run(page, 'it.src = "https://portal.test"; it.host = "shop";');
  await expect.poll(() => framed(page)).toEqual(['https://portal.test/embed/shop/tasks/12']);
});

test('what changes before the frame listens is told when it does', async ({ page }) => {
  await alone(page, '<diffgram-portal src="https://portal.test" host="slow" view="task" task="12"></diffgram-portal>');
  await expect.poll(() => framed(page)).toEqual(['https://portal.test/embed/slow/tasks/12']);
  await run(page, 'it.task = 13;');
  await page.frames().at(-1)!.evaluate('say({ type: "ready" })');
  await expect.poll(() => asked(page)).toEqual([13]);
});

test('there and back at once ends where it was asked to; what was refused may be asked for again', async ({ page }) => {
  await alone(page, '<diffgram-portal src="https://portal.test" host="shop" view="task" task="12"></diffgram-portal>');
  await expect.poll(() => page.locator('diffgram-portal').evaluate((it) => it.shadowRoot?.querySelector('slot') === null)).toBe(true);
  await run(page, 'it.go({ view: "task", task: 13 }); it.go({ view: "task", task: 12 }); it.go({ view: "task", task: 12 });');
  await expect.poll(() => asked(page)).toEqual([13, 12]);
  await run(page, 'window.errors = []; it.addEventListener("error", ({ detail }) => errors.push(detail.code)); it.go({ view: "schema" });');
  await page.frames().at(-1)!.evaluate('say({ type: "error", code: "view_refused" })');
  await expect.poll(() => page.evaluate('errors')).toEqual(['view_refused']);
  await run(page, 'it.go({ view: "schema" });');
  await expect.poll(() => asked(page)).toEqual([13, 12, 'schema', 'schema']);
});

test('a frame that may still begin is not called blocked', async ({ page }) => {
  await alone(page, '<diffgram-portal src="https://portal.test" host="slow"></diffgram-portal>');
  const found = (): Promise<unknown> => page.evaluate('document.querySelector("diffgram-portal").check().map(({ code }) => code)');
  await expect.poll(() => framed(page).length).toBe(1);
  expect(await found()).toEqual(['no_token']);
  await expect.poll(found, { timeout: 12_000 }).toEqual(['frame_blocked', 'no_token']);
});

test('EMB-20 one value of the look that cannot be read does not cost the others', async ({ page }) => {
  await alone(page, '<diffgram-portal src="https://portal.test" host="slow" radius="url(//evil)" scheme="blue" density="compact" accent="#0b6bcb"></diffgram-portal>');
  await run(page, 'window.errors = []; it.addEventListener("error", ({ detail }) => errors.push(detail.code));');
  await expect.poll(() => framed(page).length).toBe(1);
  await page.frames().at(-1)!.evaluate('say({ type: "ready" })');
  await expect.poll(() => page.frames().at(-1)!.evaluate('heard.filter(({ type }) => type === "look")')).toEqual([{ type: 'look', accent: '#0b6bcb', density: 'compact' }]);
  expect(await page.evaluate('errors')).toEqual(['look_refused', 'look_refused']);
});
