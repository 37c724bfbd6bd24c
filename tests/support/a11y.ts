// axe: nothing moderate, serious or critical, in the light and in the dark.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** `except`: rules that cannot hold here; each caller says why. */
export async function isAccessible(page: Page, except: string[] = []): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    const { violations } = await new AxeBuilder({ page }).disableRules(except).analyze();
    const grave = violations
      .filter(({ impact }) => impact && impact !== 'minor')
      .map(({ id, impact, help, nodes }) => `${impact} ${id}: ${help}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
    expect(grave, `axe, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
}

/** Colours on their way to others are neither: what ends by itself has ended. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // What changed just now begins to move with the next frame.
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    // What follows the scrolling ends when somebody scrolls; in a closed `details` nothing moves on.
    const ends = ({ effect, timeline }: Animation) =>
      timeline instanceof DocumentTimeline &&
      Number.isFinite(effect?.getComputedTiming().endTime ?? 0) &&
      (!(effect instanceof KeyframeEffect) || (effect.target?.checkVisibility() ?? false));
    await Promise.allSettled(document.getAnimations().filter(ends).map(({ finished }) => finished));
  });
}

/** Nothing is wider than the screen. */
export async function fitsTheWidth(page: Page): Promise<void> {
  const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect(content, 'no scrolling sideways').toBeLessThanOrEqual(screen!);
}
