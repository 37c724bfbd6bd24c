// A file with what people drew and what models predicted.
import { expect, type Page } from '@playwright/test';

import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import { test } from '../support/test.ts';

/** What the drawing looks like, as one number: it changes when anything in it does. */
const looks = (page: Page): Promise<number> =>
  page.locator('.stage canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, byte) => (sum * 31 + byte) % 1_000_003, 0);
  });
const picture = async (page: Page): Promise<void> => expect(page.locator('.stage canvas')).toHaveAttribute('data-drawn', 'true');

test('a file with predictions: score, classes and run choose what is drawn, with the reason for the rest @narrow', async ({ portal, page }) => {
  await portal.signInAs('rita', '/?tab=all&q=retina');
  await portal.tasks.rows().first().locator('a.name').click();
  await page.getByRole('link', { name: /results/i }).click();
  await expect(page).toHaveURL(/\/files\/\d+$/);
  const side = page.getByRole('complementary');
  const marks = page.locator('.mark');
  await expect(page.getByRole('slider', { name: 'Score at least' })).toBeVisible();
  await picture(page);
  const [all, everything] = [await marks.count(), await looks(page)];
  expect(all).toBeGreaterThan(3);

  const least = page.getByRole('slider', { name: 'Score at least' });
  await least.fill('90');
  await expect(side).toContainText(/\d+ of \d+ predictions are hidden: \d+ below the score/);
  await expect(marks).not.toHaveCount(all);
  await expect.poll(() => looks(page)).not.toBe(everything);
  await expect(page).toHaveURL(/score=90/);

  // The address says it all: a reload shows the same.
  const shown = await marks.count();
  await page.reload();
  await expect(least).toHaveValue('90');
  await expect(marks).toHaveCount(shown);
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(marks).toHaveCount(all);

  const first = page.locator('.classes input').first();
  await first.uncheck();
  await expect(side).toContainText(/with a class that is off/);
  await first.check();
  await expect(marks).toHaveCount(all);

  const run = page.getByRole('combobox', { name: 'Model run' });
  await run.selectOption({ index: 1 });
  await expect(page).toHaveURL(/run=\d+/);
  await isAccessible(page);
  await fitsTheWidth(page);
  await page.getByRole('link', { name: 'Open the task' }).click();
  await expect(page).toHaveURL(/\/tasks\/\d+/);
});

test('pan and zoom by wheel and keyboard, and back to the whole picture', async ({ portal, page }) => {
  await portal.signInAs('rita', '/?tab=all&q=retina');
  await portal.tasks.rows().first().locator('a.name').click();
  await page.getByRole('link', { name: /results/i }).click();
  // Not over the list, whose annotations light up. The task's page has a picture, too.
  await page.mouse.move(5, 5);
  await expect(page.getByRole('slider', { name: 'Score at least' })).toBeVisible();
  await picture(page);
  const whole = await looks(page);
  const box = (await page.locator('.stage canvas').boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.wheel(0, -400);
  await expect.poll(() => looks(page)).not.toBe(whole);
  const near = await looks(page);
  await page.mouse.down();
  await page.mouse.move(box.x + 40, box.y + 40, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => looks(page)).not.toBe(near);
  await page.getByRole('button', { name: 'Fit' }).click();
  await expect.poll(() => looks(page)).toBe(whole);
  await page.getByRole('group', { name: /Picture:/ }).focus();
  await page.keyboard.press('+');
  await expect.poll(() => looks(page)).not.toBe(whole);
  await page.keyboard.press('0');
  await expect.poll(() => looks(page)).toBe(whole);
});

test('CLI-11 a part of the page that is gone says so, without a loop; the next try works', async ({ portal, page, watch }) => {
  watch.allow(/Failed to (load|fetch)/);
  watch.allow(/net::ERR/);
  watch.allow(/TypeError/);
  await portal.signInAs('ana');
  await expect(portal.tasks.rows().first()).toBeVisible();
  await page.route(/split_task.*\.wasm/, (route) => route.fulfill({ status: 404, body: 'gone' }));
  await portal.tasks.rows().first().locator('a.name').click();
  await expect(portal.heading('This page could not be fetched')).toBeVisible();
  await page.unroute(/split_task.*\.wasm/);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.locator('.stage')).toBeVisible();
});

test('a file that is not mine and one that is not there look the same', async ({ portal, page, watch }) => {
  watch.allow(/status of 404/);
  await portal.signInAs('gus', '/files/1');
  await expect(portal.heading('This file does not exist or is not yours')).toBeVisible();
  await portal.open('/files/999999999');
  await expect(portal.heading('This file does not exist or is not yours')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Go to my tasks' })).toBeVisible();
});
