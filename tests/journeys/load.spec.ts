// Loading: what can be read and done before the wasm runs, a release that replaces an open page's files, and files that
// come late, cut, wrong or not at all. Always words and a way on, never a loop.
import type { Page } from '@playwright/test';

import { fitsTheWidth } from '../support/a11y.ts';
import { expect, test } from '../support/test.ts';

/** The main wasm, whatever its hash. */
const MAIN = /portal-web_bg-[0-9a-f]{8,16}\.wasm$/;
/** All that carries a hash: what a new release takes away. */
const HASHED = /-[0-9a-f]{8,16}\.(wasm|js|css)$/;

/** Holds the main wasm back until the returned function is called: what is seen meanwhile is what `init.js` draws. */
async function hold(page: Page): Promise<() => Promise<void>> {
  let release = (): void => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route(MAIN, async (route) => {
    await held;
    await route.continue();
  });
  return async () => {
    release();
    await expect(page.locator('#skeleton')).toHaveCount(0);
  };
}

/** Counts how often the page is opened. */
function openings(page: Page): () => number {
  let count = 0;
  page.on('request', (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) count += 1;
  });
  return () => count;
}

const rowsOf = (page: Page, shell: string): Promise<string[]> =>
  page.locator(`${shell} .row`).evaluateAll((rows) =>
    rows.slice(0, 12).map((row) => {
      const { x, y, width, height } = row.getBoundingClientRect();
      return [x, y, width, height, row.querySelector('.what')?.textContent, row.querySelector('.status-cell')?.textContent, row.querySelector('.open-cell a')?.getAttribute('href')].join(' ');
    }),
  );

for (const [language, words] of [['en', 'To do'], ['de', 'Zu tun'], ['xb', '']] as const) {
  test(`the list can be read before the wasm runs, and nothing moves when it does: ${language}${language === 'en' ? ' @narrow' : ''}`, async ({ portal, page }) => {
    await portal.signInAs('ana');
    const go = await hold(page);
    await portal.open(`/?lang=${language}`);
    const early = page.locator('#skeleton');
    await expect(early.getByRole('row').first()).toBeVisible();
    if (words) await expect(early.getByRole('tab').first()).toContainText(words);
    await fitsTheWidth(page);
    const before = await rowsOf(page, '#skeleton');
    const controls = await early.locator('.shell').locator('a, button, input, select').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
    await go();
    await expect(portal.tasks.rows().first()).toBeVisible();
    expect(await rowsOf(page, 'body > .shell')).toEqual(before);
    const after = await page.locator('body > .shell').locator('a, button, input, select').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
    // The last rows below the fold may be fewer here or there.
    const both = Math.min(after.length, controls.length);
    expect(after.slice(0, both)).toEqual(controls.slice(0, both));
  });
}

test('what is done before the wasm runs is not lost: words typed, a folder chosen, focus', async ({ portal, page }) => {
  await portal.signInAs('ana');
  const go = await hold(page);
  await portal.open('/');
  const early = page.locator('#skeleton');
  const name = (await early.locator('a.name').first().innerText()).trim();
  await early.getByRole('searchbox', { name: 'Search tasks' }).fill(name);
  await go();
  await expect(portal.tasks.search()).toHaveValue(name);
  await expect(portal.tasks.search()).toBeFocused();
  await expect(page).toHaveURL(/q=/);
  await expect.poll(() => portal.tasks.names()).toEqual([name]);
  await page.unroute(MAIN);
  const again = await hold(page);
  await portal.open('/');
  await early.getByRole('tab', { name: /^Done/ }).click();
  await again();
  await expect(portal.tasks.tab('Done')).toHaveAttribute('aria-selected', 'true');
});

test('a task opens from the list that the wasm has not reached yet', async ({ portal, page }) => {
  await portal.signInAs('ana');
  const go = await hold(page);
  await portal.open('/');
  const early = page.locator('#skeleton');
  await expect(early.getByRole('link', { name: /Open in Diffgram/ }).first()).toHaveAttribute('href', /^http.*\/task\/\d+$/);
  await early.locator('a.name').first().click();
  await page.waitForURL(/\/tasks\/\d+$/);
  await go();
  await expect(page.getByRole('complementary')).toBeVisible();
});

test('CLI-11 an old page after a new release: a sentence, no loop, and all is well after Reload', async ({ portal, page, watch }) => {
  watch.allow(/status of 404/);
  watch.allow(/TypeError|did not come|net::ERR/);
  await portal.signInAs('rita');
  await expect(portal.heading('My tasks')).toBeVisible();
  const opened = openings(page);
  // What was fetched stays; everything with an old name is gone.
  await page.route(HASHED, (route) => route.fulfill({ status: 404, headers: { 'cache-control': 'no-store' } }));
  await page.getByRole('link', { name: 'Files', exact: true }).click();
  await expect(portal.heading('This page could not be fetched')).toBeVisible();
  await expect(page.getByText('If a newer version of the portal was installed meanwhile, reload.')).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(portal.heading('This page could not be fetched')).toBeVisible();
  expect(opened(), 'it never reloads by itself').toBe(0);
  // The way back still works, and so does what is loaded.
  await page.getByRole('link', { name: /My tasks/ }).click();
  await expect(portal.heading('My tasks')).toBeVisible();
  await page.getByRole('link', { name: 'Files', exact: true }).click();
  await expect(portal.heading('This page could not be fetched')).toBeVisible();
  await page.unroute(HASHED);
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(portal.heading('Files')).toBeVisible();
  expect(opened()).toBe(1);
});

test('a part whose styles do not come is not shown bare', async ({ portal, page, watch }) => {
  watch.allow(/status of 404/);
  watch.allow(/did not come|net::ERR/);
  await portal.signInAs('rita');
  await expect(portal.heading('My tasks')).toBeVisible();
  await page.route(/explorer-[0-9a-f]{8,16}\.css$/, (route) => route.fulfill({ status: 404 }));
  await page.getByRole('link', { name: 'Files', exact: true }).click();
  await expect(portal.heading('This page could not be fetched')).toBeVisible();
  await page.unroute(/explorer-[0-9a-f]{8,16}\.css$/);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(portal.heading('Files')).toBeVisible();
  await expect(page.locator('.explorer-head')).toHaveCSS('display', 'flex');
});

const BROKEN = {
  'no wasm': [MAIN, (body: Buffer) => ({ status: 404, body: body.subarray(0, 0) })],
  'no script': [/portal-web-[0-9a-f]{8,16}\.js$/, (body: Buffer) => ({ status: 404, body: body.subarray(0, 0) })],
  'no script for parts': [/chunks-[0-9a-f]{8,16}\.js$/, (body: Buffer) => ({ status: 404, body: body.subarray(0, 0) })],
  'a page in place of the wasm': [MAIN, () => ({ status: 200, contentType: 'text/html', body: Buffer.from('<!doctype html><p>Sign in to the Wi-Fi') })],
  'a wasm that was cut': [MAIN, (body: Buffer) => ({ status: 200, contentType: 'application/wasm', body: body.subarray(0, body.length / 2) })],
} as const;

for (const [what, [file, broken]] of Object.entries(BROKEN)) {
  test(`the start with ${what}: a sentence and Reload, which stays until it works`, async ({ portal, page, watch }) => {
    watch.allow(/status of 404|MIME type|WebAssembly|net::ERR|TypeError|CompileError/);
    await portal.signInAs('ana');
    await expect(portal.tasks.rows().first()).toBeVisible();
    const opened = openings(page);
    await page.route(file, async (route) => {
      const real = await route.fetch();
      await route.fulfill(broken(await real.body()));
    });
    await portal.open('/');
    const sentence = page.getByRole('alert').getByRole('heading', { name: 'The portal could not load' });
    await expect(sentence).toBeVisible();
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.waitForLoadState();
    await expect(sentence).toBeVisible();
    expect(opened(), 'once by hand, never by itself').toBe(2);
    await page.unroute(file);
    await page.getByRole('button', { name: 'Reload' }).click();
    await expect(portal.tasks.rows().first()).toBeVisible();
  });
}

test('the connection breaks in the middle of loading: a sentence and Reload', async ({ portal, page, context, watch }) => {
  watch.allow(/net::ERR|TypeError|Failed to fetch/);
  await portal.signInAs('ana');
  const go = await hold(page);
  await portal.open('/');
  await expect(page.locator('#skeleton').getByRole('row').first()).toBeVisible();
  await context.setOffline(true);
  await go();
  await expect(page.getByRole('heading', { name: 'The portal could not load' })).toBeVisible();
  await page.unroute(MAIN);
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(portal.tasks.rows().first()).toBeVisible();
});

test('not even the first script comes: after a while it says so, without any script', async ({ portal, page, watch }) => {
  watch.allow(/status of 404/);
  await portal.signInAs('ana');
  const first = /init-[0-9a-f]{8,16}\.js$/;
  await page.route(first, (route) => route.fulfill({ status: 404 }));
  await portal.open('/');
  const reload = page.getByRole('link', { name: 'Reload' });
  await expect(reload).toBeVisible({ timeout: 30_000 });
  await fitsTheWidth(page);
  await page.unroute(first);
  await reload.click();
  await expect(portal.tasks.rows().first()).toBeVisible();
});

test('a part that was cut on its way says so; the next try works', async ({ portal, page, watch }) => {
  watch.allow(/CompileError|WebAssembly|TypeError/);
  await portal.signInAs('ana');
  await expect(portal.tasks.rows().first()).toBeVisible();
  await page.route(/split_task-[0-9a-f]{8,16}\.wasm$/, async (route) => {
    const body = await (await route.fetch()).body();
    await route.fulfill({ status: 200, contentType: 'application/wasm', body: body.subarray(0, body.length / 2) });
  });
  await portal.tasks.rows().first().locator('a.name').click();
  await expect(portal.heading('This page could not be fetched')).toBeVisible();
  await page.unroute(/split_task-[0-9a-f]{8,16}\.wasm$/);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.locator('.stage')).toBeVisible();
});

test('without the styles of the first page the words and the links are still there', async ({ portal, page, watch }) => {
  watch.allow(/status of 404/);
  await portal.signInAs('ana');
  await page.route(/first-[0-9a-f]{8,16}\.css$/, (route) => route.fulfill({ status: 404 }));
  await portal.open('/');
  await expect(portal.heading('My tasks')).toBeVisible();
  await expect(page.locator('#skeleton')).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Files', exact: true })).toBeVisible();
});

test('files with a hash are kept for ever; what is not there is not remembered', async ({ portal, page }) => {
  await portal.open('/');
  const page_ = await page.request.get(`${portal.world.portal}/`);
  const html = await page_.text();
  expect(page_.headers()['cache-control']).toBe('no-store');
  const names = html.match(/[\w-]+-[0-9a-f]{8,16}\.(?:wasm|js|css)\b/g) ?? [];
  expect(names.length).toBeGreaterThan(10);
  for (const name of new Set(names)) {
    const { status, type, cache } = await page.request.get(`${portal.world.portal}/${name}`).then((answer) => ({
      status: answer.status(),
      type: answer.headers()['content-type'],
      cache: answer.headers()['cache-control'],
    }));
    expect([status, cache], name).toEqual([200, 'public, max-age=31536000, immutable']);
    if (name.endsWith('.wasm')) expect(type).toBe('application/wasm');
    const gone = await page.request.get(`${portal.world.portal}/${name.replace(/[0-9a-f]{8,16}/, '0123456789abcdef')}`);
    expect([gone.status(), gone.headers()['cache-control']]).toEqual([404, 'no-store']);
  }
});
