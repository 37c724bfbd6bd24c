// What comes next: the line over my tasks, taking a task, giving it back, and what admins say of jobs.
import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import type { Diffgram } from '../support/diffgram.ts';
import { PEOPLE, Portal } from '../support/portal.ts';
import { expect, test } from '../support/test.ts';

const line = (portal: Portal) => portal.page.getByRole('region', { name: 'Up next' }).and(portal.page.locator(':not(#skeleton *)'));
const button = (portal: Portal) => portal.page.getByRole('button', { name: 'Next task' }).and(portal.page.locator(':not(#skeleton *)'));

/** Nothing is left of what somebody has: what comes next is new. */
async function finishAll(diffgram: Diffgram, email: string): Promise<void> {
  for (const { id, status } of await diffgram.tasksOf(email)) {
    if (status !== 'complete') await diffgram.change(id, { status: 'complete' });
  }
}

/** Rita draws from "Museum", past what waits for her review. */
async function takeFromMuseum(portal: Portal): Promise<number> {
  await portal.open('/next?job=5');
  await expect(portal.heading('Up next in Museum')).toBeVisible();
  await button(portal).click();
  await portal.page.waitForURL(/\/tasks\/\d+$/);
  return Number(portal.page.url().split('/').pop());
}

test('the line says how much there is, and its button leads to what was sent back first @narrow', async ({ portal, page, diffgram }) => {
  await portal.signInAs('ana');
  await expect(line(portal)).toContainText(/\d+ tasks to take/);
  await expect(line(portal)).toContainText(/\d+ of \d+ today/);
  await fitsTheWidth(page);
  await isAccessible(page);
  await page.getByRole('button', { name: 'Progress' }).click();
  const panel = page.getByRole('region', { name: 'Progress' });
  await expect(panel.getByRole('row', { name: /^Museum/ })).toBeVisible();
  await expect(panel).toContainText('Europe/Berlin');
  await expect(panel.getByRole('link', { name: 'Ask labeling@acme.example' })).toBeVisible();
  await fitsTheWidth(page);
  await isAccessible(page);
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();

  const sentBack = (await diffgram.tasksOf(PEOPLE.ana.email)).filter(({ status }) => status === 'requires_changes').map(({ id }) => id);
  await button(portal).click();
  await page.waitForURL(/\/tasks\/\d+$/);
  expect(sentBack).toContain(Number(page.url().split('/').pop()));
});

test('a page that is only opened takes nothing; its button takes one, by keyboard too', async ({ portal, page, diffgram }) => {
  await portal.signInAs('rita');
  const before = (await diffgram.tasksOf(PEOPLE.rita.email)).length;
  await portal.open('/next?job=5');
  await expect(portal.heading('Up next in Museum')).toBeVisible();
  await expect(page.getByText(/\d+ tasks to take/)).toBeVisible();
  await page.reload();
  await expect(portal.heading('Up next in Museum')).toBeVisible();
  await isAccessible(page);
  expect((await diffgram.tasksOf(PEOPLE.rita.email)).length).toBe(before);
  await button(portal).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/tasks\/\d+$/);
  expect((await diffgram.tasksOf(PEOPLE.rita.email)).length).toBe(before + 1);
  // Of a job that is not theirs, and of what is no job, the same is said.
  for (const job of ['6', '9999', 'x']) {
    await portal.open(`/next?job=${job}`);
    await expect(portal.heading('Up next')).toBeVisible();
    await expect(page.getByText('Nothing is left here; other jobs have tasks.')).toBeVisible();
  }
});

test('a task is given back, and taken again; or is not for me @narrow', async ({ portal, page, diffgram, watch }) => {
  // What is given back is not theirs any more: its page, which reads it once more meanwhile, is told so.
  watch.allow(/status of 404.*\/api\/tasks\/\d+/);
  await portal.signInAs('rita');
  const id = await takeFromMuseum(portal);
  await expect(page.getByRole('region', { name: 'This task is yours' })).toBeVisible();
  await isAccessible(page);
  await page.getByRole('button', { name: 'Give back' }).click();
  await expect(portal.heading(/^You gave back/)).toBeVisible();
  expect((await diffgram.tasksOf(PEOPLE.rita.email)).map((task) => task.id)).not.toContain(id);
  await isAccessible(page);
  await page.getByRole('button', { name: 'Take it again' }).click();
  await expect(page.getByRole('button', { name: 'Not for me' })).toBeVisible();
  await page.getByRole('button', { name: 'Not for me' }).click();
  await expect(portal.heading(/is not for you$/)).toBeVisible();
  const other = await takeFromMuseum(portal);
  expect(other).not.toBe(id);
  await fitsTheWidth(page);
});

test('n goes on from task to task, and what others do at Diffgram shows', async ({ portal, page, diffgram }) => {
  await portal.signInAs('rita');
  const id = await takeFromMuseum(portal);
  await expect(page.getByRole('complementary')).toBeVisible();
  const name = await page.getByRole('heading', { level: 1 }).innerText();
  await page.getByRole('link', { name: 'Back to my tasks' }).click();
  await expect(portal.tasks.row(name)).toBeVisible();
  // Somebody gives it to Ben, in Diffgram's own page; nothing tells us.
  await diffgram.change(id, { assignees: [PEOPLE.ben.email] });
  await expect(portal.tasks.row(name)).toBeHidden({ timeout: 20_000 });
  // Hers comes first: what waits for review.
  await page.keyboard.press('n');
  await page.waitForURL(/\/tasks\/\d+$/);
  await expect(page.getByText(/waits for your review/)).toBeVisible();
});

test('who has nothing left reads why', async ({ portal, page, diffgram }) => {
  await finishAll(diffgram, PEOPLE.gus.email);
  await portal.signInAs('gus');
  await expect(line(portal)).toContainText('All done.', { timeout: 20_000 });
  await button(portal).click();
  await expect(page.getByText('All done. New tasks appear here by themselves.').last()).toBeVisible();
  await isAccessible(page);
  await portal.open('/next');
  await expect(page.getByText('All done. New tasks appear here by themselves.')).toBeVisible();
  await expect(button(portal)).toBeHidden();
});

test('an admin says how a job is done and until when; people read it @narrow', async ({ portal, page, browser, demo }) => {
  await portal.signInAs('alex', '/jobs');
  await expect(portal.heading('Jobs')).toBeVisible();
  await expect(page.getByText('Not launched')).toBeVisible();
  await isAccessible(page);
  await fitsTheWidth(page);
  await page.getByRole('button', { name: 'Edit Museum' }).click();
  const dialog = page.getByRole('dialog', { name: 'Museum' });
  await expect(dialog).toContainText('Europe/Berlin');
  const guide = `Draw around the coin.\n<b>Not</b> its shadow. ${Date.now()}`;
  await dialog.getByRole('textbox', { name: 'Guide' }).fill(guide);
  await dialog.getByLabel('Due').fill('2035-01-02T16:00');
  await dialog.getByRole('spinbutton').fill('0');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toContainText('whole number of hours');
  await dialog.getByRole('spinbutton').fill('24');
  await isAccessible(page);
  await fitsTheWidth(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('goes back after 24 idle hours')).toBeVisible();

  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin' });
  const rita = new Portal(await context.newPage(), demo.world);
  await rita.signInAs('rita');
  await takeFromMuseum(rita);
  await expect(rita.page.getByText(guide.split('\n')[1]!)).toBeVisible();
  await expect(rita.page.locator('time.due').first()).toHaveAttribute('title', /2 Jan 2035, 16:00/);
  await expect(rita.page.getByText(/If nothing is done with it, it goes back on/)).toBeVisible();
  await rita.page.getByRole('link', { name: 'Back to my tasks' }).click();
  await expect(rita.tasks.rows().filter({ hasText: 'Museum' }).filter({ has: rita.page.locator('.due-cell time[title*="2 Jan 2035, 16:00"]') }).first()).toBeVisible();
  await context.close();

  await portal.open('/changes');
  await expect(page.getByText(/Set up a job/).first()).toBeVisible();
});

test('in German, and with words that run from the right, it fits @narrow', async ({ portal, page }) => {
  await portal.signInAs('ana', '/');
  for (const language of ['de', 'xb']) {
    await page.evaluate((language) => localStorage.setItem('portal.language', language), language);
    await page.reload();
    await expect(portal.part('.up-next .num')).toBeVisible();
    await portal.part('.up-next .quietly').click();
    await expect(portal.part('.progress table')).toBeVisible();
    await fitsTheWidth(page);
    await isAccessible(page);
  }
});
