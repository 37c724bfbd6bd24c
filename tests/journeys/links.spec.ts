// Links: to copy, to follow, and what stands in their way.
import { type Page } from '@playwright/test';

import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import { PEOPLE, type Portal } from '../support/portal.ts';
import { expect, test } from '../support/test.ts';

/** What was copied last. */
const copied = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

test.beforeEach(async ({ context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
});

/** The card of links of something, opened by its button. */
async function links(portal: Portal, name: string) {
  const card = portal.page.getByRole('dialog', { name: `Links of ${name}` });
  await expect(card).toBeVisible();
  return card;
}

test('every row has its links: two to copy, and ways into Diffgram with what each will do @narrow', async ({ portal, page }) => {
  await portal.signInAs('ana', '/?tab=all&q=cat');
  const row = portal.tasks.rows().first();
  const name = (await row.locator('a.name').innerText()).trim();
  const button = row.getByRole('button', { name: `Links of ${name}` });
  await button.click();
  const card = await links(portal, name);
  await expect(portal.heading('My tasks')).toBeVisible();

  await card.getByRole('button', { name: 'Copy link', exact: true }).click();
  await expect(page.getByText('Link copied', { exact: true })).toBeVisible();
  const link = await copied(page);
  const id = /task\/(\d+)$/.exec(link)![1]!;
  expect(link).toBe(`${portal.world.portal}/go/task/${id}`);
  await card.getByRole('button', { name: 'Copy Diffgram link', exact: true }).click();
  await expect.poll(() => copied(page)).toBe(`${portal.world.diffgram}/task/${id}`);

  const way = (what: string | RegExp) => card.getByRole('listitem').filter({ hasText: what });
  await expect(way('Read only').getByRole('link')).toHaveAttribute('href', `${portal.world.diffgram}/task/${id}?view_only=true`);
  await expect(way('File in its project')).toContainText('for editors at Diffgram');
  await expect(way('Connections')).toContainText('for admins at Diffgram');
  await expect(way(/^Job /)).toContainText('another page comes first');
  await expect(way('One annotation').locator('[aria-disabled=true]')).toBeVisible();
  await expect(way('One annotation')).toContainText('in the list beside the picture');
  await expect(way('Results of a query').locator('[aria-disabled=true]')).toBeVisible();
  await isAccessible(page);
  await fitsTheWidth(page);

  await page.keyboard.press('Escape');
  await expect(card).toBeHidden();
  await expect(button).toBeFocused();
});

test('by keyboard: c copies the portal link of the selected row, C the Diffgram link', async ({ portal, page }) => {
  await portal.signInAs('ana', '/?tab=all&sort=name');
  await expect(portal.tasks.rows().first()).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('c');
  await expect.poll(() => copied(page)).toMatch(/\/go\/task\/\d+$/);
  const id = /\d+$/.exec(await copied(page))![0];
  await page.keyboard.press('Shift+C');
  await expect.poll(() => copied(page)).toBe(`${portal.world.diffgram}/task/${id}`);
});

test('the link of an annotation leads to it, for a colleague too, and after it was edited', async ({ portal, page, browser, diffgram }) => {
  await portal.signInAs('rita', '/?tab=all&q=retina');
  await portal.tasks.rows().first().locator('a.name').click();
  const marks = page.locator('.marks li');
  await expect(marks.nth(3)).toBeVisible();
  await marks.nth(3).getByRole('button', { name: /^Links of / }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Copy link', exact: true }).click();
  await expect.poll(() => copied(page)).toMatch(/\/go\/annotation\/\d+$/);
  const link = await copied(page);
  await expect(page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'This annotation' })).toContainText('the place itself is not selected');

  await diffgram.editAnnotation(Number(/\d+$/.exec(link)![0]));
  const context = await browser.newContext({ locale: 'en-GB' });
  const other = await context.newPage();
  await other.goto(link);
  // A stranger signs in first.
  await other.getByRole('button', { name: PEOPLE.rita.name }).click();
  const chosen = other.locator('.mark[aria-pressed=true]');
  await expect(chosen).toHaveCount(1);
  await expect(chosen).toHaveId('mark-3');
  await expect(chosen).toBeInViewport();
  await expect(other.locator('.stage-fit.near')).toBeVisible();
  await expect(other).toHaveURL(/\/tasks\/\d+\?annotation=\d+$/);
  await context.close();
});

test('a clip: the link of a frame, and of an annotation whose frame is looked for', async ({ portal, page, diffgram }) => {
  await portal.signInAs('ana', '/?tab=all&q=pan');
  await portal.tasks.rows().first().locator('a.name').click();
  const frame = page.locator('.frames output');
  await expect(frame).toHaveText(/^Frame 0 /);
  // Keys move in a clip that has its length.
  await expect.poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.readyState)).toBeGreaterThan(1);
  for (const n of [1, 2, 3]) {
    await page.keyboard.press('.');
    await expect(frame).toHaveText(new RegExp(`^Frame ${n} `));
  }
  await page.getByRole('complementary').getByRole('button', { name: /^Links of .*mp4$/ }).first().click();
  const card = page.getByRole('dialog');
  await card.getByRole('button', { name: 'Copy link', exact: true }).click();
  await expect.poll(() => copied(page)).toMatch(/\/go\/task\/\d+\/frame\/3$/);
  const id = /task\/(\d+)/.exec(await copied(page))![1]!;
  await expect(card.getByRole('link', { name: 'Frame 3' })).toHaveAttribute('href', `${portal.world.diffgram}/task/${id}?frame=3`);
  await portal.open(`/go/task/${id}/frame/3?in=portal`);
  await expect(frame).toHaveText(/^Frame 3 /);

  const { file } = (await diffgram.tasksOf(PEOPLE.ana.email)).find((task) => task.id === Number(id))!;
  const answer = await page.request.get(`${portal.world.portal}/api/tasks/${id}/frames?from=0&to=96`);
  const { frames } = (await answer.json()) as { frames: { number: number; set: { annotations: { id: number }[] } }[] };
  const last = frames.at(-1)!;
  await portal.open(`/go/annotation/${last.set.annotations[0]!.id}?file=${file}`);
  await expect(frame).toHaveText(new RegExp(`^Frame ${last.number} `));
  await expect(page.locator('.mark[aria-pressed=true]')).toHaveCount(1);
  await portal.open(`/tasks/${id}?annotation=1`);
  await expect(page.getByText('The annotation of this link is not here any more.')).toBeVisible();
});

test('a stranger who follows a link signs in and lands on the frame at Diffgram', async ({ portal, page, diffgram }) => {
  const clip = (await diffgram.tasksOf(PEOPLE.ana.email)).find(({ name }) => name.endsWith('.mp4'))!;
  await portal.open(`/go/task/${clip.id}/frame/5`);
  await portal.choose('ana');
  await page.waitForURL(`${portal.world.diffgram}/**`);
  await page.getByRole('button', { name: PEOPLE.ana.name }).click();
  await expect(page.getByText(/^Frame 5 /)).toBeVisible();
});

test('AUT-01 OIDC-28 what is gone says so to whoever had it; what is not theirs, not there, or no link, says no more @narrow', async ({ portal, page, diffgram, watch }) => {
  // These pages come with the status that says why, which Chromium notes.
  watch.allow(/the server responded with a status of (400|404|410)/);
  const mine = await diffgram.add('for-ben-soon.jpg', PEOPLE.ana.email);
  await portal.signInAs('ana', '/?tab=all');
  await expect(portal.tasks.row('for-ben-soon.jpg')).toBeVisible({ timeout: 20_000 });
  await diffgram.change(mine, { assignees: [PEOPLE.ben.email], reviewers: [] });
  await expect.poll(async () => (await page.request.get(`${portal.world.portal}/go/task/${mine}`)).status(), { timeout: 20_000 }).toBe(410);
  await portal.open(`/go/task/${mine}`);
  await expect(portal.heading('This is gone')).toBeVisible();
  await isAccessible(page);
  for (const [link, title] of [
    ['task/99999999', 'There is nothing here'],
    [`key/${encodeURIComponent('//evil.example')}`, 'There is nothing here'],
    ['task/0x10', 'This link is not complete'],
    ['task/1%0d%0aLocation:%20https://evil.example', 'This link is not complete'],
  ] as const) {
    await portal.open(`/go/${link}`);
    await expect(portal.heading(title)).toBeVisible();
    expect(page.url().startsWith(portal.world.portal)).toBe(true);
  }
  const evil = encodeURIComponent('https://evil.example/task/1');
  await portal.open(`/open?to=${evil}&first=${evil}`);
  await expect(portal.heading('This link leads nowhere')).toBeVisible();
  expect(page.url().startsWith(portal.world.portal)).toBe(true);
});

test('a job needs a current project at Diffgram: a page that sets it opens first, then the job', async ({ portal, context }) => {
  await portal.signInAs('ana', '/?tab=all&q=cat');
  const row = portal.tasks.rows().first();
  const name = (await row.locator('a.name').innerText()).trim();
  await row.getByRole('button', { name: `Links of ${name}` }).click();
  const job = (await links(portal, name)).getByRole('link', { name: /^Job / });
  const tab = context.waitForEvent('page');
  await job.click();
  const open = await tab;
  await expect(open.getByRole('heading', { name: 'One page comes first' })).toBeVisible();
  await isAccessible(open);
  const window = context.waitForEvent('page');
  await open.getByRole('link', { name: 'Open the project' }).click();
  const project = await window;
  await project.waitForURL((url) => url.origin === portal.world.diffgram);
  expect(await project.evaluate(() => opener)).toBeNull();
  await project.close();
  await open.waitForURL(`${portal.world.diffgram}/job/*`);
});
