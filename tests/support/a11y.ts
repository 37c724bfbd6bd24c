// axe: nothing moderate, serious or critical, in the light and in the dark.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** `except`: rules that cannot hold here; each caller says why. */
export async function isAccessible(page: Page, except: string[] = []): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).disableRules(except).analyze();
    const grave = violations
      .filter(({ impact }) => impact && impact !== 'minor')
      .map(({ id, impact, help, nodes }) => `${impact} ${id}: ${help}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
    expect(grave, `axe, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
}

/** Nothing is wider than the screen. */
export async function fitsTheWidth(page: Page): Promise<void> {
  const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect(content, 'no scrolling sideways').toBeLessThanOrEqual(screen!);
}
