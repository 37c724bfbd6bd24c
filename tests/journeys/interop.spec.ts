// Signing in at a certified OpenID Connect server: what holds for the demo's small one holds for one that others wrote.
import { Portal } from '../support/portal.ts';
import { Interop } from '../support/provider.ts';
import { expect, test } from '../support/test.ts';
import { Watch } from '../support/watch.ts';

const ANA = { email: 'ana@acme.example', email_verified: true, name: 'Ana Lima' };

test('a certified provider: sign in with PKCE, come back to the address, sign out at both', async ({ demo, page, context }) => {
  const interop = await Interop.start(demo.world, ANA);
  const watch = new Watch(context, interop.world.portal);
  // The provider's own development pages want a font and an icon.
  watch.allow(/fonts\.googleapis\.com|favicon\.ico/);
  const portal = new Portal(page, interop.world);
  await portal.open('/?tab=all#here');
  await page.waitForURL(`${interop.world.provider}/**`);
  await page.getByPlaceholder('Enter any login').fill('ana');
  await page.getByPlaceholder('and password').fill('anything');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(portal.heading('My tasks')).toBeVisible();
  expect(page.url()).toBe(`${interop.world.portal}/?tab=all#here`);
  await expect(portal.tasks.rows().first()).toBeVisible();

  await portal.openMenu();
  await page.getByRole('button', { name: 'Sign out' }).click();
  // The provider asks before it ends its own session.
  await page.getByRole('button', { name: /yes, sign me out/i }).click();
  await expect(portal.heading('You are signed out')).toBeVisible();
  expect(page.url()).toBe(`${interop.world.portal}/signed-out`);
  watch.check();
  await interop.end();
});
