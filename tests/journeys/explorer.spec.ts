// Many files at once, by a query: what is shown, what a wrong query says, where it is on the way back, and saved views.
import type { Locator, Page } from '@playwright/test';

import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import { expect, test } from '../support/test.ts';

const field = (page: Page): Locator => page.getByRole('combobox', { name: 'Which files' });
const grid = (page: Page): Locator => page.getByRole('grid', { name: 'Files' });
/** Tiles that have come. */
const tiles = (page: Page): Locator => page.getByRole('gridcell').filter({ has: page.locator('a.name') });
const names = (page: Page): Promise<string[]> => tiles(page).locator('a.name').allInnerTexts();

/** How many files the page says there are, once it says so of this query. */
async function count(page: Page, q: string): Promise<number> {
  const asked = page.waitForResponse((answer) => new URL(answer.url()).searchParams.get('q') === q && answer.url().includes('/api/files?'));
  await field(page).fill(q);
  const list = (await (await asked).json()) as { total: number };
  await expect(page.locator('.found')).toHaveText(new RegExp(`^${list.total.toLocaleString('en')} files?$`));
  return list.total;
}

/** What a tile's drawing looks like, as one number. */
const looks = (tile: Locator): Promise<number> =>
  tile.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, byte) => (sum * 31 + byte) % 1_000_003, 0);
  });

test('and, or, not and brackets narrow the grid, and the counts agree @narrow', async ({ portal, page }) => {
  await portal.signInAs('rita', '/explorer');
  await expect(tiles(page).first()).toBeVisible();
  // While annotations are being read it also says how far that is.
  await expect(page.locator('.found')).toHaveText(/^[\d,]+ files?$/, { timeout: 30_000 });
  const all = Number((await page.locator('.found').innerText()).replace(/\D/g, ''));
  const astronaut = await count(page, 'astronaut');
  expect(astronaut).toBeGreaterThan(0);
  expect((await names(page)).every((name) => name.includes('astronaut'))).toBe(true);
  const admiral = await count(page, 'admiral');
  const either = await count(page, 'astronaut or admiral');
  expect(either).toBe(astronaut + admiral);
  expect(await count(page, '-(astronaut or admiral)')).toBe(all - either);
  const dataset = 'dataset:cust-north-portraits';
  const inNorth = await count(page, `(astronaut or admiral) ${dataset}`);
  expect(inNorth).toBeGreaterThan(0);
  expect(inNorth).toBeLessThan(either);
  const sure = await count(page, 'label:face score>=0.6');
  expect(sure).toBeGreaterThan(0);
  expect(await count(page, 'label:face')).toBeGreaterThan(sure);
  await isAccessible(page);
  await fitsTheWidth(page);
});

test('AUT-01 Ana sees the files of her customer: what is Ben’s is neither counted nor offered', async ({ portal, page }) => {
  await portal.signInAs('ana', '/explorer?q=dataset%3Acust-north-portraits');
  await expect(page.locator('.found')).toHaveText('13 files');
  expect(await count(page, 'dataset:cust-south-portraits')).toBe(0);
  await expect(page.getByRole('heading', { name: 'No file matches' })).toBeVisible();
  await field(page).fill('dataset:cust-');
  await expect(page.getByRole('option', { name: 'cust-north-portraits' })).toBeVisible();
  await expect(page.getByRole('option', { name: 'cust-south-portraits' })).toHaveCount(0);
});

for (const [who, theirs] of [['ben', 'dataset:cust-south-portraits'], ['gus', 'dataset:line-4']] as const) {
  test(`AUT-01 ${who} sees their own files and none of Ana’s`, async ({ portal, page }) => {
    await portal.signInAs(who, '/explorer?q=dataset%3Acust-north-portraits');
    await expect(page.getByRole('heading', { name: 'No file matches' })).toBeVisible();
    await expect(page.locator('.found')).toHaveText('0 files');
    expect(await count(page, theirs)).toBeGreaterThan(0);
    expect((await names(page)).some((name) => name.startsWith('north-'))).toBe(false);
  });
}

test('a query that cannot be read says where and what would be right; what was found stays', async ({ portal, page, watch }) => {
  await portal.signInAs('rita', '/explorer?q=astronaut');
  await expect(tiles(page).first()).toBeVisible();
  const before = (await names(page)).slice(0, 10);
  await field(page).fill('astronaut lable:face');
  const wrong = page.getByRole('alert').filter({ hasText: 'Character' });
  await expect(wrong).toContainText('Character 11: there is no such field');
  await expect(wrong.locator('mark')).toHaveText('lable');
  await expect(field(page)).toHaveAttribute('aria-invalid', 'true');
  expect((await names(page)).slice(0, 10)).toEqual(before);
  await expect(page).toHaveURL(/q=astronaut$/);
  await expect(page.getByRole('button', { name: 'Save view' })).toBeDisabled();
  await isAccessible(page);
  await wrong.getByRole('button', { name: 'Write label' }).click();
  await expect(field(page)).toHaveValue('astronaut label:face');
  await expect(wrong).toBeHidden();
  await expect(page).toHaveURL(/label/);
  // A link that cannot be read says so too, and how to go on. The gateway says it first: the question is asked beside the wasm.
  watch.allow(/status of 400/);
  await portal.open('/explorer?q=has%3A');
  await expect(page.getByRole('heading', { name: 'This query cannot be read' })).toBeVisible();
  await page.getByRole('button', { name: 'Show all files' }).click();
  await expect(tiles(page).first()).toBeVisible();
});

test('fields and names are offered while typing, by keyboard', async ({ portal, page }) => {
  await portal.signInAs('rita', '/explorer');
  await expect(tiles(page).first()).toBeVisible();
  await page.keyboard.press('/');
  await expect(field(page)).toBeFocused();
  await page.keyboard.type('la');
  await expect(page.getByRole('option', { name: 'label:' })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(field(page)).toHaveValue('label:');
  await page.keyboard.type('fac');
  await expect(page.getByRole('option', { name: 'face', exact: true })).toBeVisible();
  await isAccessible(page);
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('option', { name: 'face', exact: true })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(field(page)).toHaveValue('label:face ');
  await expect(page).toHaveURL(/label%3Aface/);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(field(page)).not.toBeFocused();
});

test('one click asks what is often asked, and writes it into the query', async ({ portal, page }) => {
  await portal.signInAs('rita', '/explorer');
  const chip = page.getByRole('button', { name: 'Has predictions' });
  await chip.click();
  await expect(field(page)).toHaveValue('has:prediction');
  await expect(chip).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('combobox', { name: 'Order' }).selectOption({ label: 'Highest score first' });
  await expect(field(page)).toHaveValue('has:prediction sort:-score');
  await expect(tiles(page).first().locator('.best')).toBeVisible();
  const scores = (await tiles(page).locator('.best [aria-hidden]').allInnerTexts()).map(Number);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  await page.goBack();
  await expect(field(page)).toHaveValue('has:prediction');
  await chip.click();
  await expect(field(page)).toHaveValue('');
});

test('CLI-06 the address holds all of it: reload, a file and back return to the same place', async ({ portal, page }) => {
  await portal.signInAs('rita', '/explorer?q=has%3Aprediction&size=l&score=60');
  await expect(tiles(page).first()).toBeVisible();
  const shown = await names(page);
  await page.reload();
  await expect.poll(() => names(page)).toEqual(shown);
  await expect(page.getByRole('button', { name: 'Large' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('slider', { name: /Draw predictions/ })).toHaveValue('60');

  await grid(page).evaluate((grid) => grid.scrollTo(0, 600));
  await expect.poll(() => tiles(page).count()).toBeGreaterThan(3);
  const tile = page.locator(`#${await tiles(page).nth(4).getAttribute('id')}`);
  const name = await tile.locator('a.name').innerText();
  const picture = tile.locator('.tile-picture');
  // The tiles above the opening are drawn, too: the click would scroll there.
  await picture.scrollIntoViewIfNeeded();
  const place = await grid(page).evaluate((grid) => Math.round(grid.scrollTop));
  expect(place).toBeGreaterThan(50);
  await picture.click();
  await expect(portal.heading(name)).toBeVisible();
  await expect(page).toHaveURL(/\/files\/\d+\?score=60$/);
  await page.goBack();
  await expect(tiles(page).first()).toBeVisible();
  await expect.poll(() => grid(page).evaluate((grid) => Math.round(grid.scrollTop))).toBe(place);
  await page.getByRole('link', { name: 'My tasks' }).click();
  await page.getByRole('link', { name: 'Files' }).click();
  await expect(field(page)).toHaveValue('has:prediction');
});

test('the score changes what is drawn on every tile, and nothing else', async ({ portal, page }) => {
  await portal.signInAs('rita', '/explorer?q=retina%20has%3Aprediction');
  const tile = tiles(page).first();
  await expect(tile.locator('canvas')).toBeVisible();
  await expect.poll(() => looks(tile)).not.toBe(0);
  const [all, listed] = [await looks(tile), await names(page)];
  const least = page.getByRole('slider', { name: /Draw predictions/ });
  await least.fill('95');
  await expect.poll(() => looks(tile)).not.toBe(all);
  await expect(page).toHaveURL(/score=95/);
  expect(await names(page)).toEqual(listed);
  await least.fill('0');
  await expect.poll(() => looks(tile)).toBe(all);
  await page.getByRole('checkbox', { name: 'Predictions' }).uncheck();
  await expect.poll(() => looks(tile)).not.toBe(all);
});

test('CLI-13 by keyboard alone: move, open, back, and go to the tasks and the files', async ({ portal, page }) => {
  await portal.signInAs('rita', '/explorer');
  await expect(tiles(page).first()).toBeVisible();
  const at = (index: number): Locator => page.locator(`#tile-${index}`);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(at(1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowDown');
  const columns = Number(await grid(page).getAttribute('aria-colcount'));
  await expect(at(1 + columns)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('End');
  const total = Number((await page.locator('.found').innerText()).replace(/\D/g, ''));
  await expect(at(total - 1)).toBeInViewport({ ratio: 0.99 });
  await expect(at(total - 1).locator('a.name')).toBeVisible();
  expect(await page.getByRole('gridcell').count()).toBeLessThanOrEqual(400);
  const name = await at(total - 1).locator('a.name').innerText();
  await page.keyboard.press('Enter');
  await expect(portal.heading(name)).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await expect(portal.heading('My tasks')).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await expect(at(total - 1)).toBeInViewport();
  await page.keyboard.press('Home');
  await expect(at(0)).toBeInViewport();
});

test('a view is saved, renamed and deleted; those for everybody stay @narrow', async ({ portal, page }) => {
  await portal.signInAs('ana', '/explorer?q=astronaut');
  const views = page.getByRole('navigation', { name: 'Views' });
  await expect(views.getByRole('link', { name: /Sure predictions.*given/ })).toBeVisible();
  await page.getByRole('button', { name: 'Save view' }).click();
  const dialog = page.getByRole('dialog');
  await isAccessible(page);
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText('needs a name');
  const name = '<b>In orbit</b> & {n}';
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  const mine = views.getByRole('link', { name });
  await expect(mine).toHaveAttribute('aria-current', 'true');
  // INJ-02: a name is text, whatever it says.
  await expect(page.locator('.views b')).toHaveCount(0);

  await views.getByRole('link', { name: /Sure predictions/ }).click();
  await expect(field(page)).toHaveValue('score>=0.8 sort:-score');
  await mine.click();
  await expect(field(page)).toHaveValue('astronaut');
  await page.reload();
  await expect(mine).toBeVisible();

  await page.getByRole('button', { name: `Change the view “${name}”` }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Astronauts');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(views.getByRole('link', { name: 'Astronauts' })).toBeVisible();
  await expect(mine).toHaveCount(0);
  await expect(page.getByRole('button', { name: /Change the view “Sure/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Change the view “Astronauts”' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(views.getByRole('link', { name: 'Astronauts' })).toHaveCount(0);
  await isAccessible(page);
  await fitsTheWidth(page);
});

test('INJ-02 hostile names are text on tiles', async ({ portal, page }) => {
  await portal.signInAs('ben', '/explorer?q=%22%3C%22');
  await expect(tiles(page).first()).toBeVisible();
  expect((await names(page)).every((name) => name.includes('<'))).toBe(true);
  await expect(page.locator('.tiles a.name').first().locator('img, script, svg')).toHaveCount(0);
  await isAccessible(page);
});
