// When things go wrong: a sentence that says what to do, and nothing lost.
import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import { PEOPLE } from '../support/portal.ts';
import { expect, test } from '../support/test.ts';

test('somebody Diffgram does not know reads why, and whom to ask @narrow', async ({ portal, page }) => {
  await portal.signInAs('nora');
  await expect(portal.heading('Diffgram does not know you yet')).toBeVisible();
  await expect(page.getByRole('link', { name: /Ask labeling@acme.example/ })).toHaveAttribute('href', 'mailto:labeling@acme.example');
  await isAccessible(page);
  await fitsTheWidth(page);
});

test('OIDC-31 an unverified address finds no tasks, and the page says what to do', async ({ portal, page }) => {
  await portal.signInAs('una');
  await expect(portal.heading('Your e-mail address is not verified')).toBeVisible();
  expect(await page.getByRole('row').count()).toBe(0);
});

test('OIDC-27 the provider says no: its words are text, and one can start again', async ({ portal, page, diffgram, watch }) => {
  watch.allow(/status of 40/);
  await diffgram.fault('denied');
  await portal.open('/');
  await portal.choose('ana');
  await expect(portal.heading('You were not signed in')).toBeVisible();
  await expect(page.getByText('<script>alert(1)</script> You said no.')).toBeVisible();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await portal.choose('ana');
  await expect(portal.heading('My tasks')).toBeVisible();
});

test('OIDC-01 OIDC-02 an answer that this browser did not ask for signs nobody in', async ({ portal, page, watch }) => {
  watch.allow(/status of 400/);
  await portal.open('/signin/callback?code=stolen&state=invented');
  await expect(portal.heading('Signing in did not work')).toBeVisible();
  expect(page.url()).not.toContain('stolen');
  expect((await page.request.get(`${portal.world.portal}/api/session`)).status()).toBe(401);
});

for (const [id, fault] of [
  ['OIDC-06', 'wrong_nonce'],
  ['OIDC-14', 'alg_none'],
  ['OIDC-23', 'foreign_audience'],
] as const) {
  test(`${id} a bad ID token (${fault}) is refused with a sentence, and the next try works`, async ({ portal, page, diffgram, watch }) => {
    watch.allow(/status of 401/);
    await diffgram.fault(fault);
    await portal.open('/');
    await portal.choose('ana');
    await expect(portal.heading('Signing in did not work')).toBeVisible();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await portal.choose('ana');
    await expect(portal.heading('My tasks')).toBeVisible();
  });
}

test('OIDC-36 the provider answers with a page: a sentence instead of a loop, and the way on once it is back', async ({ portal, page, diffgram, watch }) => {
  watch.allow(/status of 50/);
  await diffgram.fault('html_token');
  await portal.open('/');
  await portal.choose('ana');
  await expect(portal.heading('Signing in did not work')).toBeVisible();
  await expect(page.getByText('cannot be reached right now')).toBeVisible();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await portal.choose('ana');
  await expect(portal.heading('My tasks')).toBeVisible();
});

test('UPS-01 Diffgram goes down: reading goes on, marked with its age, and recovers by itself', async ({ portal, page, diffgram, watch }) => {
  watch.allow(/status of 50/);
  await portal.signInAs('ben', '/?tab=all');
  await expect(portal.tasks.rows().first()).toBeVisible();
  await diffgram.outage('unavailable');
  await expect(page.getByText(/Diffgram does not answer\. Your tasks are shown as of/)).toBeVisible({ timeout: 30_000 });
  await page.reload();
  await expect(portal.tasks.rows().first()).toBeVisible();
  await isAccessible(page);
  await portal.tasks.rows().first().locator('a.name').click();
  await expect(page.getByRole('complementary')).toBeVisible();
  await diffgram.outage('none');
  await expect(page.locator('.bar')).toBeHidden({ timeout: 40_000 });
});

test('CLI-01 offline: a bar says so; what is shown stays', async ({ portal, page, context, watch }) => {
  watch.allow(/ERR_INTERNET_DISCONNECTED|Failed to load/);
  await portal.signInAs('ana');
  await expect(portal.tasks.rows().first()).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByText(/You are offline/)).toBeVisible();
  await expect(portal.tasks.rows().first()).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText(/You are offline/)).toBeHidden();
});

test('a session that ends elsewhere: the page stays and says so', async ({ portal, page, context, watch }) => {
  watch.allow(/status of 401/);
  await portal.signInAs('ana');
  await expect(portal.tasks.rows().first()).toBeVisible();
  await context.clearCookies();
  await portal.tasks.tab('Done').click();
  await expect(page.getByText(/Your session has ended/)).toBeVisible();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await portal.choose('ana');
  await expect(portal.tasks.tab('Done')).toHaveAttribute('aria-selected', 'true');
});

test('SES-14 signing out in one tab signs the other out too', async ({ portal, context, watch }) => {
  watch.allow(/status of 401/);
  await portal.signInAs('ana');
  const other = await context.newPage();
  await other.goto(portal.world.portal);
  await expect(other.locator('a.name').first()).toBeVisible();
  await portal.signOut();
  await expect(other.locator('a.name')).toHaveCount(0, { timeout: 5_000 });
});

test('INJ-01 INJ-02 hostile names are text everywhere @narrow', async ({ portal, page }) => {
  await portal.signInAs('ben', '/?tab=all');
  const hostile = '<img src=x onerror=alert(1)>.jpg';
  await portal.tasks.search().fill('onerror');
  const link = portal.tasks.row(hostile).first().locator('a.name');
  await expect(link).toHaveText(hostile);
  await fitsTheWidth(page);
  await link.click();
  await expect(portal.heading(hostile)).toBeVisible();
  await expect(page).toHaveTitle(new RegExp('onerror=alert'));
  expect(await page.locator('img[src="x"]').count()).toBe(0);
  await fitsTheWidth(page);
});

test('a task that is not mine and one that is not there look the same', async ({ portal, page, diffgram, watch }) => {
  watch.allow(/status of 404/);
  await portal.signInAs('ana');
  const [hers] = (await diffgram.tasksOf(PEOPLE.gus.email));
  const seen: string[] = [];
  for (const id of [hers!.id, 99_999_999, 'not-a-number']) {
    await portal.open(`/tasks/${id}`);
    await expect(portal.heading('This task does not exist or is not yours')).toBeVisible();
    seen.push(await page.getByRole('main').innerText());
  }
  expect(new Set(seen).size).toBe(1);
});

test('the crash screen has a way on', async ({ portal, page }) => {
  await portal.signInAs('ana');
  await expect(portal.tasks.rows().first()).toBeVisible();
  await page.evaluate(() => (window as unknown as { portalCrash: () => void }).portalCrash());
  await expect(page.getByRole('heading', { name: 'This page stopped working' })).toBeVisible();
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(portal.tasks.rows().first()).toBeVisible();
});

test('CLI-14 large text and forced colours: nothing is cut off', async ({ portal, page }) => {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 720, height: 450 });
  await portal.signInAs('ana');
  await expect(portal.tasks.rows().first()).toBeVisible();
  await fitsTheWidth(page);
});

test('an address that is no page says so', async ({ portal }) => {
  await portal.signInAs('ana');
  await portal.open('/nowhere');
  await expect(portal.heading('There is no such page')).toBeVisible();
});
