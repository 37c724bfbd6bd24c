// Languages: German as a person chooses or prefers it, and everything right to left.
import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import { Portal } from '../support/portal.ts';
import { expect, type Page, test } from '../support/test.ts';
import { saysOnlyItsOwnWords } from '../support/words.ts';

const html = (page: Page) => page.locator('html');

test('German is chosen in the menu; the address, a reload and the numbers follow @narrow', async ({ portal, page }) => {
  await portal.signInAs('ana', '/?tab=all&sort=name');
  await expect(html(page)).toHaveAttribute('lang', 'en');
  await portal.openMenu();
  const choice = page.getByRole('combobox', { name: 'Language' });
  await expect(choice.locator('option')).toHaveText(['English', 'Deutsch']);
  await expect(choice.locator('option').nth(1)).toHaveAttribute('lang', 'de');
  await choice.selectOption('Deutsch');

  await expect(portal.heading('Meine Aufgaben')).toBeVisible();
  expect(page.url()).toBe(`${portal.world.portal}/?tab=all&sort=name`);
  await expect(html(page)).toHaveAttribute('lang', 'de');
  await expect(page).toHaveTitle('Meine Aufgaben');
  await page.reload();
  await expect(portal.heading('Meine Aufgaben')).toBeVisible();
  await expect(portal.tasks.rows().first().locator('time')).toHaveText(/^(vor|gestern|vorgestern|jetzt|letzte)/);
  await expect(portal.tasks.rows().first().locator('time')).toHaveAttribute('title', /^\d{2}\.\d{2}\.\d{4}, /);
  const status = page.getByRole('tabpanel').getByRole('status').first();
  await expect(status).toHaveText(/^\d+ Aufgaben$/);
  await page.getByRole('searchbox', { name: 'Aufgaben suchen' }).fill('no file is called this');
  await expect(status).toHaveText('0 Aufgaben');
  await expect(page.getByRole('heading', { level: 2 })).toHaveText('Nichts gefunden für „no file is called this“');
  await isAccessible(page);
  await fitsTheWidth(page);

  // Back to English, by the same way.
  await portal.openMenu();
  await page.getByRole('combobox', { name: 'Sprache' }).selectOption('English');
  await expect(portal.heading('My tasks')).toBeVisible();
  await expect(html(page)).toHaveAttribute('lang', 'en');
});

test('a browser that prefers German gets it, with its region and one of a thing as one', async ({ browser, demo, diffgram }) => {
  const context = await browser.newContext({ locale: 'de-AT' });
  const page = await context.newPage();
  const portal = new Portal(page, demo.world);
  const name = `einzeln-${Date.now()}.jpg`;
  await diffgram.add(name, 'ana@acme.example');
  await portal.signInAs('ana');
  await expect(portal.heading('Meine Aufgaben')).toBeVisible();
  await page.getByRole('tab', { name: /^Alle/ }).click();
  await page.getByRole('searchbox').fill(name);
  await expect(page.getByRole('tabpanel').getByRole('status').first()).toHaveText('1 Aufgabe', { timeout: 40_000 });
  await context.close();
});

test('a language that nobody has, or that does not come, is English', async ({ portal, page, watch }) => {
  watch.allow(/status of 404/);
  await portal.signInAs('ana', '/?lang=../x');
  await expect(portal.heading('My tasks')).toBeVisible();
  await page.route('**/locales/de-*.json', (route) => route.fulfill({ status: 404, body: 'gone' }));
  await portal.open('/?lang=de');
  await expect(portal.heading('My tasks')).toBeVisible();
  await expect(html(page)).toHaveAttribute('lang', 'en');
  await page.unroute('**/locales/de-*.json');
  await portal.open('/?lang=de');
  await expect(portal.heading('Meine Aufgaben')).toBeVisible();
});

test('where the browser keeps nothing, the choice still holds', async ({ portal, page }) => {
  await portal.signInAs('ana');
  await page.addInitScript(() => Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('denied', 'SecurityError'); } }));
  await page.reload();
  await portal.openMenu();
  await page.getByRole('combobox', { name: 'Language' }).selectOption('Deutsch');
  await expect(portal.heading('Meine Aufgaben')).toBeVisible();
  await page.reload();
  await expect(portal.heading('Meine Aufgaben')).toBeVisible();
});

test('when the page cannot start it says so in German', async ({ browser, demo }) => {
  const context = await browser.newContext({ locale: 'de-DE' });
  const page = await context.newPage();
  await page.route('**/*.wasm', (route) => route.abort());
  await page.goto(demo.world.portal);
  await expect(page.getByRole('alert')).toContainText('Das Portal konnte nicht geladen werden');
  await expect(page.getByRole('button', { name: 'Neu laden' })).toBeVisible();
  await context.close();
});

/** Right to left, every word from `locales/`, nothing wider than the screen, nothing that axe finds. */
async function isWell(page: Page): Promise<void> {
  await expect(html(page)).toHaveAttribute('dir', 'rtl');
  await saysOnlyItsOwnWords(page);
  await fitsTheWidth(page);
  // Brackets around each text of this language: no text is a part of another, as it is in a real one.
  await isAccessible(page, ['label-content-name-mismatch']);
}

test('right to left: my tasks, a task, a file, an empty list, no page, signed out @narrow', async ({ portal, page, watch }) => {
  test.setTimeout(120_000);
  watch.allow(/status of 404/);
  await portal.signInAs('rita', '/?tab=all&q=retina');
  await page.evaluate(() => localStorage.setItem('portal.language', 'xb'));
  await page.reload();
  const row = portal.tasks.rows().first();
  await expect(row).toBeVisible();
  await isWell(page);
  // Words begin at the right.
  const [list, name] = [(await portal.part('.rows').boundingBox())!, (await row.locator('.thumb').boundingBox())!];
  expect(name.x).toBeGreaterThan(list.x + list.width / 2);
  await portal.part('.menu > button').click();
  await isWell(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.locator('dialog')).toBeVisible();
  await isWell(page);
  await page.keyboard.press('Escape');

  await row.locator('a.name').click();
  await expect(page.locator('.stage canvas')).toBeVisible();
  await isWell(page);
  await page.locator('.side a[href^="/files/"]').click();
  await expect(page.getByRole('slider')).toBeVisible();
  await page.getByRole('slider').fill('90');
  await isWell(page);

  await portal.open('/?tab=all&q=nothing-has-this-name');
  await expect(page.getByRole('heading', { level: 2 })).toBeVisible();
  await isWell(page);
  for (const address of ['/tasks/999999999', '/files/999999999', '/nowhere/at/all']) {
    await portal.open(address);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await isWell(page);
  }
  await portal.open('/');
  await portal.part('.menu > button').click();
  await portal.part('.menu-card .btn').last().click();
  await expect(page).toHaveURL(/signed-out/);
  await expect(page.getByRole('button').first()).toBeVisible();
  await isWell(page);
});

test('right to left: people without a place are told why', async ({ portal, page }) => {
  await portal.signInAs('nora', '/?lang=xb');
  await isWell(page);
});

test('right to left: files, a query that is wrong, one that finds nothing, a view @narrow', async ({ portal, page }) => {
  test.setTimeout(120_000);
  await portal.signInAs('rita', '/explorer');
  await page.evaluate(() => localStorage.setItem('portal.language', 'xb'));
  await page.reload();
  const tiles = page.locator('.tile a.name');
  await expect(tiles.first()).toBeVisible();
  await isWell(page);
  // The first tile is at the right.
  const [grid, tile] = [(await page.locator('.tiles').boundingBox())!, (await page.locator('#tile-0').boundingBox())!];
  expect(tile.x + tile.width).toBeGreaterThan(grid.x + grid.width - 40);

  await page.locator('.query-help').click();
  await expect(page.locator('.help-card')).toBeVisible();
  await isWell(page);
  await page.keyboard.press('Escape');
  const field = page.locator('.query input');
  await field.fill('label:face scor>0.6');
  // What is typed is from the left, wherever the page begins.
  await expect(field).toHaveCSS('direction', 'ltr');
  await expect(page.locator('.wrong')).toBeVisible();
  await isWell(page);
  await field.fill('no-file-has-this-name');
  await expect(page.getByRole('heading', { level: 2 })).toBeVisible();
  await isWell(page);

  await field.fill('label:face');
  // On a small screen what could stand there lies over the button, until the field is left.
  await field.blur();
  await page.locator('.explorer-ask > .btn').nth(1).click();
  await page.locator('#view-name').fill('Faces');
  await isWell(page);
  await page.locator('.view-dialog .btn.primary').click();
  await expect(page.locator('.views')).toContainText('Faces');
  await isWell(page);
  // As it was, for who comes next.
  await page.locator('.view-change').last().click();
  await page.locator('.view-dialog .btn.bad').click();
  await expect(page.locator('.views')).not.toContainText('Faces');
});

test('right to left: schemas, every kind of question, a draft with a fault, its review, the changes @narrow', async ({ portal, page, watch }) => {
  watch.allow(/status of 404/);
  test.setTimeout(240_000);
  await portal.signInAs('alex', '/schemas');
  await page.evaluate(() => localStorage.setItem('portal.language', 'xb'));
  await page.reload();
  await expect(page.locator('.lines a').first()).toBeVisible();
  await isWell(page);
  await portal.open('/schemas/1');
  const questions = page.locator('.rail-list a[href*="/attributes/"]');
  await expect(questions.first()).toBeVisible();
  await isWell(page);
  for (const address of await questions.evaluateAll((links) => links.map((link) => link.getAttribute('href')!))) {
    await portal.open(address);
    await expect(page.locator('.schema-preview')).toBeVisible();
    await isWell(page);
  }

  await portal.open('/schemas/1/attributes/8');
  await expect(page.locator('.option').first()).toBeVisible();
  const add = async (name: string): Promise<void> => {
    await page.locator('.add .pair input').fill(name);
    await page.keyboard.press('Enter');
  };
  const turn = `amber ${test.info().project.name}`;
  await add(turn);
  await add('');
  await page.locator('.add summary').click();
  await page.locator('.option .acts .btn').nth(2).click();
  await expect(page.locator('dialog.picker[open]')).toBeVisible();
  await isWell(page);
  await page.keyboard.press('Escape');
  // A name that is there already: the fault is told at the option and below.
  await page.locator('.option > input').last().fill(await page.locator('.option > input').first().inputValue());
  await expect(page.locator('.faults')).toBeVisible();
  await isWell(page);
  await page.locator('.option > input').last().fill(turn);
  await page.locator('.option').first().locator('.acts .btn').last().click();
  await page.locator('.schema-bar .btn.primary').click();
  await expect(page.locator('dialog.review[open]')).toBeVisible();
  await isWell(page);
  await page.locator('dialog.review[open] .buttons .btn').first().click();
  // Only the new option is applied; what was to be archived is kept.
  await page.locator('.tools .btn').first().click();
  await page.locator('.schema-bar .btn.primary').click();
  await page.locator('dialog.review[open] .btn.primary').click();
  await expect(page.locator('.run.done')).toBeVisible({ timeout: 20_000 });
  await isWell(page);

  await portal.open('/changes');
  await expect(page.locator('.audit > li').first()).toContainText('Alex Doe');
  await page.locator('.audit summary').first().click();
  await isWell(page);
  await portal.open('/schemas/999999999');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await isWell(page);
});

test('right to left: who is no admin is told so', async ({ portal, page, watch }) => {
  watch.allow(/status of 403/);
  await portal.signInAs('ana', '/schemas?lang=xb');
  await isWell(page);
  await portal.open('/changes?lang=xb');
  await isWell(page);
});
