// At home in a host app: <diffgram-portal> in the demo's shop. Host, portal and Diffgram are three origins.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { BrowserContext, FrameLocator, Page } from '@playwright/test';

import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import type { World } from '../support/demo.ts';
import { PEOPLE, type Who } from '../support/portal.ts';
import { SchemaEditor } from '../support/schema.ts';
import { expect, test } from '../support/test.ts';

type Said = { type: string; [key: string]: unknown };

/** "Acme Shop" with the portal's element, as a person and as its log see it. */
class Shop {
  readonly frame: FrameLocator;

  constructor(
    readonly page: Page,
    readonly world: World,
    readonly origin = world.host,
  ) {
    this.frame = page.frameLocator('diffgram-portal >> iframe');
  }
  async open(mode: 'token' | 'window' = 'token', who: Who = 'ana'): Promise<void> {
    await this.page.goto(`${this.origin}/?mode=${mode}&person=${PEOPLE[who].email}`);
  }
  heading(name: string | RegExp) {
    return this.frame.getByRole('heading', { level: 1, name });
  }
  rows() {
    return this.frame.getByRole('row').filter({ has: this.frame.locator('a.name') });
  }
  /** What the element said, oldest first. */
  async said(): Promise<Said[]> {
    return (await this.page.locator('#log li').allTextContents()).map((line) => JSON.parse(line) as Said);
  }
  async hears(what: Partial<Said>): Promise<void> {
    await expect.poll(() => this.said()).toContainEqual(expect.objectContaining(what));
  }
  show(name: string) {
    return this.page.getByRole('navigation', { name: 'What is shown' }).getByRole('button', { name });
  }
  /** Where the frame is. */
  address(): string {
    const frame = this.page.frames().find((frame) => frame.url().startsWith(this.world.portal));
    return frame ? frame.url().slice(this.world.portal.length) : '';
  }
}

test.beforeEach(({ watch, demo }) => {
  // Until somebody is signed in, the first questions are answered with 401, and that is an answer.
  watch.allow(new RegExp(`status of 401.*${demo.world.portal}/embed/(shop|market)/api/`));
});

test('every view in one element: no reload, the host hears of it, back goes back @narrow', async ({ page, demo }) => {
  const shop = new Shop(page, demo.world);
  await shop.open();
  await expect(shop.heading('My tasks')).toBeVisible();
  await expect(shop.rows().first()).toBeVisible();
  await expect(page.locator('diffgram-portal')).not.toHaveAttribute('token');
  await expect(page.getByText('Nothing.')).toBeVisible();
  await isAccessible(page);
  await fitsTheWidth(page);
  await shop.frame.locator('body').evaluate(() => Object.assign(window, { same: true }));

  await shop.show('Our files').click();
  await expect(shop.frame.getByRole('grid')).toBeVisible();
  expect(shop.address()).toBe('/embed/shop/explorer?q=dataset%3Acust-4711');
  await expect(shop.frame.locator('.tile a.name').first()).toBeVisible();
  await isAccessible(page);
  await fitsTheWidth(page);
  await shop.show('A file by our key').click();
  await expect(shop.heading('coffee-001.jpg')).toBeVisible();
  await shop.show('Next task').click();
  await expect(shop.frame.getByRole('link', { name: 'Up next' })).toHaveAttribute('aria-current', 'page');
  await isAccessible(page);
  await shop.show('My labeling').click();
  await expect(shop.rows().first()).toBeVisible();
  expect(await shop.frame.locator('body').evaluate(() => (window as unknown as { same?: boolean }).same), 'one page all along').toBe(true);
  await shop.hears({ type: 'navigate', path: '/next' });

  // The joint history of host and frame: back is the page before in the frame, and the shop stays.
  await page.evaluate(() => history.back());
  await expect.poll(() => shop.address()).toBe('/embed/shop/next');
  expect(page.url()).toContain(demo.world.host);
  for (const { type, ...detail } of await shop.said()) expect(JSON.stringify(detail), `no token in ${type}`).not.toMatch(/token"/);
});

test('selected and opened: the host hears which', async ({ page, demo, context }) => {
  const shop = new Shop(page, demo.world);
  await shop.open();
  await shop.rows().first().getByRole('checkbox').check();
  await expect.poll(async () => (await shop.said()).filter(({ type }) => type === 'selection-change').at(-1)).toMatchObject({ total: 1, files: [] });
  const [task] = (await shop.said()).findLast(({ type }) => type === 'selection-change')!.tasks as number[];
  expect(task).toBeGreaterThan(0);
  await shop.rows().first().locator('a.name').click();
  await expect(shop.frame.getByRole('complementary')).toBeVisible();
  const tab = context.waitForEvent('page');
  await shop.frame.getByRole('complementary').getByRole('link', { name: 'Open in Diffgram' }).click();
  await (await tab).close();
  await shop.hears({ type: 'task-open' });
  await shop.show('Our files').click();
  await shop.frame.locator('.tile').first().getByRole('checkbox').check();
  await expect.poll(async () => ((await shop.said()).findLast(({ type }) => type === 'selection-change')?.files as number[]).length).toBe(1);
});

test('an admin edits questions within the host, which hears that they are applied', async ({ page, demo, portal }) => {
  // What somebody is comes from the identity provider: they were at the portal before.
  await portal.signInAs('alex');
  const shop = new Shop(page, demo.world);
  await shop.open('token', 'alex');
  await expect(shop.rows().first()).toBeVisible();
  await shop.show('Questions (Alex)').click();
  await expect(shop.heading('Everyday scenes')).toBeVisible();
  await shop.frame.getByRole('link', { name: 'Anything to remark?' }).click();
  await shop.frame.getByRole('textbox', { name: 'Question', exact: true }).fill('Anything to remark here?');
  await shop.frame.getByRole('button', { name: 'Review changes' }).click();
  await shop.frame.getByRole('dialog').getByRole('button', { name: /^Apply/ }).click();
  await expect(shop.frame.getByRole('region', { name: 'It is in Diffgram' })).toBeVisible({ timeout: 20_000 });
  await shop.hears({ type: 'schema-applied', schema: 1 });
  const editor = new SchemaEditor(page);
  await portal.open('/schemas/1/attributes/4');
  await expect(editor.question()).toHaveValue('Anything to remark here?');
});

test('EMB-02 who is no admin is no admin in a frame either', async ({ page, demo, watch }) => {
  watch.allow(/status of 40[34]/);
  const shop = new Shop(page, demo.world);
  await shop.open('token', 'ana');
  await shop.show('Questions (Alex)').click();
  await expect(shop.heading(/This page is for admins|does not exist/)).toBeVisible();
});

test('the look follows: colours, corners, language, scheme; what cannot be read is put right', async ({ page, demo }) => {
  const shop = new Shop(page, demo.world);
  await shop.open();
  await expect(shop.rows().first()).toBeVisible();
  const root = shop.frame.locator('html');
  const accent = () => root.evaluate((root) => getComputedStyle(root).getPropertyValue('--accent').trim());
  expect(await accent(), 'as the configuration of the host says').toBe('#0b6e4f');
  await page.getByLabel('Accent').fill('#0b6bcb');
  await expect.poll(accent).toBe('#0b6bcb');
  await page.getByLabel('Scheme').selectOption('dark');
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await page.getByLabel('Density').selectOption('compact');
  await expect(root).toHaveAttribute('data-density', 'compact');
  await isAccessible(page);
  await page.getByLabel('Accent').fill('#ffe000');
  await shop.hears({ type: 'error', code: 'look_refused' });
  expect(await accent()).not.toBe('#ffe000');
  await page.getByLabel('Scheme').selectOption('light');
  await isAccessible(page);
  await page.getByLabel('Language').selectOption('de');
  await expect(shop.heading('Meine Aufgaben')).toBeVisible();
});

test('EMB-20 a look is made of words and numbers: no CSS gets in', async ({ page, demo }) => {
  const shop = new Shop(page, demo.world);
  await shop.open();
  await expect(shop.rows().first()).toBeVisible();
  const before = await shop.frame.locator('html').getAttribute('style');
  for (const accent of ['url(//evil)', 'red;background:url(//evil)', '</style><script>alert(1)</script>', 'expression(1)', 'x'.repeat(15_000)]) {
    await page.locator('diffgram-portal').evaluate((element, accent) => element.setAttribute('accent', accent), accent);
  }
  await shop.hears({ type: 'error', code: 'look_refused' });
  await page.locator('diffgram-portal').evaluate((element) => element.removeAttribute('accent'));
  await expect.poll(() => shop.frame.locator('html').getAttribute('style')).toBe(before);
  await expect(shop.rows().first()).toBeVisible();
});

test('EMB-19 as high as what is in it: settles, and a long list scrolls in itself', async ({ page, demo }) => {
  const shop = new Shop(page, demo.world);
  await shop.open();
  await expect(shop.rows().first()).toBeVisible();
  await page.getByLabel('Height').selectOption('auto');
  const heights = async () => (await shop.said()).filter(({ type }) => type === 'height').map(({ height }) => height as number);
  await expect.poll(async () => (await heights()).length).toBeGreaterThan(0);
  await page.waitForTimeout(2_500);
  const settled = await heights();
  expect(settled.length, String(settled)).toBeLessThanOrEqual(3);
  expect(settled.at(-1)).toBeGreaterThan(200);
  expect(settled.at(-1)).toBeLessThanOrEqual(1_200);
  const element = await page.locator('diffgram-portal').boundingBox();
  expect(Math.abs(element!.height - settled.at(-1)!)).toBeLessThan(8);
  const inside = await shop.frame.locator('html').evaluate((root) => root.scrollHeight - root.clientHeight);
  expect(inside, 'no second scrollbar').toBeLessThanOrEqual(1);
});

test('by a window, as on a page of its own', async ({ page, demo, context }) => {
  const shop = new Shop(page, demo.world);
  await shop.open('window');
  await expect(shop.heading('Sign in to see your tasks')).toBeVisible();
  const opening = context.waitForEvent('page');
  await shop.frame.getByRole('button', { name: 'Sign in' }).click();
  const window = await opening;
  await window.getByRole('button', { name: /Ana Lima/ }).click();
  await expect(shop.rows().first()).toBeVisible();
});

test('on one site with the portal: the same, and cookies are kept by all browsers', async ({ page, demo, context }) => {
  const origin = demo.world.host.replace('localhost', '127.0.0.1');
  const shop = new Shop(page, demo.world, origin);
  await shop.open();
  await expect(shop.rows().first()).toBeVisible();
  expect(shop.address()).toBe('/embed/market/inbox');
  const names = (await context.cookies()).map(({ name }) => name);
  expect(names.some((name) => name.includes('market'))).toBe(true);
  expect(names.some((name) => name.includes('shop'))).toBe(false);
});

/** Every frame of the portal finds this. */
const inFrames = (context: BrowserContext, world: World, what: string): Promise<unknown> =>
  context.addInitScript(`if (location.origin === ${JSON.stringify(world.portal)} && parent !== window) { ${what} }`);

test('EMB-13 storage blocked: the frame starts all the same, and says so', async ({ page, demo, context }) => {
  await inFrames(context, demo.world, "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });");
  const shop = new Shop(page, demo.world);
  await shop.open();
  await expect(shop.rows().first()).toBeVisible();
  await shop.hears({ type: 'error', code: 'storage_blocked' });
});

test('EMB-13 EMB-14 cookies blocked: a sentence and a tab, and the host hears why', async ({ page, demo, context }) => {
  await context.route(`${demo.world.portal}/embed/shop/api/session`, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    const answer = await route.fetch();
    await context.clearCookies();
    await route.fulfill({ status: answer.status(), body: '' });
  });
  const shop = new Shop(page, demo.world);
  await shop.open();
  await expect(shop.heading('Your browser keeps no cookies here')).toBeVisible();
  await shop.hears({ type: 'error', code: 'cookies_blocked' });
  await page.waitForTimeout(1_500);
  expect((await shop.said()).filter(({ type, code }) => type === 'error' && code !== 'storage_blocked')).toHaveLength(1);
});

test('EMB-17 a window that does not open: what to allow, and the host hears why', async ({ page, demo, context }) => {
  await inFrames(context, demo.world, 'window.open = () => null;');
  const shop = new Shop(page, demo.world);
  await shop.open('window');
  await shop.frame.getByRole('button', { name: 'Sign in' }).click();
  await expect(shop.heading('Your browser opened no window')).toBeVisible();
  await shop.hears({ type: 'error', code: 'popup_blocked' });
});

test('a backend that fails: the host hears, and people can still sign in by a window', async ({ page, demo, watch }) => {
  watch.allow(/status of 500/);
  await page.route(`${demo.world.host}/token`, (route) => route.fulfill({ status: 500 }));
  const shop = new Shop(page, demo.world);
  await shop.open();
  await shop.hears({ type: 'error', code: 'token_failed' });
  await expect(shop.frame.getByRole('button', { name: 'Sign in' })).toBeVisible();
});

test('EMB-22 two at once hear each their own; moved, removed and put back they leave nothing', async ({ page, demo }) => {
  const shop = new Shop(page, demo.world);
  await shop.open();
  await expect(shop.rows().first()).toBeVisible();
  await page.evaluate(() => {
    const first = document.querySelector('diffgram-portal')!;
    const second = document.createElement('diffgram-portal');
    for (const name of ['src', 'host'] as const) second[name] = first[name];
    Object.assign(second, { id: 'second', view: 'explorer', label: 'Files' });
    second.addEventListener('navigate', ({ detail }) => second.setAttribute('data-at', detail.path));
    first.after(second);
  });
  const second = page.frameLocator('#second >> iframe');
  // One session in both frames of the host.
  await expect(second.locator('.tile a.name').first()).toBeVisible();
  await second.locator('.tile a.name').first().click();
  await expect(page.locator('#second')).toHaveAttribute('data-at', /^\/files\/\d+/);
  expect((await shop.said()).filter(({ type }) => type === 'navigate'), 'the first heard nothing of it').toEqual([]);

  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.enable');
  const held = async () => {
    await cdp.send('HeapProfiler.collectGarbage');
    const { metrics } = await cdp.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value])) as Record<string, number>;
  };
  await cdp.send('Performance.enable');
  await page.evaluate(() => document.querySelector('#second')!.remove());
  const before = await held();
  await page.evaluate(async (portal) => {
    for (let n = 0; n < 100; n++) {
      const element = document.createElement('diffgram-portal');
      Object.assign(element, { src: portal, host: 'shop', view: 'inbox', lazy: true });
      element.style.marginTop = '9000px';
      document.body.append(element);
      if (n % 2) document.body.prepend(element);
      element.remove();
      await new Promise(requestAnimationFrame);
    }
  }, demo.world.portal);
  await page.waitForTimeout(500);
  const after = await held();
  expect(after.JSEventListeners! - before.JSEventListeners!).toBeLessThanOrEqual(2);
  expect(after.Documents! - before.Documents!).toBeLessThanOrEqual(1);
  await expect(page.locator('diffgram-portal')).toHaveCount(1);
  await expect(shop.rows().first()).toBeVisible();
});

test('it starts when it comes near, if it is told to', async ({ page, demo }) => {
  const shop = new Shop(page, demo.world);
  await shop.open();
  await page.evaluate((portal) => {
    document.body.style.paddingBottom = '6000px';
    const element = document.createElement('diffgram-portal');
    Object.assign(element, { id: 'late', src: portal, host: 'shop', view: 'inbox', lazy: true });
    element.style.position = 'absolute';
    element.style.top = '5000px';
    document.body.append(element);
  }, demo.world.portal);
  await page.waitForTimeout(500);
  const source = () => page.locator('#late iframe').evaluate((frame: HTMLIFrameElement) => frame.src);
  expect(await source()).toBe('');
  await page.locator('#late').scrollIntoViewIfNeeded();
  await expect.poll(source).toContain('/embed/shop/inbox');
});

/** A page of an origin that no [[host]] names. */
async function stranger(html: string): Promise<{ url: string; server: Server }> {
  const server = createServer((_, answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end(html));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://localhost:${(server.address() as AddressInfo).port}/`, server };
}

test('EMB-01 EMB-16 a page that may not frame it is told what is missing, in words for whoever builds it', async ({ page, demo, watch }) => {
  watch.allow(/frame-ancestors|Framing|refused to connect|Refused to|the frame says nothing/i);
  const { url, server } = await stranger(`<!doctype html><html lang="en"><title>Elsewhere</title><link rel="icon" href="data:,"><script type="module" src="${demo.world.portal}/embed/element.js"></script>
    <ol id="log"></ol><diffgram-portal src="${demo.world.portal}" host="shop"></diffgram-portal>
    <script>addEventListener('error', ({ detail }) => { const li = document.createElement('li'); li.textContent = JSON.stringify({ type: 'error', ...detail }); document.getElementById('log').append(li); });</script>`);
  await page.goto(url);
  const shop = new Shop(page, demo.world);
  await expect.poll(() => shop.said(), { timeout: 15_000 }).toContainEqual(expect.objectContaining({ code: 'frame_blocked' }));
  expect(String((await shop.said())[0]!.words)).toContain('[[host]]');
  await expect(shop.rows()).toHaveCount(0);
  server.close();
});

test('EMB-05 EMB-06 forged messages move nothing: neither the element nor the frame', async ({ page, demo }) => {
  const shop = new Shop(page, demo.world);
  await shop.open();
  await expect(shop.rows().first()).toBeVisible();
  const before = await shop.said();
  await page.evaluate(() => {
    // From the page itself, and from a frame of its own: right words, wrong window and origin.
    const words = (message: unknown): string => JSON.stringify({ diffgram_portal: 1, message });
    window.postMessage(words({ type: 'navigate', path: '/schemas/1' }), '*');
    window.postMessage(words({ type: 'height', height: 1 }), '*');
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const script = frame.contentDocument!.createElement('script');
    script.textContent = '';
    const inside = document.querySelector('diffgram-portal')!.shadowRoot!.querySelector('iframe')!.contentWindow!;
    (frame.contentWindow as unknown as { say: (to: Window, text: string) => void }).say = (to, text) => to.postMessage(text, '*');
    // The host itself may say odd things too: only what is known, typed and shown by this host is taken.
    for (const go of [{ view: 'javascript:alert(1)' }, { view: 'task', task: 'javascript:alert(1)' }, { view: 'inbox', filter: '#//evil' }, { view: 'file' }]) inside.postMessage(words({ type: 'go', ...go }), '*');
    frame.remove();
  });
  await page.waitForTimeout(800);
  const news = (await shop.said()).slice(before.length).filter(({ type }) => type !== 'selection-change');
  expect(news.filter(({ type, code }) => type !== 'error' || code !== 'view_refused').filter(({ path }) => path !== undefined && !String(path).startsWith('/inbox'))).toEqual([]);
  expect(shop.address()).toMatch(/^\/embed\/shop\/inbox/);
  await expect(shop.frame.getByRole('grid').or(shop.rows().first()).first()).toBeVisible();
});

test('EMB-23 from right to left, as at 400 percent, in forced colours', async ({ page, demo }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.emulateMedia({ forcedColors: 'active' });
  const shop = new Shop(page, demo.world);
  await shop.open();
  await expect(shop.rows().first()).toBeVisible();
  await page.evaluate(() => (document.documentElement.dir = 'rtl'));
  await shop.frame.locator('html').evaluate((root) => root.setAttribute('dir', 'rtl'));
  await fitsTheWidth(page);
  expect(await shop.frame.locator('html').evaluate((root) => root.scrollWidth - root.clientWidth), 'nothing beside the frame').toBeLessThanOrEqual(1);
  await shop.show('Next task').click();
  await expect(shop.frame.getByRole('button', { name: /^Next task/ })).toBeVisible();
  expect(await shop.frame.locator('html').evaluate((root) => root.scrollWidth - root.clientWidth)).toBeLessThanOrEqual(1);
});

test('EMB-24 by keyboard into the frame, out again, and Escape closes what is open in it', async ({ page, demo }) => {
  const shop = new Shop(page, demo.world);
  await shop.open();
  await shop.show('Next task').click();
  await expect(shop.frame.getByRole('button', { name: /^Next task/ })).toBeVisible();
  await shop.show('Questions (Alex)').focus();
  const place = (): Promise<string> => page.evaluate(() => document.activeElement?.tagName ?? '');
  await page.keyboard.press('Tab');
  expect(await place()).toBe('DIFFGRAM-PORTAL');
  for (let n = 0; n < 60 && (await place()) === 'DIFFGRAM-PORTAL'; n++) await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.closest('aside') !== null), 'behind the frame').toBe(true);
  await page.keyboard.press('Shift+Tab');
  expect(await place()).toBe('DIFFGRAM-PORTAL');
  await shop.frame.locator('body').press('?');
  const open = shop.frame.getByRole('dialog');
  await expect(open).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(open).toBeHidden();
});
