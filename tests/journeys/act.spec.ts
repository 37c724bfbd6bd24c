// Acting on tasks: one stream for all tabs, selecting, giving many to somebody and undo, everyone's list, somebody else's eyes,
// the palette, what happened meanwhile, and the whole inbox by keyboard.
import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import { PEOPLE, Portal, type Who } from '../support/portal.ts';
import { expect, type Page, test } from '../support/test.ts';

const box = (portal: Portal, row: number) => portal.page.locator(`[aria-rowindex="${row}"]`).and(portal.page.locator(':not(#skeleton *)')).getByRole('checkbox');
const option = (page: Page, name?: string | RegExp) => page.getByRole('listbox', { name: 'Go to' }).getByRole('option', name ? { name } : {});
const bar = (page: Page) => page.getByRole('region', { name: 'Selected tasks' });

async function asWhom(portal: Portal, who: Who, path: string): Promise<void> {
  await portal.signInAs(who, path);
  await expect(portal.tasks.rows().first()).toBeVisible();
}

test('two tabs share one stream, and when the one that has it closes the other goes on without a gap', async ({ portal, page, context, diffgram }) => {
  const streams: Page[] = [];
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === '/api/events') streams.push(request.frame().page());
  });
  await asWhom(portal, 'ana', '/?tab=all&sort=name');
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  const other = new Portal(await context.newPage(), portal.world);
  await other.open('/?tab=all&sort=name');
  await expect(other.page.getByText('Live', { exact: true })).toBeVisible();
  expect(streams).toEqual([page]);

  const [one, two] = (await diffgram.tasksOf(PEOPLE.ana.email)).filter(({ status, name }) => status === 'available' && /^[a-z]+-[a-z0-9-]+\.jpg$/.test(name));
  await diffgram.change(one!.id, { status: 'deferred' });
  for (const { tasks } of [portal, other]) {
    await expect(tasks.row(one!.name).first()).toContainText('Put aside', { timeout: 20_000 });
  }
  await page.close();
  await expect.poll(() => streams.length).toBe(2);
  expect(streams[1]).toBe(other.page);
  await diffgram.change(two!.id, { status: 'deferred' });
  await expect(other.tasks.row(two!.name).first()).toContainText('Put aside', { timeout: 20_000 });
  await expect(other.page.getByText('Live', { exact: true })).toBeVisible();
  for (const { id } of [one!, two!]) await diffgram.change(id, { status: 'available' });
});

test('tasks are selected by box, with Shift, by keys and all at once, and links are copied @narrow', async ({ portal, page, context }, { project }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await asWhom(portal, 'ana', '/?tab=all&sort=name');
  const total = await portal.tasks.count('All');
  await box(portal, 1).click();
  await expect(bar(page)).toContainText('1 selected');
  await box(portal, 4).click({ modifiers: ['Shift'] });
  await expect(bar(page)).toContainText('4 selected');
  await expect(page.locator('[aria-rowindex="3"]')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Escape');
  await expect(bar(page)).toBeHidden();

  await page.keyboard.press('Home');
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+J');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(bar(page)).toContainText('3 selected');
  await page.keyboard.press('Control+a');
  await expect(bar(page)).toContainText(`${total} selected`);
  await expect(bar(page).getByRole('button', { name: 'Open in Diffgram' })).toBeDisabled();
  await expect(bar(page).getByText('Up to 5 at once')).toBeVisible();
  await expect(bar(page).getByRole('button', { name: 'Assign' })).toHaveCount(0);
  await isAccessible(page);
  await fitsTheWidth(page);
  await page.keyboard.press('Escape');
  await box(portal, 2).click();
  await bar(page).getByRole('button', { name: 'Copy links' }).click();
  await expect(page.getByText('1 link copied')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const name = (await page.locator('[aria-rowindex="2"] a.name').innerText()).trim();
  await page.goto(link);
  await expect(portal.heading(name)).toBeVisible();
  expect(project.name).toMatch(/wide|narrow/);
});

test('an admin gives tasks of everyone to somebody, what fails is said with its row, and undo puts it back @narrow', async ({ portal, page, diffgram }) => {
  await asWhom(portal, 'alex', '/');
  await page.getByRole('group', { name: 'Whose tasks' }).getByRole('button', { name: 'Everyone’s' }).click();
  await expect(page).toHaveURL(/whose=everyone/);
  await expect(portal.heading('Everyone’s tasks')).toBeVisible();
  await page.getByRole('combobox', { name: 'Order' }).selectOption({ label: 'By name' });
  await expect(page).toHaveURL(/sort=name/);
  // The rows of the old order stay until those of the new one have come.
  await expect(page.locator('[aria-rowindex="1"] a.name')).toContainText('<img');
  const before = (await diffgram.tasksOf(PEOPLE.una.email)).length;
  const names: string[] = [];
  for (const index of [1, 2]) {
    await box(portal, index).click();
    names.push((await page.locator(`[aria-rowindex="${index}"] a.name`).innerText()).trim());
  }
  await bar(page).getByRole('button', { name: 'Assign …', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Assign 2 tasks' });
  await dialog.getByRole('searchbox').fill('una');
  await expect(dialog.getByRole('button', { name: 'Assign', exact: true })).toBeDisabled();
  await dialog.getByRole('radio', { name: PEOPLE.una.name }).check();
  await isAccessible(page);
  await diffgram.outage('unavailable');
  await dialog.getByRole('button', { name: 'Assign', exact: true }).click();
  await expect(bar(page)).toContainText('2 failed', { timeout: 30_000 });
  const failures = bar(page).getByRole('list', { name: 'What failed, and why' });
  await expect(failures.getByRole('listitem')).toHaveCount(2);
  await expect(failures).toContainText(names[0]!);
  await expect(bar(page)).toContainText('2 selected');
  await isAccessible(page);

  await diffgram.recover();
  await bar(page).getByRole('button', { name: 'Try again' }).click();
  await expect(bar(page)).toContainText('2 tasks changed', { timeout: 20_000 });
  const hers = async () => (await diffgram.tasksOf(PEOPLE.una.email)).length;
  expect(await hers()).toBeGreaterThan(before);
  await expect(page.locator('[aria-rowindex="1"] .who')).toContainText(PEOPLE.una.name);
  // What was begun is still known after a reload.
  await page.reload();
  await bar(page).getByRole('button', { name: 'Undo' }).click();
  await expect(bar(page)).toContainText('2 tasks are as they were before', { timeout: 20_000 });
  expect(await hers()).toBe(before);
  await bar(page).getByRole('button', { name: 'Close' }).click();
});

test('AUT-01 an admin sees as Ana: her tasks, a bar on every page, and nothing can be changed', async ({ portal, page, context, watch }) => {
  await asWhom(portal, 'alex', '/?tab=all');
  const second = await context.newPage();
  await second.goto(`${portal.world.portal}/`);
  await expect(second.getByRole('navigation').getByText(PEOPLE.alex.name)).toBeVisible();

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /Tasks, jobs/ }).fill('see ana');
  await expect(option(page, 'See as Ana Lima')).toBeVisible();
  await option(page, 'See as Ana Lima').click();
  const says = 'You see what Ana Lima sees';
  await expect(page.getByText(says)).toBeVisible();
  await expect(page.getByRole('navigation').getByText(PEOPLE.ana.name)).toBeVisible();
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Schemas' })).toHaveCount(0);
  await expect(page.getByRole('group', { name: 'Whose tasks' })).toHaveCount(0);
  // The other tab does not go on as it was.
  await expect(second.getByText(says)).toBeVisible();
  await portal.tasks.rows().first().getByRole('link').first().click();
  await expect(page.getByText(says)).toBeVisible();
  await isAccessible(page);
  // A write by hand is refused too.
  watch.allow(/status of 403/);
  const status = await page.evaluate(async () => {
    const answer = await fetch('/api/views', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"x","q":""}' });
    return answer.status;
  });
  expect(status).toBe(403);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('navigation').getByText(PEOPLE.alex.name)).toBeVisible();
  await expect(page.getByText(says)).toHaveCount(0);
  await expect(second.getByText(says)).toHaveCount(0);
});

test('INJ-01 the palette finds tasks, pages and actions by keys alone, with hostile names as text @narrow', async ({ portal, page }) => {
  await asWhom(portal, 'ben', '/?tab=all');
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: /Tasks, jobs/ });
  await expect(field).toBeFocused();
  await expect(option(page).first()).toHaveAttribute('aria-selected', 'true');
  await isAccessible(page);
  await fitsTheWidth(page);
  await field.fill('<img');
  const hostile = option(page, /<img/).first();
  await expect(hostile).toBeVisible();
  expect(await page.locator('dialog.palette img').count()).toBe(0);
  const wanted = (await hostile.locator('bdi').first().innerText()).trim();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowDown');
  await expect(field).toHaveAttribute('aria-activedescendant', 'palette-0');
  await page.keyboard.press('Enter');
  await expect(portal.heading(wanted)).toBeVisible();
  // Where one was stands first the next time.
  await page.keyboard.press('Control+k');
  await expect(option(page).first()).toContainText(wanted);
  await field.fill('done my');
  await expect(option(page, 'My tasks: Done')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/tab=done/);
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('what is given and sent back to me is told as it happens, and after a night away', async ({ portal, page, diffgram }) => {
  await asWhom(portal, 'ana', '/?tab=all');
  const bell = page.getByRole('button', { name: /Notifications/ });
  await expect.poll(() => page.evaluate(() => Object.keys(localStorage).some((key) => key.startsWith('portal.news.')))).toBe(true);
  await expect(bell).toHaveText('Notifications');
  const task = (await diffgram.tasksOf(PEOPLE.ana.email)).find(({ status }) => status === 'available')!;
  await diffgram.change(task.id, { status: 'requires_changes' });
  const word = page.getByRole('link', { name: /Sent back to you/ });
  await expect(word).toBeVisible({ timeout: 20_000 });
  await expect(bell).toContainText('1');
  await page.goto('about:blank');
  const fresh = await diffgram.add('over-night.jpg', PEOPLE.ana.email);
  await page.waitForTimeout(3_000);
  await portal.open('/?tab=all');
  await expect(bell).toContainText('2', { timeout: 20_000 });
  await bell.click();
  const list = page.getByRole('list', { name: 'The last 50' });
  await expect(list.getByRole('listitem')).toHaveCount(2);
  await expect(list.getByRole('listitem').first()).toContainText('Assigned to you');
  await isAccessible(page);
  await list.getByRole('link').first().click();
  await expect(page).toHaveURL(new RegExp(`/tasks/${fresh}$`));
  await expect(bell).toContainText('1');
  await bell.click();
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await expect(bell).toHaveText('Notifications');
  await page.keyboard.press('Escape');
  await expect(list).toBeHidden();
  await diffgram.change(task.id, { status: 'available' });
});

test('CLI-13 the whole inbox by keyboard: sign in, search, move, select, open, back, palette, sign out', async ({ portal, page, watch }) => {
  // What was asked for while they sign out is refused.
  watch.allow(/status of 401.*\/api\/news/);
  const tabTo = async (name: RegExp) => {
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press('Tab');
      const text = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');
      if (name.test(text)) return;
    }
    throw new Error(`Tab never came to ${name}`);
  };
  await portal.open('/?tab=all&sort=name');
  await page.waitForURL(`${portal.world.provider}/**`);
  await tabTo(/Ana Lima/);
  await page.keyboard.press('Enter');
  await expect(portal.tasks.rows().first()).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('coins');
  await expect.poll(async () => (await portal.tasks.names()).every((name) => /coins/.test(name))).toBe(true);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(portal.tasks.search()).not.toBeFocused();
  // A range goes from place to place: the list of all tasks comes first.
  await expect.poll(async () => (await portal.tasks.names()).some((name) => !/coins/.test(name))).toBe(true);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+J');
  await expect(bar(page)).toContainText('2 selected');
  await tabTo(/Clear/);
  await page.keyboard.press('Enter');
  await expect(bar(page)).toBeHidden();
  await page.keyboard.press('Home');
  const name = (await page.locator('[aria-rowindex="1"] a.name').innerText()).trim();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('Enter');
  await expect(portal.heading(name)).toBeVisible();
  await page.goBack();
  await expect(portal.tasks.rows().first()).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toContainText('Select all of the list');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('sign out');
  await expect(option(page, 'Sign out')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(portal.heading('You are signed out')).toBeVisible();
});
