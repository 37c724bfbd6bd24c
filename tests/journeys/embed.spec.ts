// In a host app: the portal in a frame of another site, signed in by a token of the host's backend or by a window.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { BrowserContext, FrameLocator, Page } from '@playwright/test';

import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import type { World } from '../support/demo.ts';
import { PEOPLE, type Who } from '../support/portal.ts';
import { expect, test } from '../support/test.ts';

/** "Acme Shop", as a person and as its log see it. */
class Shop {
  readonly frame: FrameLocator;

  constructor(
    readonly page: Page,
    readonly world: World,
  ) {
    this.frame = page.frameLocator('iframe[title="Labeling"]');
  }

  async open(mode: 'token' | 'window', who: Who = 'ana'): Promise<void> {
    await this.page.goto(`${this.world.host}/?frame=plain&mode=${mode}&person=${PEOPLE[who].email}`);
  }

  heading(name: string | RegExp) {
    return this.frame.getByRole('heading', { level: 1, name });
  }

  rows() {
    return this.frame.getByRole('row').filter({ has: this.frame.locator('a.name') });
  }

  /** What the frame said, oldest first; that this browser keeps nothing in frames of other sites is known. */
  async said(): Promise<{ type: string; [key: string]: unknown }[]> {
    const lines = await this.page.locator('#log li').allTextContents();
    return lines.map((line) => JSON.parse(line)).filter(({ code }) => code !== 'storage_blocked');
  }

  async hears(type: string): Promise<void> {
    await expect.poll(async () => (await this.said()).map((message) => message.type)).toContain(type);
  }

  /** The document in the frame. */
  inside() {
    const frame = this.page.frames().find((frame) => frame.url().startsWith(this.world.portal));
    if (!frame) throw new Error('the portal is not in the frame');
    return frame;
  }

  address(): string {
    return this.inside().url().slice(this.world.portal.length);
  }
}

// Until somebody is signed in, the first questions are answered with 401, and that is an answer.
test.beforeEach(({ watch, demo }) => {
  watch.allow(new RegExp(`status of 401.*${demo.world.portal}/embed/shop/api/(session|tasks)`));
});

test('EMB-07 a host that mints tokens: its person sees their own tasks, goes in and back, and the host hears of it @narrow', async ({ page, demo, diffgram, context }) => {
  const shop = new Shop(page, demo.world);
  await shop.open('token');
  await expect(shop.heading('My tasks')).toBeVisible();
  const mine = await diffgram.tasksOf(PEOPLE.ana.email);
  await expect(shop.frame.getByRole('tab', { name: /^All/ })).toContainText(String(mine.length));
  await expect(shop.rows().first().locator('img')).toBeVisible();
  expect(await shop.rows().first().locator('img').evaluate((picture: HTMLImageElement) => picture.decode().then(() => picture.naturalWidth))).toBeGreaterThan(0);
  expect(shop.address()).toBe('/embed/shop/inbox');
  await expect(shop.frame.getByRole('navigation')).toHaveCount(0);
  await expect(shop.frame.getByText('Ana Lima')).toBeVisible();
  await expect(shop.frame.locator('.live')).toHaveText('Live');
  await isAccessible(page);
  await fitsTheWidth(page);

  await shop.rows().first().locator('a.name').click();
  await expect(shop.frame.getByRole('complementary')).toBeVisible();
  expect(shop.address()).toMatch(/^\/embed\/shop\/tasks\/\d+$/);
  const task = Number(shop.address().split('/').at(-1));
  await isAccessible(page);
  const tab = context.waitForEvent('page');
  await shop.frame.getByRole('complementary').getByRole('link', { name: 'Open in Diffgram' }).click();
  const opened = await tab;
  // Diffgram asks who it is first.
  await opened.waitForURL(`${demo.world.diffgram}/**`);
  expect(decodeURIComponent(opened.url())).toContain(`/task/${task}`);
  await opened.close();
  await shop.frame.getByRole('link', { name: 'Back to my tasks' }).click();
  await expect(shop.rows().first()).toBeVisible();

  await diffgram.change(task, { status: 'complete' });
  await shop.hears('task_completed');
  expect(await shop.said()).toEqual([
    { type: 'ready' },
    { type: 'token_needed' },
    { type: 'navigate', path: `/tasks/${task}` },
    { type: 'task_open', task },
    { type: 'navigate', path: '/inbox' },
    { type: 'task_completed', task },
  ]);
  expect(await page.locator('#log').innerText(), 'no token in any message').not.toContain('"token"');
});

test('SES-15 another user of the host: the session of the first ends, and nothing of them is left in the frame', async ({ page, demo, diffgram, watch }) => {
  // A picture of the first person's that was still on its way when their session ended.
  watch.allow(/status of 401.*\/media\/thumb/);
  const shop = new Shop(page, demo.world);
  await shop.open('token', 'ana');
  await expect(shop.frame.getByText('Ana Lima')).toBeVisible();
  await page.getByRole('combobox').selectOption(PEOPLE.ben.email);
  await expect(shop.frame.getByText('Ben Okafor')).toBeVisible();
  await expect(shop.frame.getByText('Ana Lima')).toHaveCount(0);
  const mine = await diffgram.tasksOf(PEOPLE.ben.email);
  await expect(shop.frame.getByRole('tab', { name: /^All/ })).toContainText(String(mine.length));
  expect(shop.address()).toBe('/embed/shop/inbox');
});

test('SES-02 the cookie is kept for this site around it, and top level is another place', async ({ page, demo, context }) => {
  const shop = new Shop(page, demo.world);
  await shop.open('token');
  await expect(shop.heading('My tasks')).toBeVisible();
  const kept = (await context.cookies()).filter((cookie) => cookie.name.includes('portal'));
  expect(kept).toMatchObject([{ name: 'portal-embed-shop', httpOnly: true, secure: true, sameSite: 'None' }]);
  expect((kept[0] as { partitionKey?: string }).partitionKey).toContain('localhost');
  await page.reload();
  await expect(shop.heading('My tasks')).toBeVisible();
  expect((await shop.said()).map(({ type }) => type), 'no second token').toEqual(['ready']);

  const tab = await context.newPage();
  await tab.goto(demo.world.portal);
  await tab.waitForURL(`${demo.world.provider}/**`);
  // The frame's own address as a page of its own leads to the page outside.
  const other = await context.newPage();
  await other.goto(`${demo.world.portal}/embed/shop/tasks/1?frame=2`);
  await other.waitForURL(`${demo.world.provider}/**`);
});

test('a host without tokens: the person signs in in a window, and the frame goes on by itself @narrow', async ({ page, demo, context }) => {
  const shop = new Shop(page, demo.world);
  await shop.open('window', 'ben');
  await expect(shop.heading('Sign in to see your tasks')).toBeVisible();
  await isAccessible(page);
  const opening = context.waitForEvent('page');
  await shop.frame.getByRole('button', { name: 'Sign in' }).click();
  const opened = await opening;
  await expect(shop.heading('Go on in the window')).toBeVisible();
  await opened.waitForURL(`${demo.world.provider}/**`);
  const closed = opened.waitForEvent('close');
  await opened.getByRole('button', { name: PEOPLE.ben.name }).click();
  await closed;
  await expect(shop.heading('My tasks')).toBeVisible();
  await expect(shop.frame.getByText('Ben Okafor')).toBeVisible();
  expect((await shop.said()).map(({ type }) => type)).toEqual(['ready', 'token_needed']);

  await shop.frame.getByRole('button', { name: 'Sign out' }).click();
  await expect(shop.heading('You are signed out')).toBeVisible();
  await shop.hears('signed_out');
  await isAccessible(page);
  await shop.frame.getByRole('link', { name: 'Sign in' }).click();
  // Signed in at top level still: the window only hands over a ticket.
  await expect(shop.heading('Sign in to see your tasks')).toBeVisible();
  const again = context.waitForEvent('page');
  await shop.frame.getByRole('button', { name: 'Sign in' }).click();
  await again;
  await expect(shop.heading('My tasks')).toBeVisible();
});

test('the window alone says so, and hands nothing to anybody', async ({ portal, page }) => {
  await portal.open('/embed/shop/signin');
  await expect(portal.heading('This window has lost its page')).toBeVisible();
  await isAccessible(page);
});

/** A site that is in nobody's configuration. */
async function stranger(html: string): Promise<{ url: string; server: Server }> {
  const server = createServer((_, answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end(html));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, server };
}

test('EMB-01 EMB-03 a stranger may not frame the portal, nor a page that frames it', async ({ page, demo, watch }) => {
  watch.allow(/frame-ancestors|Refused to frame|Framing |chrome-error:/);
  for (const src of [`${demo.world.portal}/`, `${demo.world.portal}/embed/shop/inbox`, `${demo.world.portal}/embed/shop/signin`, `${demo.world.portal}/embed/shop/admin`, demo.world.host]) {
    const evil = await stranger(`<!doctype html><title>Evil</title><link rel="icon" href="data:,"><iframe src="${src}"></iframe>`);
    const blocked = page.waitForEvent('console', (message) => /frame-ancestors/.test(message.text()));
    await page.goto(evil.url);
    await blocked;
    expect(page.frames().some((frame) => frame.url().startsWith(demo.world.portal)), src).toBe(false);
    evil.server.close();
  }
});

test('EMB-05 EMB-06 EMB-08 EMB-09 forged, odd and countless messages change nothing', async ({ page, demo, context, watch }) => {
  // The last one, from the right place, is refused by the gateway.
  watch.allow(/status of 401/);
  const forged = JSON.stringify({ diffgram_portal: 1, message: { type: 'token', token: 'forged' } });
  const evil = await stranger('<!doctype html><title>Evil</title><link rel="icon" href="data:,">');
  await page.goto(evil.url);
  evil.server.close();
  const opening = context.waitForEvent('page');
  await page.evaluate((url) => Object.assign(window, { victim: window.open(url) }), `${demo.world.host}/?frame=plain&mode=window`);
  const shop = new Shop(await opening, demo.world);
  await expect(shop.heading('Sign in to see your tasks')).toBeVisible();
  const redeemed: string[] = [];
  shop.page.on('request', (request) => request.method() === 'POST' && request.url() === `${demo.world.portal}/embed/shop/api/session` && redeemed.push(request.url()));

  // From another site that holds the window.
  await page.evaluate((message) => (window as unknown as { victim: Window }).victim.frames[0]!.postMessage(message, '*'), forged);
  // From the right site, but from another frame beside ours.
  await shop.page.evaluate(() => document.body.append(Object.assign(document.createElement('iframe'), { name: 'sibling' })));
  const sibling = shop.page.frames().find((frame) => frame.name() === 'sibling')!;
  expect(await sibling.evaluate(() => window.origin)).toBe(demo.world.host);
  await sibling.evaluate((message) => parent.frames[0]!.postMessage(message, '*'), forged);
  // From the right place, but no message: too long, no text, another version, unknown, wrongly shaped, and very many.
  await shop.page.evaluate((portal) => {
    const to = document.querySelector('iframe')!.contentWindow!;
    const cycle: Record<string, unknown> = { diffgram_portal: 1 };
    cycle.message = cycle;
    const odd = [
      JSON.stringify({ diffgram_portal: 1, message: { type: 'token', token: 'x'.repeat(20_000) } }),
      { diffgram_portal: 1, message: { type: 'token', token: 'forged' } },
      JSON.stringify({ diffgram_portal: 2, message: { type: 'token', token: 'forged' } }),
      JSON.stringify({ diffgram_portal: 1, message: { type: 'navigate', path: 'javascript:alert(1)' } }),
      JSON.stringify({ diffgram_portal: 1, message: { type: 'ticket', ticket: 'forged' } }),
      '{"diffgram_portal":1,"__proto__":{"type":"token"},"message":{"type":"token"}}',
      cycle,
      'x'.repeat(50_000_000),
      '',
      null,
    ];
    for (const message of odd) to.postMessage(message, portal);
    for (let n = 0; n < 10_000; n++) to.postMessage('{}', portal);
  }, demo.world.portal);
  // It still listens: the page answers to the keyboard and nothing was redeemed.
  await shop.frame.getByRole('link', { name: 'Open in a tab' }).focus();
  await expect(shop.heading('Sign in to see your tasks')).toBeVisible();
  expect(redeemed, 'nothing was redeemed').toEqual([]);
  expect(shop.address()).toBe('/embed/shop/inbox');

  // The same words from the right window are heard: that is all that was wrong with the first.
  await shop.page.evaluate(([message, portal]) => document.querySelector('iframe')!.contentWindow!.postMessage(message, portal!), [forged, demo.world.portal]);
  await expect(shop.heading('You could not be signed in')).toBeVisible();
  expect(redeemed).toHaveLength(1);
});

test('EMB-10 a token that is refused is a sentence with two ways on, and no loop', async ({ page, demo, watch }) => {
  watch.allow(/status of 401/);
  const shop = new Shop(page, demo.world);
  await page.route(`${demo.world.host}/token`, (route) => route.fulfill({ json: { token: 'not-a-token' } }));
  await shop.open('token');
  await expect(shop.heading('You could not be signed in')).toBeVisible();
  await isAccessible(page);
  await page.waitForTimeout(2_000);
  expect(await shop.said()).toEqual([{ type: 'ready' }, { type: 'token_needed' }, { type: 'error', code: 'token_refused' }]);
  await page.unroute(`${demo.world.host}/token`);
  await shop.frame.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(shop.heading('My tasks')).toBeVisible();
});

/** A browser whose frames keep no cookies: what it sends back is taken away. */
async function withoutCookies(context: BrowserContext, world: World): Promise<void> {
  await context.route(`${world.portal}/embed/shop/api/session`, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    const answer = await route.fetch();
    await context.clearCookies();
    await route.fulfill({ status: answer.status(), body: '' });
  });
}

test('EMB-13 EMB-14 a browser that keeps no cookies here gets a sentence and a tab, never a loop', async ({ page, demo, context, watch }) => {
  watch.allow(/status of 401/);
  await withoutCookies(context, demo.world);
  const shop = new Shop(page, demo.world);
  await shop.open('token');
  await expect(shop.heading('Your browser keeps no cookies here')).toBeVisible();
  await expect(shop.frame.getByRole('link', { name: 'Open in a tab' })).toHaveAttribute('href', '/');
  await isAccessible(page);
  await page.waitForTimeout(2_000);
  expect(await shop.said()).toEqual([{ type: 'ready' }, { type: 'token_needed' }, { type: 'error', code: 'cookies_blocked' }]);
});

test('EMB-17 a frame that may open no window says so', async ({ page, demo, watch }) => {
  watch.allow(/Blocked opening/);
  const shop = new Shop(page, demo.world);
  await shop.open('window');
  await page.evaluate(() => {
    const frame = document.querySelector('iframe')!;
    frame.setAttribute('sandbox', 'allow-scripts allow-same-origin');
    frame.src = frame.src;
  });
  await expect(shop.heading('Sign in to see your tasks')).toBeVisible();
  await shop.frame.getByRole('button', { name: 'Sign in' }).click();
  await expect(shop.heading('Your browser opened no window')).toBeVisible();
  await isAccessible(page);
  await shop.hears('error');
  expect((await shop.said()).at(-1)).toEqual({ type: 'error', code: 'popup_blocked' });
});
