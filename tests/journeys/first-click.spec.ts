// The first click of the day, where Diffgram signs people in by a provider and forgets where they were going.
import { isAccessible } from '../support/a11y.ts';
import { PEOPLE } from '../support/portal.ts';
import { expect, test } from '../support/test.ts';

test.use({ demoOptions: { signOn: true } });

test('the first click of the day is led through the sign-in and lands; later ones are plain', async ({ portal, page, context }) => {
  await portal.signInAs('ana', '/?tab=all&q=cat');
  const row = portal.tasks.rows().first();
  const into = row.getByRole('link', { name: /Open in Diffgram/ });
  const to = (await into.getAttribute('href'))!;
  // Diffgram is asked when the gateway starts; the page knows it with the session.
  await expect.poll(async () => ((await (await page.request.get(`${portal.world.portal}/api/session`)).json()) as { diffgram_login?: string }).diffgram_login).toBeTruthy();
  await page.reload();
  await expect(into).toBeVisible();
  await page.waitForLoadState('networkidle').catch(() => {});

  const tab = context.waitForEvent('page');
  await into.click();
  const open = await tab;
  await expect(open.getByRole('heading', { name: 'Sign in to Diffgram first' })).toBeVisible();
  await isAccessible(open);
  const window = context.waitForEvent('page');
  await open.getByRole('link', { name: 'Sign in to Diffgram' }).click();
  const signin = await window;
  await signin.getByRole('link', { name: PEOPLE.ana.name }).click();
  // This is what loses the target.
  await expect(signin.getByRole('heading', { name: 'Dashboard' })).toBeVisible();
  await signin.close();
  await open.waitForURL(to);
  await expect(open.getByText(`Task ${/\d+$/.exec(to)![0]}`)).toBeVisible();

  await page.bringToFront();
  const second = context.waitForEvent('page');
  await into.click();
  await (await second).waitForURL(to);
  // And a portal link goes straight on as well.
  const third = await context.newPage();
  await third.goto(`${portal.world.portal}/go/task/${/\d+$/.exec(to)![0]}`);
  await third.waitForURL(to);
});
