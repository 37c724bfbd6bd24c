// Host apps, for admins: how their frames fare, and the text that puts the portal into one.
import { type Locator, type Page } from '@playwright/test';

import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import { PEOPLE } from '../support/portal.ts';
import { expect, test } from '../support/test.ts';
import { saysOnlyItsOwnWords } from '../support/words.ts';

/** What is written for one of the ways, once it is chosen. */
async function written(shop: Locator, way: string): Promise<string> {
  const button = shop.getByRole('button', { name: way, exact: true });
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  return shop.locator('pre').innerText();
}

/** What was copied last. */
const copied = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

test('an admin sees how a host app fares, and copies what puts the explorer into it @narrow', async ({ portal, page, context, request, watch, demo }) => {
  const { world } = demo;
  watch.allow(new RegExp(`status of 401.*${world.portal}/embed/shop/api/(session|tasks)`));
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: world.portal });
  const app = await context.newPage();
  await app.goto(`${world.host}/?mode=token&person=${PEOPLE.ana.email}`);
  await expect(app.frameLocator('iframe').getByRole('heading', { level: 1, name: 'My tasks' })).toBeVisible();

  await portal.signInAs('alex', '/schemas');
  await page.getByRole('link', { name: 'Host apps' }).click();
  await expect(portal.heading('Host apps')).toBeVisible();
  const shop = page.getByRole('region', { name: /^Acme Shop/ });
  const fact = (name: string) => shop.locator('dt', { hasText: name }).locator('xpath=following-sibling::dd[1]');
  await expect(fact('Origin')).toContainText(world.host);
  await expect(shop.getByRole('link', { name: 'Open it' })).toHaveAttribute('href', world.host);
  await expect(shop).toContainText('on another site than the portal');
  // The frame tells a second after it has started.
  await expect(async () => {
    await page.getByRole('button', { name: 'Look again' }).click();
    await expect(fact('A frame last started').locator('time')).toBeVisible({ timeout: 1_000 });
    await expect(fact('Signed in now')).toHaveText(/^[1-9]/, { timeout: 1_000 });
  }).toPass();

  // A frame that may open no windows says so, and the admin what to do.
  const told = shop.getByRole('listitem').filter({ hasText: 'allow-popups-to-escape-sandbox' });
  const before = Number(/(\d+) times?/.exec((await told.allInnerTexts()).join(' '))?.[1] ?? 0);
  const report = { storage: true, clipboard: true, popups: false, error: 'popup_blocked' };
  const answer = await request.post(`${world.portal}/embed/shop/api/frame-reports`, { data: report, headers: { origin: world.portal } });
  expect(answer.status()).toBe(204);
  await page.getByRole('button', { name: 'Look again' }).click();
  await expect(told).toContainText(new RegExp(`\\b${before + 1} times?`));
  await expect(shop.locator('.pill')).toHaveText(/to look at$/);

  // With one host alone it is open.
  await shop.locator('details.writing > summary').click();
  await shop.getByLabel('What it shows').selectOption('Files');
  await shop.getByLabel('Query').fill('label:"delivery van"');
  await shop.getByLabel('Light or dark').selectOption('Dark');
  const element = await written(shop, 'Element');
  expect(element).toContain(`<script type="module" src="${world.portal}/embed/element.js"></script>`);
  expect(element).toContain('view="explorer"\n  query="label:&quot;delivery van&quot;"\n  scheme="dark"\n></diffgram-portal>');
  expect(element).toContain('fetchToken');
  await shop.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByText('Copied', { exact: true })).toBeVisible();
  expect((await copied(page)).trim()).toBe(element.trim());

  expect(await written(shop, 'iframe')).toContain(`/embed/shop/explorer?q=label%3A%22delivery%20van%22`);
  expect(await written(shop, 'React')).toContain('query={"label:\\"delivery van\\""}');
  expect(await written(shop, 'Vue')).toContain('query="label:&quot;delivery van&quot;"');
  const backend = await written(shop, 'Backend');
  expect(backend).toContain('"views":["explorer","file"]');
  await isAccessible(page);
  await fitsTheWidth(page);

  // The link is the same page of the portal itself.
  const link = (await written(shop, 'Link')).trim();
  await shop.getByLabel('What it shows').selectOption('One task');
  await expect(shop.getByText('Say which one is to be shown.')).toBeVisible();
  await shop.getByLabel('Task’s id').fill('twelve');
  await expect(shop.getByLabel('Task’s id')).toHaveAttribute('aria-invalid', 'true');
  await expect(shop.getByText('Put right the fields that are marked.')).toBeVisible();
  await shop.getByLabel('By a window of your company’s sign-in').check();
  await shop.getByLabel('Task’s id').fill('12');
  expect(await written(shop, 'Element')).not.toContain('fetchToken');
  await shop.getByRole('button', { name: 'Backend' }).click();
  await expect(shop.getByText('the backend has nothing to do')).toBeVisible();

  await portal.open('/hosts?lang=xb');
  await page.locator('details.writing > summary').first().click();
  await expect(page.locator('.writing-text pre').first()).toBeVisible();
  await saysOnlyItsOwnWords(page);
  await fitsTheWidth(page);
  await page.goto(link);
  await expect(portal.heading('Files')).toBeVisible();
});

test('who is no admin sees nothing of host apps', async ({ portal, page, watch }) => {
  watch.allow(/status of 403/);
  await portal.signInAs('ana', '/hosts');
  await expect(portal.heading('This page is for admins')).toBeVisible();
  await expect(page.getByText('Acme Shop')).toHaveCount(0);
});
