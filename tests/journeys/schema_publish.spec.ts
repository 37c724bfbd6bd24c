// An admin's draft on its way to Diffgram: reviewed, applied call by call, met by somebody else's change, broken and resumed;
// what a schema was, and the way back; and schemas as a whole.
import { readFile } from 'node:fs/promises';

import { expect } from '@playwright/test';

import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import { attribute, SchemaEditor } from '../support/schema.ts';
import { test } from '../support/test.ts';
import { saysOnlyItsOwnWords } from '../support/words.ts';

test('reviewed with what it touches, applied, a version of its own, and back again @narrow', async ({ portal, page }) => {
  await portal.signInAs('alex', attribute(3));
  const editor = new SchemaEditor(page);
  const turn = `${test.info().project.name} ${Date.now() % 1000}`;
  await editor.question().fill(`Is it sharp, ${turn}?`);
  await editor.add(`maybe ${turn}`);
  const before = await page.getByRole('textbox', { name: /^Name of / }).first().inputValue();
  await editor.act('Archive', before).click();

  await editor.openReview();
  const review = editor.review();
  await expect(review.getByRole('listitem').filter({ hasText: /Changed.*sharp/ })).toHaveCount(1);
  await expect(review.getByRole('listitem').filter({ hasText: new RegExp(`Added.*maybe ${turn}`) })).toHaveCount(1);
  await expect(review.getByRole('listitem').filter({ hasText: `Archived` }).first()).toContainText(before);
  await expect(review.getByRole('region', { name: 'Good to know before' })).toContainText('Diffgram cannot bring it back');
  await expect(review.getByText('Diffgram keeps no order of options')).toBeVisible();
  await expect(review.getByText(/calls to Diffgram/)).toBeVisible();
  await expect(review.getByRole('button', { name: /^Apply 3 changes/ })).toBeDisabled();
  await isAccessible(page);
  await fitsTheWidth(page);
  await page.keyboard.press('Escape');
  await expect(review).toBeHidden();

  await editor.apply(`because ${turn}`);
  await editor.applied();
  await isAccessible(page);
  await fitsTheWidth(page);
  await page.reload();
  await expect(editor.question()).toHaveValue(`Is it sharp, ${turn}?`);
  await expect(page.getByText('Unpublished changes')).toHaveCount(0);

  await page.getByRole('button', { name: 'Versions' }).click();
  const versions = editor.versions();
  const newest = versions.getByRole('listitem').first();
  await expect(newest).toContainText(`because ${turn}`);
  await expect(newest).toContainText('Alex Doe');
  await expect(versions.getByRole('listitem').filter({ hasText: /Renamed|Changed.*sharp/ }).first()).toBeVisible();
  await isAccessible(page);
  await fitsTheWidth(page);
  await versions.getByRole('button', { name: /^Version/ }).nth(1).click();
  await versions.getByLabel('Compared with').selectOption({ index: 1 });
  await expect(versions.getByRole('group', { name: 'Differences' })).toContainText('Is it sharp');
  await versions.getByRole('button', { name: 'Make it the draft' }).click();
  await expect(versions).toBeHidden();

  // What was archived comes back as new, and what came since goes.
  await editor.openReview();
  await expect(review.getByRole('listitem').filter({ hasText: /Added/ }).filter({ hasText: before })).toHaveCount(1);
  await expect(review.getByRole('listitem').filter({ hasText: /Archived/ }).filter({ hasText: `maybe ${turn}` })).toHaveCount(1);
  await page.keyboard.press('Escape');
  await editor.apply('back');
  await editor.applied();
  await expect(editor.option(before)).toHaveCount(1);
});

test('paused by an outage: what is left is said, it is left and come back to, and resumed', async ({ portal, page, diffgram, watch }) => {
  watch.allow(/status of 50[023]/);
  await portal.signInAs('alex', attribute(11));
  const editor = new SchemaEditor(page);
  await editor.add('one more');
  await editor.add('and another');
  await diffgram.breaks({ after: 1, how: 'before' });
  await editor.apply();
  await expect(editor.run('Paused')).toBeVisible({ timeout: 40_000 });
  await expect(editor.run('Paused').getByRole('progressbar')).toBeVisible();
  await editor.run('Paused').getByText('Still to do').click();
  await expect(editor.run('Paused')).toContainText('and another');
  await isAccessible(page);

  await portal.open('/schemas');
  await expect(page.getByRole('listitem').filter({ hasText: 'Everyday scenes' })).toContainText('Paused');
  await page.getByRole('link', { name: 'Everyday scenes' }).click();
  await expect(editor.run('Paused')).toBeVisible();
  await diffgram.breaks(null);
  await editor.run('Paused').getByRole('button', { name: 'Go on' }).click();
  await editor.applied();
  await portal.open(attribute(11));
  await expect(editor.option('one more')).toHaveCount(1);
  await expect(editor.option('and another')).toHaveCount(1);
  await expect(page.getByText('Unpublished changes')).toHaveCount(0);
});

test('stopped half way: what was made stays, the rest is a draft; who wanted something else meanwhile is told', async ({ portal, page, context, diffgram, watch }) => {
  watch.allow(/status of (409|50[023])/);
  await portal.signInAs('alex', attribute(1));
  const editor = new SchemaEditor(page);
  await editor.add('first of two');
  await editor.add('second of two');
  const other = await context.newPage();
  await other.goto(portal.world.portal + attribute(2));
  const late = new SchemaEditor(other);
  await expect(late.changes(2)).toBeVisible();
  await late.openReview();

  await diffgram.breaks({ after: 1, how: 'before' });
  await editor.apply();
  await expect(editor.run('Paused')).toBeVisible({ timeout: 40_000 });
  // Whose review was open before meets the run instead of starting another.
  await late.review().getByRole('button', { name: /^Apply/ }).click();
  await expect(late.run('Paused')).toBeVisible();
  await expect(other.getByText('under way already')).toBeVisible();
  await other.close();

  await diffgram.breaks(null);
  await editor.run('Paused').getByRole('button', { name: 'Stop here' }).click();
  const stopped = editor.run('Stopped before its end');
  await expect(stopped).toContainText('1 of 2 calls were made, and stay.');
  await isAccessible(page);
  await expect(editor.option('first of two')).toHaveCount(1);
  await expect(editor.option('second of two')).toHaveCount(1);
  await expect(editor.changes(1)).toBeVisible();
  await editor.apply();
  await editor.applied();
  await page.reload();
  await expect(editor.option('first of two')).toHaveCount(1);
  await expect(editor.option('second of two')).toHaveCount(1);
});

test('as a file: kept, read back as the draft, and told in which line it is wrong; options as a table @narrow', async ({ portal, page, watch }) => {
  watch.allow(/status of 4(00|22)/);
  await portal.signInAs('alex', attribute(3));
  const editor = new SchemaEditor(page);
  const files = page.getByRole('dialog', { name: 'Export and import' });
  const open = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Export and import' }).click();
    await expect(files).toBeVisible();
  };
  const saved = async (what: string): Promise<string> => {
    const [download] = await Promise.all([page.waitForEvent('download'), files.getByRole('link', { name: what, exact: true }).click()]);
    return readFile(await download.path(), 'utf8');
  };
  const read = (field: string, name: string, text: string): Promise<void> =>
    files.getByLabel(field).setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) });

  await open();
  await isAccessible(page);
  await fitsTheWidth(page);
  await files.getByLabel('With ids').check();
  const yaml = await saved('YAML');
  expect(yaml).toContain('Is it cut off by the edge');
  await read('Read a file', 'scenes.yaml', yaml);
  await expect(page.getByText('nothing differs')).toBeVisible();

  await open();
  await read('Read a file', 'scenes.yaml', yaml.replace('Is it cut off by the edge', 'Is it cut off at the edge'));
  await expect(editor.question()).toHaveValue(/cut off at the edge/);
  await expect(editor.changes(1)).toBeVisible();
  await open();
  await read('Read a file', 'scenes.yaml', `${yaml}\n  nonsense: [`);
  await expect(files.getByRole('alert')).toContainText('The file cannot be used. Nothing is changed.');
  await expect(files.getByRole('alert')).toContainText(/line \d+/);
  await isAccessible(page);
  await page.keyboard.press('Escape');
  await expect(editor.changes(1)).toBeVisible();
  await editor.discard();

  await open();
  await files.getByLabel('Question').selectOption({ index: 0 });
  const csv = await saved('CSV');
  await read('Read a table', 'options.csv', `${csv.trimEnd()}\n,upside down,\n`);
  await expect(page.getByText('Differences: 1')).toBeVisible();
  await portal.open(attribute(1));
  await expect(editor.option('upside down')).toHaveCount(1);
  await expect(editor.changes(1)).toBeVisible();
  await editor.discard();
});

test('schemas as a whole: made, named otherwise, copied, archived, brought back @narrow', async ({ portal, page, watch }) => {
  watch.allow(/status of 4(09|22|00)/);
  const name = `Night ${test.info().project.name} ${Date.now() % 100000}`;
  await portal.signInAs('alex', '/schemas');
  await page.getByRole('button', { name: 'New schema' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Make it' })).toBeDisabled();
  await dialog.getByLabel('Name', { exact: true }).fill('Everyday scenes');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Diffgram does not take this name');
  await isAccessible(page);
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(page).toHaveURL(/\/schemas\/\d+$/);

  await portal.open('/schemas');
  const row = page.getByRole('listitem').filter({ hasText: name });
  await row.getByRole('button', { name: /^Rename/ }).click();
  await dialog.getByLabel('Name', { exact: true }).fill(`${name} road`);
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByRole('link', { name: `${name} road` })).toBeVisible();
  await fitsTheWidth(page);
  await isAccessible(page);

  await row.getByRole('button', { name: /^Archive/ }).click();
  await dialog.getByRole('button', { name: 'Archive' }).click();
  await expect(row.getByRole('button', { name: /^Archive/ })).toHaveCount(0);
  await page.getByText(/archived schema/).first().click();
  await row.getByRole('button', { name: /^Bring back/ }).click();
  await dialog.getByRole('button', { name: 'Bring back' }).click();
  await expect(row.getByRole('button', { name: /^Archive/ })).toBeVisible();

  await page.getByRole('listitem').filter({ hasText: 'Launches' }).getByRole('button', { name: /^Duplicate/ }).click();
  await dialog.getByLabel('Name', { exact: true }).fill(`${name} copy`);
  await dialog.getByRole('button', { name: 'Duplicate' }).click();
  await expect(page).toHaveURL(/\/schemas\/\d+$/);
  await expect(page.getByText('Unpublished changes').first()).toBeVisible();
  const editor = new SchemaEditor(page);
  await editor.openReview();
  await expect(editor.review().getByRole('heading', { name: 'Labels' })).toBeVisible();
  await expect(editor.review().getByText('Radio buttons').or(editor.review().getByText('Slider')).first()).toBeVisible();
  await isAccessible(page);
});

test('aut_03 users and reviewers find no door, and are refused', async ({ portal, page, watch }) => {
  watch.allow(/status of 40[34]/);
  for (const who of ['rita', 'ana'] as const) {
    await portal.signInAs(who, '/schemas');
    await expect(portal.heading('This page is for admins')).toBeVisible();
    const answers = await page.evaluate(async () => {
      const ask = async (method: string, url: string, body?: unknown): Promise<[number, string]> => {
        const headers = { 'content-type': 'application/json', 'if-match': '"x"', 'idempotency-key': Math.random().toString(36) };
        const answer = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
        return [answer.status, await answer.text()];
      };
      const wish = { draft: { name: 'Everyday scenes' }, why: '' };
      return [
        await ask('GET', '/api/schemas/1/versions'),
        await ask('GET', '/api/schemas/1/versions/1'),
        await ask('POST', '/api/schemas/1/plan', wish),
        await ask('POST', '/api/schemas/1/apply', wish),
        await ask('POST', '/api/schemas', { project: 'acme-vision', name: 'Mine' }),
        await ask('PUT', '/api/schemas/1', wish.draft),
      ];
    });
    for (const [status, text] of answers) {
      expect([403, 404]).toContain(status);
      expect(text).not.toContain('Everyday');
    }
    await portal.signOut();
  }
});

test('in German and from right to left, in every panel', async ({ portal, page }) => {
  await portal.signInAs('alex', attribute(6));
  for (const language of ['xb', 'de']) {
    await page.evaluate((code) => localStorage.setItem('portal.language', code), language);
    await page.reload();
    const words = async (): Promise<void> => (language === 'xb' ? saysOnlyItsOwnWords(page) : undefined);
    await page.locator('.schema-edit textarea, .schema-edit input').first().fill(`When, ${language}?`);
    await page.locator('.schema-bar .btn.primary').click();
    await expect(page.locator('dialog.review h3').first()).toBeVisible();
    await words();
    await isAccessible(page);
    await fitsTheWidth(page);
    await page.keyboard.press('Escape');
    await portal.open('/schemas');
    await expect(portal.part('.lines .acts').first()).toBeVisible();
    await words();
    await fitsTheWidth(page);
    await page.goBack();
    await expect(portal.part('.schema-edit').first()).toBeVisible();
  }
});
