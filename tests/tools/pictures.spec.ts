// Pictures of every page, to be looked at: wide, narrow, dark, right to left, empty, broken, many rows.
// PORTAL_PICTURES=1 npx playwright test, then see results/pictures.
import { type Browser, type Page, test } from '@playwright/test';

import { Demo } from '../support/demo.ts';
import { Portal, type Who } from '../support/portal.ts';

let demo: Demo;
test.beforeAll(async () => {
  demo = await Demo.start({ tasks: 10_000 });
});
test.afterAll(() => demo?.end());

type Look = { width?: number; dark?: boolean; rtl?: boolean };

async function visit(browser: Browser, who: Who, look: Look, walk: (portal: Portal, page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 1440, height: look.width ? 740 : 900 },
    colorScheme: look.dark ? 'dark' : 'light',
  });
  const page = await context.newPage();
  if (look.rtl) await page.addInitScript(() => addEventListener('DOMContentLoaded', () => (document.documentElement.dir = 'rtl')));
  const portal = new Portal(page, demo.world);
  await portal.signInAs(who);
  await walk(portal, page);
  await context.close();
}

const shot = async (page: Page, name: string) => {
  await page.waitForTimeout(700);
  await page.screenshot({ path: `results/pictures/${name}.png` });
};

const looks: [string, Look][] = [
  ['wide', {}],
  ['narrow', { width: 360 }],
  ['dark', { dark: true }],
  ['rtl', { rtl: true }],
];
for (const [name, look] of looks) {
  test(`tasks and a task, ${name}`, async ({ browser }) => {
    await visit(browser, 'ben', look, async (portal, page) => {
      await portal.tasks.tab('All').click();
      await portal.tasks.rows().first().waitFor();
      await shot(page, `inbox-ben-${name}`);
    });
    await visit(browser, 'ana', look, async (portal, page) => {
      await portal.tasks.rows().first().waitFor();
      await shot(page, `inbox-many-${name}`);
      await portal.tasks.tab('All').click();
      await portal.tasks.search().fill('pan-0');
      await page.waitForTimeout(800);
      await shot(page, `inbox-search-${name}`);
      const first = portal.tasks.rows().first().locator('a.name');
      if (await first.count()) {
        await first.click();
        await page.waitForTimeout(1500);
        await shot(page, `video-${name}`);
      }
    });
    await visit(browser, 'rita', look, async (portal, page) => {
      await portal.tasks.tab('All').click();
      await shot(page, `inbox-rita-${name}`);
      await portal.tasks.rows().first().locator('a.name').click();
      await page.waitForTimeout(1500);
      await shot(page, `task-${name}`);
      await portal.open('/?tab=all&q=retina');
      await portal.tasks.rows().first().locator('a.name').click();
      await page.getByRole('link', { name: /results/i }).click();
      await page.getByRole('slider').waitFor();
      await page.waitForTimeout(1500);
      await shot(page, `file-${name}`);
      await page.getByRole('slider').fill('60');
      await page.locator('.mark').first().click();
      await shot(page, `file-score-${name}`);
    });
  });
}

for (const [name, look] of looks) {
  test(`files, schemas, changes and a host app, ${name}`, async ({ browser }) => {
    await visit(browser, 'rita', look, async (portal, page) => {
      await portal.open('/explorer?q=has%3Aprediction');
      await page.getByRole('gridcell').first().waitFor();
      await page.waitForTimeout(2500);
      await shot(page, `explorer-${name}`);
      await portal.open('/explorer?q=lable%3Aface%20or');
      await shot(page, `explorer-wrong-${name}`);
      await portal.open('/explorer?q=nothing-has-this-name');
      await page.waitForTimeout(1000);
      await shot(page, `explorer-nothing-${name}`);
      await portal.open('/explorer?q=name%3Aastronaut%20has%3Aprediction');
      await page.getByRole('gridcell').first().dblclick();
      await page.waitForTimeout(2000);
      await shot(page, `file-of-explorer-${name}`);
    });
    await visit(browser, 'alex', look, async (portal, page) => {
      await portal.open('/schemas');
      await shot(page, `schemas-${name}`);
      await portal.open('/schemas/1');
      await page.waitForTimeout(1000);
      await shot(page, `schema-${name}`);
      for (const id of [1, 5, 8]) {
        await portal.open(`/schemas/1/attributes/${id}`);
        await page.waitForTimeout(1000);
        await shot(page, `attribute-${id}-${name}`);
      }
      await portal.open('/changes');
      await shot(page, `changes-${name}`);
    });
    const context = await browser.newContext({
      viewport: { width: look.width ?? 1440, height: look.width ? 740 : 900 },
      colorScheme: look.dark ? 'dark' : 'light',
    });
    const page = await context.newPage();
    await page.goto(`${demo.world.host}/?mode=token&person=ana@acme.example`);
    await page.waitForTimeout(3500);
    await shot(page, `host-${name}`);
    await context.close();
  });
}

test('empty, unknown, unverified, missing, signed out, broken', async ({ browser }) => {
  for (const who of ['nora', 'una', 'alex'] as const) {
    await visit(browser, who, {}, async (_, page) => shot(page, `person-${who}`));
  }
  await visit(browser, 'ben', {}, async (portal, page) => {
    await portal.tasks.search().fill('nothing has this name');
    await page.waitForTimeout(500);
    await shot(page, 'inbox-nothing-found');
    await portal.open('/tasks/99999999');
    await shot(page, 'task-missing');
    await portal.open('/nowhere');
    await shot(page, 'not-found');
    await portal.open('/');
    await portal.tasks.rows().first().waitFor();
    await page.request.post(`${demo.world.diffgram}/__demo/outage`, { data: { mode: 'unavailable' } });
    await page.waitForTimeout(7000);
    await shot(page, 'inbox-diffgram-down');
    await portal.tasks.rows().first().locator('a.name').click();
    await page.waitForTimeout(4000);
    await shot(page, 'task-diffgram-down');
    await page.request.post(`${demo.world.diffgram}/__demo/outage`, { data: { mode: 'none' } });
    await page.context().setOffline(true);
    await shot(page, 'offline');
    await page.context().setOffline(false);
    await portal.open('/');
    await portal.signOut();
    await page.waitForTimeout(1500);
    await shot(page, 'signed-out');
  });
});
