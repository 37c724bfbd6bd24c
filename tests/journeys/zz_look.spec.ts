import { test, expect } from '../support/test.ts';
const out = '/tmp/compare/shots';
test('look', async ({ portal, page }) => {
  const lang = process.env.LANG_CODE; 
  if (lang) await page.addInitScript((l) => localStorage.setItem('portal.language', l), lang);
  if (process.env.DARK) await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: Number(process.env.W ?? 1440), height: 900 });
  await portal.signInAs('ana', process.env.AT ?? '/explorer?q=astronaut');
  await page.waitForTimeout(1500);
  if (!process.env.AT) {
    const href = await page.locator('a.name').first().getAttribute('href');
    await page.goto(portal.world.portal + href + '?against=people');
    await page.waitForTimeout(2500);
  }
  await page.screenshot({ path: `${out}/${process.env.NAME ?? 'file'}.png`, fullPage: false });
  if (process.env.SIDE) { await page.locator(process.env.SIDE).last().evaluate((e) => e.scrollTo(0, 700)); await page.waitForTimeout(300); await page.screenshot({ path: `${out}/${process.env.NAME ?? 'file'}-2.png` }); }
});
