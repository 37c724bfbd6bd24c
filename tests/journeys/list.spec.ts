// Ten thousand tasks: the list stays small in the page, quick to move in, and where it was on the way back.
import { isAccessible } from '../support/a11y.ts';
import { expect, test } from '../support/test.ts';

const MANY = 10_000;
test.use({ demoOptions: { tasks: MANY } });

test.beforeEach(async ({ portal }) => {
  await portal.signInAs('ana', '/?tab=all&sort=name');
  await expect.poll(() => portal.tasks.count('All'), { timeout: 30_000 }).toBeGreaterThan(MANY);
  await expect(portal.tasks.rows().first()).toBeVisible();
});

test('ten thousand rows scroll from end to end with few of them in the page @narrow', async ({ portal, page }) => {
  const total = await portal.tasks.count('All');
  const grid = portal.tasks.grid();
  await expect(grid).toHaveAttribute('aria-rowcount', String(total));
  const height = await grid.evaluate((grid) => grid.scrollHeight);
  let most = 0;
  for (let i = 1; i <= 40; i++) {
    await grid.evaluate((grid, to) => grid.scrollTo(0, to), (height * i) / 40);
    await page.waitForTimeout(30);
    most = Math.max(most, await grid.getByRole('row').count());
  }
  expect(most).toBeLessThan(80);
  await expect(page.locator(`[aria-rowindex="${total}"] a.name`)).toBeVisible();
  // No row twice, none skipped, in order.
  const indices = await portal.tasks.rows().evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('aria-rowindex'))).sort((a, b) => a - b));
  expect(indices).toEqual(indices.map((_, i) => indices[0]! + i));
  expect(await page.evaluate(() => document.getElementsByTagName('*').length)).toBeLessThan(1_500);
});

test('CLI-06 a task and back: the same rows at the same place', async ({ portal, page }) => {
  const grid = portal.tasks.grid();
  await grid.evaluate((grid) => grid.scrollTo(0, 120_000));
  await expect(page.locator('[aria-rowindex="2003"] a.name')).toBeVisible();
  await page.locator('[aria-rowindex="2003"] a.name').click();
  await expect(page.getByRole('complementary')).toBeVisible();
  await page.goBack();
  await expect(page.locator('[aria-rowindex="2003"] a.name')).toBeVisible();
  expect(await grid.evaluate((grid) => Math.round(grid.scrollTop))).toBe(120_000);
});

test('search, tab and order are in the address, and back undoes them', async ({ portal, page }) => {
  await portal.tasks.search().fill('coins museum');
  await expect(page).toHaveURL(/q=coins\+museum|q=coins%20museum/);
  await expect(portal.tasks.rows().first()).toBeVisible();
  await expect.poll(async () => (await portal.tasks.names()).every((name) => /coins/.test(name))).toBe(true);
  await page.getByRole('combobox', { name: 'Order' }).selectOption({ label: 'Oldest first' });
  await expect(page).toHaveURL(/sort=oldest/);
  await portal.tasks.tab('Done').click();
  await expect(page).toHaveURL(/tab=done/);
  await page.goBack();
  await expect(portal.tasks.tab('All')).toHaveAttribute('aria-selected', 'true');
  // Read once the rows have come, not while they are on their way.
  await expect(portal.tasks.rows().first()).toBeVisible();
  const address = page.url();
  const names = await portal.tasks.names();
  await page.goto(address);
  await expect.poll(() => portal.tasks.names()).toEqual(names);
});

test('a search without a result says so, and how to go on', async ({ portal, page }) => {
  await portal.tasks.search().fill('nothing is called so');
  await expect(page.getByRole('heading', { name: /Nothing found/ })).toBeVisible();
  await isAccessible(page);
  await page.getByRole('button', { name: 'Clear the search' }).click();
  await expect(portal.tasks.rows().first()).toBeVisible();
});

test('CLI-13 by keyboard alone: move, open, back, search', async ({ portal, page }) => {
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('[aria-rowindex="3"]')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('End');
  const total = await portal.tasks.count('All');
  await expect(page.locator(`[aria-rowindex="${total}"] a.name`)).toBeVisible();
  const name = (await page.locator(`[aria-rowindex="${total}"] a.name`).innerText()).trim();
  await page.keyboard.press('Enter');
  await expect(portal.heading(name)).toBeVisible();
  await page.goBack();
  await page.keyboard.press('/');
  await expect(portal.tasks.search()).toBeFocused();
  await page.keyboard.press('Escape');
  await page.locator('body').press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});
