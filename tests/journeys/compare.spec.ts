// Predictions against people and against each other: on a file, over many files, and along a clip.
import { expect, type Page } from '@playwright/test';

import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import type { Portal } from '../support/portal.ts';
import { test } from '../support/test.ts';

const side = (page: Page) => page.getByRole('complementary');
/** How many are found, wrong and missed, as the page says. */
const verdicts = async (page: Page): Promise<number[]> => {
  const numbers = await page.locator('.verdicts b').allInnerTexts();
  return numbers.map(Number);
};
const drawn = async (page: Page): Promise<void> => expect(page.locator('.stage canvas')).toHaveAttribute('data-drawn', 'true');

/** Opens the first file of a query. */
const openFile = async (portal: Portal, q: string): Promise<void> => {
  const { page } = portal;
  await portal.open(`/explorer?q=${encodeURIComponent(q)}`);
  await page.locator('.tile a.name').first().click();
  await expect(page).toHaveURL(/\/files\/\d+/);
};

test('on a file, what is found, wrong and missed is told apart, and the address keeps how it is judged @narrow', async ({ portal, page }) => {
  await portal.signInAs('ana', '/explorer');
  await openFile(portal, 'north-astronaut');
  await drawn(page);
  await expect(page.locator('.verdicts')).toHaveCount(0);
  await page.getByRole('combobox', { name: 'Compare with' }).selectOption({ label: 'What people drew' });
  await expect(page).toHaveURL(/against=people/);
  // Two detectors: both find the face, and see another in the helmet; people drew four things more.
  await expect.poll(() => verdicts(page)).toEqual([1, 8, 4]);
  const rows = page.locator('.mark');
  await expect(rows.filter({ hasText: /found, overlap 0\.74/ })).not.toHaveCount(0);
  await expect(rows.filter({ hasText: 'missed' })).toHaveCount(4);

  // Stricter, there is no face; and one run alone errs less.
  const overlap = page.getByRole('slider', { name: 'Overlap at least' });
  await overlap.fill('90');
  await expect(page).toHaveURL(/iou=90/);
  await expect.poll(() => verdicts(page)).toEqual([0, 9, 5]);
  await page.reload();
  await expect(overlap).toHaveValue('90');
  await overlap.fill('50');
  await page.getByRole('combobox', { name: 'Model run' }).selectOption({ label: 'haar-default' });
  await expect.poll(() => verdicts(page)).toEqual([1, 3, 4]);

  const face = page.getByRole('row', { name: /^face/ });
  await expect(face).toContainText('0.50');
  await expect(face).toContainText('1.00');

  // From mistake to mistake, by key and by button. In a list of choices, letters are for the list.
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('m');
  await expect(side(page).getByText(/^1 of 7: /)).toBeVisible();
  await page.getByRole('button', { name: 'Next mistake' }).click();
  await expect(side(page).getByText(/^2 of 7: /)).toBeVisible();
  await page.keyboard.press('Shift+M');
  await expect(page.locator('.mark[aria-pressed="true"]')).toHaveCount(1);
  await expect(side(page).getByText(/^1 of 7: /)).toBeVisible();

  await page.getByText('What was taken for what').click();
  await expect(page.getByRole('region', { name: 'What was taken for what' })).toContainText('nothing');
  await isAccessible(page);
  await fitsTheWidth(page);

  // Run against run sets people's aside, and says so.
  await page.getByRole('combobox', { name: 'Compare with' }).selectOption({ label: 'Run haar-alternative' });
  await expect(side(page)).toContainText('5 annotations by people are set aside');
  await expect.poll(async () => (await verdicts(page))[0]).toBeGreaterThan(0);
});

test('two models over the files of a query: in words, by class, as curves; a number opens its files @narrow', async ({ portal, page }) => {
  await portal.signInAs('ana', '/explorer?q=dataset%3Acust-north-portraits');
  await page.getByRole('link', { name: 'Compare models' }).click();
  await expect(page).toHaveURL(/\/files\/compare\?q=/);
  await expect(portal.heading('Compare models')).toBeVisible();
  const says = page.getByRole('status').filter({ hasText: 'haar-default' });
  await expect(says).toContainText(/haar-default finds .* haar-alternative/);
  await expect(says).toContainText(/\d+ pictures were judged/);
  const table = page.getByRole('region', { name: 'By class' });
  await expect(table.getByRole('row', { name: /^face/ })).toBeVisible();
  await expect(table.getByRole('row', { name: /^All classes/ })).toBeVisible();
  await expect(page.locator('.curve polyline')).toHaveCount(2);
  await isAccessible(page);
  await fitsTheWidth(page);

  // Only sure predictions count: less is wrong.
  const wrong = async (): Promise<string> => says.innerText();
  const before = await wrong();
  await page.getByRole('slider', { name: 'Score at least' }).fill('90');
  await expect(page).toHaveURL(/score=90/);
  await expect.poll(wrong).not.toBe(before);
  await page.goBack();
  await expect.poll(wrong).toBe(before);

  // Faces where there are none.
  await page.getByRole('button', { name: /files on which nothing was taken for face/ }).last().click();
  const files = page.getByRole('region', { name: /nothing taken for face/ });
  await expect(files.getByRole('link').first()).toBeVisible();
  await files.getByRole('link').first().click();
  await expect(page).toHaveURL(/\/files\/\d+\?run=\d+&against=people/);
  await expect.poll(async () => (await verdicts(page))[1]).toBeGreaterThan(0);
});

test('who sees no model run is told so, and other people’s runs look like none', async ({ portal, page, watch }) => {
  await portal.signInAs('gus', '/files/compare');
  await expect(page.getByText('No model has predicted anything on your files yet.')).toBeVisible();
  watch.allow(/status of 404/);
  const answers = await page.evaluate(async () => {
    const ask = async (run: number): Promise<[number, string]> => {
      const answer = await fetch(`/api/files/compare?run=${run}`);
      return [answer.status, ((await answer.json()) as { detail: string }).detail];
    };
    return [await ask(1), await ask(99_999_999)];
  });
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]![0]).toBe(404);
});

test('the frames of a clip as a strip: what is drawn, how sure it was, and where to go', async ({ portal, page }) => {
  await portal.signInAs('ana', '/explorer');
  await openFile(portal, 'type:video');
  const strip = page.getByRole('slider', { name: 'Frames of the clip' });
  // How many frames there are is read a little later than that there is a clip.
  await expect(async () => {
    await page.reload();
    await expect(strip).toHaveAttribute('aria-valuetext', /Frame 0 of 95: 1 by people, \d by models, best score 0\.\d\d/, { timeout: 3_000 });
  }).toPass();
  await expect(page.getByText(/not read yet/)).toHaveCount(0);
  const box = (await strip.boundingBox())!;
  await page.mouse.click(box.x + box.width * 0.5, box.y + box.height / 2);
  await expect(strip).toHaveAttribute('aria-valuenow', /^4[78]$/);
  await strip.focus();
  await page.keyboard.press('Home');
  await expect(strip).toHaveAttribute('aria-valuenow', '0');
  await page.keyboard.press('ArrowRight');
  await expect(strip).toHaveAttribute('aria-valuenow', '1');
  await expect(page.locator('.frames output')).toContainText('1');

  // The frame in sight is compared.
  await page.getByRole('combobox', { name: 'Compare with' }).selectOption({ label: 'What people drew' });
  await expect(side(page).getByText('Of this frame only.')).toBeVisible();
  await page.keyboard.press('End');
  await expect.poll(async () => (await verdicts(page)).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(1);
  await isAccessible(page);
});

test('DAT-07 boxes that are none are counted, odd scores are none, and a turned picture stands upright', async ({ portal, page }) => {
  await portal.signInAs('ana', '/explorer');
  await openFile(portal, 'cat-turned');
  await drawn(page);
  await expect(side(page)).toContainText('2 annotations could not be drawn: their shapes make no sense.');
  // One without a score, one with 7.5, one beside the picture: all are listed, whatever the threshold.
  const odd = page.locator('.mark').filter({ hasText: 'no score' });
  await expect(odd).toHaveCount(2);
  await page.getByRole('slider', { name: 'Score at least' }).fill('100');
  await expect(odd).toHaveCount(2);
  await page.getByRole('slider', { name: 'Score at least' }).fill('0');
  await expect(page.getByText('sides swapped')).toHaveCount(0);

  /** Brightness of a few places of the picture. */
  const looks = (): Promise<number[]> =>
    page.locator('.stage canvas').evaluate((canvas: HTMLCanvasElement) => {
      const context = canvas.getContext('2d')!;
      const { width, height } = canvas;
      // As the picture is fitted: 451 by 300, in the middle.
      const scale = Math.min(width / 451, height / 300, 4);
      const [left, top] = [(width - 451 * scale) / 2, (height - 300 * scale) / 2];
      return [0.1, 0.3, 0.5, 0.7, 0.9].flatMap((y) =>
        [0.1, 0.3, 0.5, 0.7, 0.9].map((x) => {
          const { data } = context.getImageData(left + x * 451 * scale - 8, top + y * 300 * scale - 8, 16, 16);
          return data.filter((_, i) => i % 4 === 1).reduce((sum, value) => sum + value, 0) / 256;
        }),
      );
    });
  const hide = async (): Promise<void> => {
    for (const box of await page.locator('.classes input').all()) await box.uncheck();
    await page.mouse.move(5, 5);
    await page.waitForTimeout(300);
  };
  await hide();
  const turned = await looks();
  await openFile(portal, 'cat -turned');
  await drawn(page);
  await hide();
  const plain = await looks();
  const apart = turned.map((value, i) => Math.abs(value - plain[i]!));
  expect(Math.max(...plain) - Math.min(...plain), 'the picture is not all alike').toBeGreaterThan(40);
  expect(Math.max(...apart), `${turned} and ${plain}`).toBeLessThan(20);
});
