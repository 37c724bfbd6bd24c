// The explorer page: what is in it, the table, a larger picture, selecting, exporting, and views that keep how they show.
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';

import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import { expect, test } from '../support/test.ts';

const field = (page: Page): Locator => page.getByRole('combobox', { name: 'Which files' });
const grid = (page: Page): Locator => page.getByRole('grid', { name: 'Files' });
const tiles = (page: Page): Locator => page.getByRole('gridcell').filter({ has: page.locator('a.name') });
const found = async (page: Page): Promise<number> => Number((await page.locator('.found').innerText()).replace(/\D/g, ''));

/** Opens the explorer once everything has been read, so that nothing is counted anew below the test. */
async function settled(page: Page): Promise<void> {
  await expect(tiles(page).first()).toBeVisible();
  await expect(page.locator('.found')).toHaveText(/^[\d,]+ files?$/, { timeout: 30_000 });
}

test('what is in it is counted, and a click narrows the query and its counts @narrow', async ({ portal, page }, info) => {
  await portal.signInAs('rita', '/explorer');
  await settled(page);
  const narrow = info.project.name === 'narrow';
  const panel = narrow ? page.getByRole('dialog', { name: 'What is in it' }) : page.getByRole('complementary', { name: 'What is in it' });
  if (narrow) await page.getByRole('button', { name: 'What is in it' }).click();
  const face = panel.getByRole('checkbox', { name: /^face/ });
  const counted = Number((await panel.getByText(/^face$/).locator('xpath=../small').innerText()).replace(/\D/g, ''));
  expect(counted).toBeGreaterThan(10);
  await isAccessible(page);
  await fitsTheWidth(page);
  const eye = panel.getByText(/^eye$/).locator('xpath=../small');
  const before = await eye.innerText();
  await face.check();
  await expect(field(page)).toHaveValue('label:face');
  await expect(page.locator('.found')).toHaveText(`${counted} files`);
  // Another label may be of another annotation; what the counts say is what is found.
  await expect(eye).not.toHaveText(before);
  const both = Number(await eye.innerText());
  await panel.getByRole('checkbox', { name: /^eye/ }).check();
  await expect(field(page)).toHaveValue('label:face (label:eye)');
  await expect(page.locator('.found')).toHaveText(`${both} files`);
  await face.uncheck();
  await panel.getByRole('checkbox', { name: /^eye/ }).uncheck();
  await expect(field(page)).toHaveValue('');

  // Two bars make a range of scores.
  const bar = (from: string): Locator => panel.getByRole('button', { name: new RegExp(`^${from} to `) });
  await bar('0.60').click();
  await expect(field(page)).toHaveValue('score>=0.6 score<0.7');
  await bar('0.80').click();
  await expect(field(page)).toHaveValue('score>=0.6 score<0.9');
  await expect(bar('0.70')).toHaveAttribute('aria-pressed', 'true');
  await panel.getByRole('button', { name: 'Any score' }).click();
  await expect(field(page)).toHaveValue('');
  await panel.getByRole('searchbox', { name: 'Search in Datasets' }).fill('NORTH');
  await expect(panel.getByRole('checkbox', { name: /^cust-/ })).toHaveCount(1);
  await panel.getByRole('checkbox', { name: /^cust-north/ }).check();
  await expect(field(page)).toHaveValue('dataset:cust-north-portraits');
  await expect(page.locator('.found')).toHaveText('13 files');
  if (narrow) {
    await page.getByRole('button', { name: 'Show 13 files' }).click();
    await expect(panel).toBeHidden();
  } else {
    await page.getByRole('button', { name: 'What is in it' }).click();
    await expect(panel).toHaveCount(0);
  }
});

test('the table sorts by its head, walks by keyboard and fits @narrow', async ({ portal, page }, info) => {
  await portal.signInAs('rita', '/explorer?q=has%3Aprediction');
  await settled(page);
  await page.getByRole('button', { name: 'Table' }).click();
  await expect(page).toHaveURL(/size=table/);
  const rows = grid(page).getByRole('row').filter({ has: page.locator('a.name') });
  await expect(rows.first()).toBeVisible();
  expect(await rows.count()).toBeLessThan(60);
  await isAccessible(page);
  await fitsTheWidth(page);
  await grid(page).getByRole('button', { name: 'Name' }).click();
  await expect(field(page)).toHaveValue('has:prediction sort:name');
  await expect(grid(page).getByRole('columnheader', { name: /^Name/ })).toHaveAttribute('aria-sort', 'ascending');
  const names = async (): Promise<string[]> => {
    const all = await rows.evaluateAll((rows) =>
      rows.toSorted((a, b) => Number(a.ariaRowIndex ?? a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex'))).map((row) => row.querySelector('a.name')!.textContent!.toLowerCase()),
    );
    return all;
  };
  await expect.poll(async () => { const all = await names(); return all.length > 5 && all.join() === all.toSorted().join(); }).toBe(true);
  await grid(page).getByRole('button', { name: 'Best score' }).click();
  await expect(field(page)).toHaveValue('has:prediction sort:-score');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('#tile-1')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('End');
  const last = (await found(page)) - 1;
  await expect(page.locator(`#tile-${last}`)).toBeInViewport({ ratio: 0.99 });
  await expect(page.locator(`#tile-${last} a.name`)).toBeVisible();
  if (info.project.name === 'wide') {
    const name = await page.locator(`#tile-${last} a.name`).innerText();
    await page.keyboard.press('Enter');
    await expect(portal.heading(name)).toBeVisible();
  }
});

test('a file is shown larger where the pointer or the keyboard rests, and never over its tile', async ({ portal, page }) => {
  await portal.signInAs('rita', '/explorer?q=astronaut');
  await settled(page);
  const preview = page.locator('.preview');
  const apart = async (tile: Locator): Promise<boolean> => {
    const [a, b] = [(await tile.boundingBox())!, (await preview.boundingBox())!];
    return b.x >= a.x + a.width || b.x + b.width <= a.x || b.y >= a.y + a.height || b.y + b.height <= a.y;
  };
  await page.locator('#tile-0').hover();
  await expect(preview).toBeVisible();
  await expect(preview).toContainText('face');
  expect(await apart(page.locator('#tile-0'))).toBe(true);
  await isAccessible(page);
  await page.keyboard.press('Escape');
  await expect(preview).toHaveCount(0);
  await page.mouse.move(5, 5);
  await grid(page).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(preview).toBeVisible();
  expect(await apart(page.locator('#tile-1'))).toBe(true);
  await page.keyboard.press('Escape');
  await expect(preview).toHaveCount(0);
});

test('files are selected one, in a range, all, and exported exactly so', async ({ portal, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await portal.signInAs('rita', '/explorer?q=dataset%3Acust-north-portraits%20sort%3Aname');
  await settled(page);
  const bar = page.getByRole('region', { name: 'Selected files' });
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('x');
  await expect(bar).toContainText('1 file selected');
  const pick = (index: number): Locator => page.locator(`#tile-${index}`).getByRole('checkbox');
  await pick(3).click({ modifiers: ['Shift'] });
  await expect(bar).toContainText('4 files selected');
  await expect(page.locator('#tile-2')).toHaveAttribute('aria-selected', 'true');
  await pick(1).click();
  await expect(bar).toContainText('3 files selected');
  await isAccessible(page);
  await bar.getByRole('button', { name: 'Copy links' }).click();
  await expect(page.getByText('3 links copied')).toBeVisible();
  const links = (await page.evaluate(() => navigator.clipboard.readText())).split('\n');
  expect(links).toHaveLength(3);
  expect(links.every((link) => /^http.*\/go\/file\/\d+$/.test(link))).toBe(true);

  const dialog = page.getByRole('dialog', { name: 'Export 3 files' });
  await bar.getByRole('button', { name: 'Export selection' }).click();
  await isAccessible(page);
  await dialog.getByRole('radio', { name: /^Diffgram/ }).check();
  const [kept] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Export' }).click()]);
  expect(kept.suggestedFilename()).toMatch(/^files-\d{4}-\d\d-\d\d\.txt$/);
  const ids = (await readFile(await kept.path(), 'utf8')).trim().split('\n');
  expect(ids.toSorted()).toEqual(links.map((link) => link.split('/').at(-1)!).toSorted());
  await expect(dialog.getByRole('status')).toContainText('Written: 3 files');
  await page.keyboard.press('Escape');

  await page.keyboard.press('Control+a');
  await expect(bar).toContainText('13 files selected');
  await pick(0).click();
  await expect(bar).toContainText('12 files selected');
  await page.keyboard.press('Escape');
  await expect(bar).toHaveCount(0);

  // All that is found, as COCO.
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const all = page.getByRole('dialog', { name: 'Export 13 files' });
  await all.getByRole('radio', { name: /^COCO/ }).check();
  const [whole] = await Promise.all([page.waitForEvent('download'), all.getByRole('button', { name: 'Export' }).click()]);
  const coco = JSON.parse(await readFile(await whole.path(), 'utf8')) as Record<'images' | 'annotations' | 'predictions', unknown[]>;
  expect(coco.images.length).toBeGreaterThan(10);
  expect(coco.predictions.length).toBeGreaterThan(10);
  await all.getByRole('button', { name: 'Close' }).click();
  await expect(all).toBeHidden();
});

test('a view keeps how it shows, stands in the menu, and its link lands there', async ({ portal, page }) => {
  await portal.signInAs('ben', '/explorer?q=sort%3Aname&size=table&score=70');
  await settled(page);
  await page.getByRole('button', { name: 'Save view' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Shown as: Table · predictions from 0.70');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('By name');
  await page.keyboard.press('Enter');
  const views = page.getByRole('navigation', { name: 'Views' });
  await page.getByRole('button', { name: 'Put the view “By name” into the menu' }).click();
  await expect(page.getByRole('button', { name: 'Take the view “By name” out of the menu' })).toBeVisible();
  await expect(views.getByRole('link').first()).toHaveText('By name');
  await page.getByRole('button', { name: 'Small' }).click();
  await field(page).fill('astronaut');
  await expect(page).toHaveURL(/q=astronaut/);
  await page.getByRole('link', { name: 'My tasks' }).click();
  await portal.openMenu();
  await page.getByRole('link', { name: 'By name' }).click();
  await expect(page.getByRole('button', { name: 'Table' })).toHaveAttribute('aria-pressed', 'true');
  await expect(field(page)).toHaveValue('sort:name');
  await expect(page.getByRole('slider', { name: /Draw predictions/ })).toHaveValue('70');
  const saved = (await (await page.request.get(`${portal.world.portal}/api/views`)).json()) as { id: string; name: string }[];
  await portal.open(`/go/view/${saved.find(({ name }) => name === 'By name')!.id}`);
  await expect(page).toHaveURL(/size=table&score=70/);
  await expect(grid(page).getByRole('row').filter({ has: page.locator('a.name') }).first()).toBeVisible();
  await isAccessible(page);
});

test('two queries side by side, each with its own count, and the address holds both @narrow', async ({ portal, page }) => {
  await portal.signInAs('rita', '/explorer?q=label:face');
  await settled(page);
  const faces = await found(page);
  await page.getByRole('button', { name: 'Two side by side' }).click();
  const second = page.getByRole('region', { name: 'Second list of files' });
  await expect(second.getByRole('status')).toHaveText(`${faces} files`);
  const asked = second.getByRole('textbox', { name: 'Which files in the second list' });
  await asked.fill('label:face score>=0.9');
  await asked.press('Enter');
  await expect(second.getByRole('status')).not.toHaveText(`${faces} files`);
  await expect(second.getByRole('status')).toHaveText(/^\d+ files?$/);
  await expect(second.getByRole('gridcell').first()).toBeVisible();
  await expect(page).toHaveURL(/q=label%3Aface&.*beside=label%3Aface%20score/);
  await isAccessible(page);
  await fitsTheWidth(page);
  // What cannot be read is said there, and the list stays.
  await asked.fill('score>');
  await asked.press('Enter');
  await expect(second.getByRole('alert')).toContainText('number');
  await expect(second.getByRole('gridcell').first()).toBeVisible();
  await page.reload();
  await expect(second).toBeVisible();
  await second.getByRole('button', { name: 'Close the second list' }).click();
  await expect(second).toHaveCount(0);
  await expect(page).not.toHaveURL(/beside/);
});

test('answers, months and tasks are counted beside the files, and a click asks for them', async ({ portal, page }) => {
  await portal.signInAs('rita', '/explorer');
  await settled(page);
  const panel = page.getByRole('complementary', { name: 'What is in it' });
  const all = await found(page);
  type Facet = { name: string; files: number };
  const facets = (await (await page.request.get(`${portal.world.portal}/api/files/facets`)).json()) as {
    answers: { attribute: string; options: Facet[] }[];
    months: Facet[];
    tasks: Facet[];
  };
  const answer = facets.answers[0]!;
  for (const [group, first, asks] of [
    [answer.attribute, answer.options[0]!, 'attribute.'],
    ['Made in', facets.months[0]!, `created:${facets.months[0]!.name}`],
    ['Tasks of mine', facets.tasks[0]!, `status:${facets.tasks[0]!.name}`],
  ] as const) {
    const box = panel.getByRole('group', { name: group }).getByRole('checkbox').first();
    await box.check();
    await expect.poll(() => field(page).inputValue()).toContain(asks);
    await expect(page.locator('.found')).toHaveText(new RegExp(`^${first.files} files?$`));
    await page.getByRole('button', { name: 'Clear the query' }).click();
    await expect(page.locator('.found')).toHaveText(`${all} files`);
  }
});
