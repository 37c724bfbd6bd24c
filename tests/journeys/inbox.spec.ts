// My tasks, narrowed down: filters whose counts are true, links that work for others, saved views, and a list that stays in place.
import type { Locator, Page } from '@playwright/test';

import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import { PEOPLE } from '../support/portal.ts';
import { expect, test } from '../support/test.ts';

test.use({ demoOptions: { tasks: 400 } });

const button = (page: Page): Locator => page.getByRole('button', { name: /^Filters/ }).and(page.locator(':not(#skeleton *)'));
const sheet = (page: Page): Locator => page.getByRole('dialog', { name: 'Filters' });
const group = (page: Page, name: string): Locator => sheet(page).getByRole('group', { name, exact: true });
const chips = (page: Page): Locator => page.getByRole('list', { name: 'Filters that are on' });
const found = async (page: Page): Promise<number> => Number(await page.getByRole('grid', { name: 'My tasks' }).last().getAttribute('aria-rowcount'));

/** What stands behind a value of the sheet. */
const count = async (value: Locator): Promise<number> => Number((await value.locator('xpath=ancestor::label').locator('small').innerText()).replace(/\D/g, ''));

test('each count is what its filter shows; chips, back and reload keep to it @narrow', async ({ portal, page }) => {
  await portal.signInAs('ana', '/?tab=all');
  // The first reading is over.
  await expect.poll(() => found(page)).toBeGreaterThan(400);
  const all = await found(page);
  await page.keyboard.press('f');
  const portraits = group(page, 'Job').getByRole('checkbox', { name: /^Portraits/ });
  await expect(portraits).toBeVisible();
  await isAccessible(page);
  await fitsTheWidth(page);
  const [one, other] = [await count(portraits), await count(group(page, 'Job').getByRole('checkbox', { name: /^Museum/ }))];
  expect(one).toBeGreaterThan(0);
  await portraits.check();
  await expect(sheet(page).getByRole('button', { name: `Show ${one} task` })).toBeVisible();
  // Another value of the same filter adds to it; its count did not change by the first.
  expect(await count(group(page, 'Job').getByRole('checkbox', { name: /^Museum/ }))).toBe(other);
  await group(page, 'Job').getByRole('checkbox', { name: /^Museum/ }).check();
  await expect(sheet(page).getByRole('button', { name: `Show ${one + other} task` })).toBeVisible();
  // A filter of another kind narrows it.
  const done = group(page, 'Status').getByRole('checkbox', { name: /^Done/ });
  const both = await count(done);
  await done.check();
  await sheet(page).getByRole('button', { name: `Show ${both} task` }).click();
  await expect(sheet(page)).toBeHidden();
  await expect.poll(() => found(page)).toBe(both);
  await expect(page).toHaveURL(/tab=all&job=1,5&status=complete$/);
  await expect(chips(page).getByRole('listitem')).toHaveText([/Job:Portraits/, /Job:Museum/, /Status:Done/]);
  await fitsTheWidth(page);
  await chips(page).getByRole('button', { name: 'Remove Status: Done' }).click();
  await expect.poll(() => found(page)).toBe(one + other);
  await page.goBack();
  await expect.poll(() => found(page)).toBe(both);
  await page.reload();
  await expect(chips(page).getByRole('listitem')).toHaveCount(3);
  await expect.poll(() => found(page)).toBe(both);
  await isAccessible(page);
  await page.getByRole('button', { name: 'Clear all' }).click();
  await expect.poll(() => found(page)).toBe(all);
  await expect(chips(page)).toBeHidden();
});

test('a link to a filtered list shows a colleague their own tasks, and says what is none of theirs', async ({ portal, page, browser, demo }) => {
  const link = '/?tab=all&job=1,5,8&sort=name';
  await portal.signInAs('ana', link);
  await expect(portal.tasks.rows().first()).toBeVisible();
  const hers = await found(page);
  await expect(chips(page).getByRole('listitem').filter({ hasText: '#8' })).toContainText('not among my tasks any more');
  await expect(chips(page).getByRole('listitem').filter({ hasText: 'Portraits' })).not.toContainText('not among');
  const context = await browser.newContext();
  const his = await context.newPage();
  const { Portal } = await import('../support/portal.ts');
  const bens = new Portal(his, demo.world);
  await bens.signInAs('ben', link);
  await expect(chips(his).getByRole('listitem')).toHaveCount(3);
  await expect(bens.tasks.rows().first()).toBeVisible();
  expect(await found(his)).toBeLessThan(hers);
  await expect(his.getByRole('combobox', { name: 'Order' })).toHaveValue('name');
  await context.close();
});

test('a view is saved, pinned and renamed; when its job is gone it says so and stays', async ({ portal, page, diffgram }) => {
  await portal.signInAs('ana', '/?tab=all&job=4&q=rocket');
  await expect(chips(page).getByRole('listitem')).toHaveText(/Job:Launches/);
  await button(page).click();
  await sheet(page).getByRole('button', { name: 'Save as view' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save what is shown as a view' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toContainText('1 to 80 characters');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Rockets');
  await isAccessible(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await sheet(page).getByRole('button', { name: 'Pin “Rockets” beside the tabs' }).click();
  await expect(sheet(page).getByRole('button', { name: 'Pin “Rockets” beside the tabs' })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Escape');
  const pinned = page.getByRole('navigation', { name: 'Pinned views' });
  await expect(pinned.getByRole('link', { name: 'Rockets' })).toHaveAttribute('aria-current', 'true');
  // Renamed, it still shows the same.
  await portal.open('/');
  await button(page).click();
  await sheet(page).getByRole('button', { name: 'Change “Rockets”' }).click();
  const change = page.getByRole('dialog', { name: 'Change the view' });
  await change.getByRole('textbox', { name: 'Name' }).fill('All rockets');
  await change.getByRole('button', { name: 'Save' }).click();
  await expect(change).toBeHidden();
  await page.keyboard.press('Escape');
  await pinned.getByRole('link', { name: 'All rockets' }).click();
  await expect(page).toHaveURL(/tab=all&q=rocket&job=4$/);
  await expect(portal.tasks.rows().first()).toContainText('rocket');
  // The job is archived with all its tasks.
  for (const { id, name } of await diffgram.tasksOf(PEOPLE.ana.email)) {
    if (/rocket/.test(name)) await diffgram.change(id, { status: 'archived' });
  }
  const chip = chips(page).getByRole('listitem');
  await expect(chip).toContainText('not among my tasks any more', { timeout: 60_000 });
  await page.reload();
  await expect(chip).toContainText('Launches');
  await expect(chip).toContainText('not among my tasks any more');
  await expect(page.getByRole('heading', { name: 'No task matches' })).toBeVisible();
  await isAccessible(page);
  await button(page).click();
  await sheet(page).getByRole('button', { name: 'Change “All rockets”' }).click();
  await change.getByRole('button', { name: 'Delete' }).click();
  await expect(change).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(pinned).toBeHidden();
});

test('a view that is given to reviewers is there for a reviewer and not for others', async ({ portal, page }) => {
  await portal.signInAs('rita');
  await button(page).click();
  const given = page.getByRole('link', { name: 'Reviews, oldest first' });
  await expect(sheet(page).getByRole('listitem').filter({ has: given })).toContainText('given');
  await given.click();
  await expect(page).toHaveURL(/sort=oldest&status=in_review,review_requested$/);
  await expect(portal.tasks.rows().first()).toBeVisible();
  await portal.signOut();
  await portal.signInAs('ana');
  await button(page).click();
  await expect(sheet(page).getByRole('heading', { name: 'Saved views' })).toBeVisible();
  await expect(given).toHaveCount(0);
});

test('heads of columns order the list both ways', async ({ portal, page }) => {
  await portal.signInAs('ana', '/?tab=all');
  const head = (name: string): Locator => portal.tasks.grid().getByRole('columnheader', { name });
  await expect(head('Changed')).toHaveAttribute('aria-sort', 'descending');
  await head('Name').getByRole('button').click();
  await expect(head('Name')).toHaveAttribute('aria-sort', 'ascending');
  await expect(page).toHaveURL(/sort=name$/);
  const first = async (): Promise<string> => (await portal.tasks.names())[0] ?? '';
  await expect.poll(first).toMatch(/^a/);
  await head('Name').getByRole('button').click();
  await expect(head('Name')).toHaveAttribute('aria-sort', 'descending');
  await expect(page).toHaveURL(/sort=-name$/);
  await expect.poll(first).toMatch(/^s/);
  await head('Status').getByRole('button').click();
  await expect(head('Name')).not.toHaveAttribute('aria-sort');
  await expect(page).toHaveURL(/sort=status$/);
  await expect(page.getByRole('combobox', { name: 'Order' })).toHaveValue('status');
  await isAccessible(page);
});

test('lower rows, and a jump to a row: the same one stays on top @narrow', async ({ portal, page }) => {
  await portal.signInAs('ana', '/?tab=all&sort=name');
  const place = page.getByRole('textbox', { name: 'Row' }).and(page.locator(':not(#skeleton *)'));
  await expect(portal.tasks.rows().first()).toBeVisible();
  const total = await found(page);
  await place.fill('201');
  await place.press('Enter');
  const row = page.locator('[aria-rowindex="201"]');
  await expect(row).toHaveAttribute('aria-selected', 'true');
  await expect(row.locator('a.name')).toBeInViewport();
  const name = await row.locator('a.name').innerText();
  const compact = page.getByRole('button', { name: 'Compact rows' }).and(page.locator(':not(#skeleton *)'));
  await compact.click();
  await expect(row).toHaveCSS('height', '40px');
  await fitsTheWidth(page);
  await isAccessible(page);
  // It is remembered, before and after the wasm runs.
  await page.reload();
  await expect(portal.tasks.rows().first()).toHaveCSS('height', '40px');
  await place.fill(String(total + 1_000));
  await place.press('Enter');
  await expect(page.locator(`[aria-rowindex="${total}"] a.name`)).toBeInViewport();
  await page.locator('body').press('Home');
  await page.locator('body').press('End');
  await expect(page.locator(`[aria-rowindex="${total}"] a.name`)).toBeInViewport();
  await place.fill('201');
  await place.press('Enter');
  await expect(row.locator('a.name')).toHaveText(name);
  await compact.click();
  await expect(row).toHaveCSS('height', '60px');
});

test('what is sent back has its own folder and is to do as well', async ({ portal, page, diffgram }) => {
  await portal.signInAs('ana', '/?tab=sent_back');
  await expect(portal.tasks.tab('Sent back')).toHaveAttribute('aria-selected', 'true');
  const [before, todo] = [await portal.tasks.count('Sent back'), await portal.tasks.count('To do')];
  const task = (await diffgram.tasksOf(PEOPLE.ana.email)).find(({ status }) => status === 'in_review')!;
  await diffgram.change(task.id, { status: 'requires_changes' });
  await expect(portal.tasks.row(task.name).first()).toContainText('Sent back', { timeout: 60_000 });
  await expect.poll(() => portal.tasks.count('Sent back')).toBe(before + 1);
  await expect.poll(() => portal.tasks.count('To do')).toBe(todo + 1);
  await expect(page).toHaveTitle(/My tasks/);
});

test('what one looks at stays in place when rows above it go, and what comes announces itself', async ({ portal, page, diffgram }) => {
  // With a filter on, only the gateway knows what a change means for the list.
  await portal.signInAs('ana', '/?tab=todo&kind=image');
  await expect(portal.tasks.rows().first()).toBeVisible();
  const first = (await portal.tasks.rows().first().locator('a.name').getAttribute('href'))!.replace(/\D/g, '');
  const grid = portal.tasks.grid();
  await grid.evaluate((grid) => grid.scrollTo(0, 6_000));
  const seen = page.locator('[aria-rowindex="104"]');
  await expect(seen.locator('a.name')).toBeInViewport();
  const link = await seen.locator('a.name').getAttribute('href');
  const same = page.locator('.row', { has: page.locator(`a.name[href="${link}"]`) });
  const at = await same.boundingBox();
  await diffgram.change(Number(first), { status: 'complete' });
  await expect(same).toHaveAttribute('aria-rowindex', '103', { timeout: 60_000 });
  expect(await same.boundingBox()).toEqual(at);
  // What the filter lets through is announced.
  await diffgram.add('a-new-one.jpg', PEOPLE.ana.email);
  const announced = page.getByRole('button', { name: '1 new task' });
  await expect(announced).toBeVisible({ timeout: 60_000 });
  expect(await same.boundingBox()).toEqual(at);
  await announced.click();
  await expect(portal.tasks.row('a-new-one.jpg')).toBeInViewport();
});
