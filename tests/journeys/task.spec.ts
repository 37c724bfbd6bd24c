// A task's page: what people said about it, what kinds of files look like, what was answered, and the way through the list.
import { expect, type Page } from '@playwright/test';

import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import { test } from '../support/test.ts';

const side = (page: Page) => page.getByRole('complementary');
const issue = (page: Page, title: string) => side(page).getByRole('group').filter({ hasText: title });

test('a task that was sent back says why, and its issue opens with its comments @narrow', async ({ portal, page }) => {
  await portal.signInAs('ana', '/?q=1007');
  await expect(portal.tasks.rows().first().getByRole('img', { name: '1 open issue' })).toBeVisible();
  await portal.tasks.rows().first().locator('a.name').click();
  const why = side(page).getByRole('region', { name: 'Why it was sent back' });
  await expect(why).toContainText('The two at the left. Please draw them close to the outline');
  await expect(why).toContainText('Rita Berg');
  await expect(why.getByRole('link', { name: 'the guide' })).toHaveAttribute('rel', /noopener/);

  const title = side(page).getByText('Boxes are too wide');
  await title.focus();
  await title.click();
  await expect(issue(page, 'Boxes are too wide')).toContainText('Which ones exactly?');
  await expect(issue(page, 'Boxes are too wide').getByRole('listitem')).toHaveText(['left side', 'bottom']);
  await isAccessible(page);
  await fitsTheWidth(page);
});

test('INJ-02 HTML in issues is text, and nothing of it runs or is loaded', async ({ portal, page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await portal.signInAs('ana', '/tasks/1002');
  await expect(side(page).getByText('<img src=x onerror=alert(1)>')).toBeVisible();
  await side(page).getByText('<img src=x onerror=alert(1)>').click();
  const hostile = issue(page, '<img src=x');
  await expect(hostile).toContainText('Is this one person or two?');
  await expect(hostile).toContainText('[the left door]');
  await expect(hostile).toContainText('a program');
  await expect(hostile).toContainText('Checked by a program: 2 < 3');
  await expect(hostile.locator('img, svg, script, style, [onclick], [style]')).toHaveCount(0);
  await expect(hostile.getByText('more')).not.toHaveAttribute('href');
  expect(asked.filter((url) => url.includes('evil.example'))).toEqual([]);
});

test('an issue that somebody opens shows on the row and on the page, and what is closed says so', async ({ portal, page, request, demo }) => {
  const stream = page.waitForResponse((response) => response.url().includes('/api/events'));
  await portal.signInAs('ana', '/?tab=all&q=1001');
  const row = portal.tasks.rows().first();
  await expect(row.getByRole('img', { name: /open issue/ })).toBeHidden();
  // What happens before the list listens is told to nobody.
  await stream;
  const made = await request.post(`${demo.world.diffgram}/__demo/issues`, { data: { task: 1001, title: 'Is this Eileen?', description: '<p>Please check.</p>' } });
  const { id } = (await made.json()) as { id: number };
  await row.locator('a.name').click();
  await expect(side(page).getByText('Is this Eileen?')).toBeVisible();
  await page.getByRole('link', { name: 'Back to my tasks' }).click();
  await expect(row.getByRole('img', { name: '1 open issue' })).toBeVisible();
  await request.post(`${demo.world.diffgram}/__demo/issues/${id}/close`);
  // A fresh reading at the door serves for some seconds.
  await page.waitForTimeout(3_200);
  await row.locator('a.name').click();
  await expect(issue(page, 'Is this Eileen?')).toContainText('closed');
});

test('a text with its lines, and what is marked in it @narrow', async ({ portal, page }) => {
  await portal.signInAs('ana', '/?tab=all&q=field-notes');
  await portal.tasks.rows().first().locator('a.name').click();
  const text = page.getByRole('region', { name: 'Text of field-notes.txt' });
  await expect(text.getByRole('listitem').first()).toHaveText('Field notes, 12 June');
  await expect(text).toContainText('<b>Not markup</b>, only text');
  await expect(text.locator('mark').first()).toHaveText('Eileen Collins');
  await expect(text.locator('mark')).toHaveText(['Eileen Collins', 'cup', 'rocket', 'سارة', 'Jörg Müller']);
  const arabic = text.getByRole('listitem').filter({ hasText: 'القاهرة' });
  expect(await arabic.evaluate((line) => getComputedStyle(line).direction)).toBe('rtl');

  const first = side(page).getByRole('button', { name: /person.*Eileen Collins/ });
  await first.click();
  await expect(text.locator('mark.on')).toHaveText('Eileen Collins');
  await text.locator('mark').nth(2).click();
  await expect(side(page).getByRole('button', { name: /rocket/, pressed: true })).toBeVisible();
  await side(page).getByText('Answers 1').click();
  await expect(side(page)).toContainText('an astronaut');
  await page.getByRole('checkbox', { name: /Show predictions/ }).uncheck();
  await expect(text.locator('mark')).toHaveCount(4);
  await isAccessible(page);
  await fitsTheWidth(page);
});

test('a sound plays, and its stretches seek @narrow', async ({ portal, page }) => {
  await portal.signInAs('ana', '/?tab=all&q=street-corner');
  await portal.tasks.rows().first().locator('a.name').click();
  const player = page.locator('audio');
  await expect(page.getByRole('img', { name: 'Annotations along the sound' }).locator('rect')).toHaveCount(3);
  await side(page).getByRole('button', { name: /cup.*0:02\.6 – 0:04\.1/ }).click();
  await expect.poll(() => player.evaluate((audio: HTMLAudioElement) => audio.currentTime)).toBeGreaterThan(2.5);
  // It ends where the stretch ends.
  await expect.poll(() => player.evaluate((audio: HTMLAudioElement) => audio.paused || audio.currentTime > 4)).toBe(true);
  await isAccessible(page);
  await fitsTheWidth(page);
});

test('a compound file opens part by part, with the answers on the whole @narrow', async ({ portal, page }) => {
  await portal.signInAs('ana', '/?tab=all&q=site-visit');
  await portal.tasks.rows().first().locator('a.name').click();
  const parts = page.getByRole('list', { name: 'Parts' });
  await expect(parts.getByRole('button')).toHaveText([/site-visit-launch\.jpg/, /site-visit-notes\.txt/, /site-visit-sound\.wav/]);
  await expect(parts.getByRole('button', { pressed: true })).toContainText('launch');
  await expect(page.locator('.stage canvas')).toHaveAttribute('data-drawn', 'true');
  await parts.getByRole('button', { name: /notes/ }).click();
  await expect(page.getByRole('region', { name: 'Text of site-visit-notes.txt' })).toContainText('Field notes');
  await expect(page.locator('.stage mark').first()).toHaveText('Eileen Collins');
  await parts.getByRole('button', { name: /sound/ }).click();
  await expect(page.locator('audio')).toBeVisible();
  const answers = side(page).getByRole('region', { name: 'Answers' });
  await expect(answers).toContainText('Reviewed on');
  await expect(answers).toContainText('2026-11-20');
  await expect(answers).toContainText('Question 999 (no longer in the schema)');
  await expect(answers).toContainText('perhaps (no longer in the schema)');
  await isAccessible(page);
  await fitsTheWidth(page);
});

test('previous and next go through the list, without a flash, and back returns to that row @narrow', async ({ portal, page }) => {
  await portal.signInAs('ana', '/?tab=all&sort=name');
  await expect(portal.tasks.rows().first()).toBeVisible();
  const names = await portal.tasks.names();
  await portal.tasks.row(names[0]!).locator('a.name').click();
  const [back, on] = [page.getByRole('button', { name: 'Previous task' }), page.getByRole('button', { name: 'Next task' })];
  await expect(page.getByText(/^1 of \d+$/)).toBeVisible();
  await expect(back).toHaveAttribute('aria-disabled', 'true');
  await expect(back).toHaveAttribute('title', 'This is the first task of the list.');

  // From now on there is always a task on the page.
  await page.evaluate(() => {
    const seen = (window as unknown as { gone: number }) as { gone: number };
    seen.gone = 0;
    new MutationObserver(() => {
      if (!document.querySelector('article.task')) requestAnimationFrame(() => (seen.gone += document.querySelector('article.task') ? 0 : 1));
    }).observe(document.body, { childList: true, subtree: true });
  });
  for (const name of names.slice(1, 4)) {
    await on.click();
    await expect(portal.heading(name)).toBeVisible();
    await expect(on).toBeFocused();
  }
  await page.keyboard.press('[');
  await expect(portal.heading(names[2]!)).toBeVisible();
  await page.keyboard.press(']');
  await expect(portal.heading(names[3]!)).toBeVisible();
  await expect(page.getByText(/^4 of \d+$/)).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as { gone: number }).gone)).toBe(0);

  await page.goBack();
  await expect(portal.tasks.rows().and(page.locator('[aria-selected="true"]'))).toContainText(names[3]!);
  // Opened by its address there is no list to go through, and the page says so.
  await portal.open('/tasks/1003');
  await expect(on).toHaveAttribute('title', 'Open a task from the list to go through it here.');
  await on.click({ force: true });
  await expect(page.getByText('Open a task from the list to go through it here.')).toBeVisible();
});

test('answers on an annotation are worded, and the history grows while one looks', async ({ portal, page, diffgram }) => {
  await portal.signInAs('ana', '/tasks/1254');
  const marks = side(page).getByRole('region', { name: 'Annotations' });
  await marks.getByText('Answers 6').click();
  await expect(marks).toContainText('How much of it is hidden?');
  await expect(marks).toContainText('most of it (no longer in the schema)');
  await expect(marks).toContainText('warm › red › dark red');
  await expect(marks).toContainText('Behind <b>a pane</b> of glass');

  await expect(side(page).getByRole('region', { name: 'History' })).toHaveCount(0);
  await diffgram.change(1254, { status: 'complete' });
  const history = side(page).getByRole('region', { name: 'History' });
  await expect(history.getByRole('listitem').last()).toContainText('Done', { timeout: 30_000 });
});
