// What is written on a page and does not come from `locales/`: found with the language for testing, whose texts stand in brackets.
import { expect, type Page } from '@playwright/test';

/** Names of things, times and numbers are data; so are keys of the keyboard. */
const DATA = 'bdi, time, kbd, code, pre, .num, .brand, .face, [data-name], option[value]:not([value=""]), script, style, noscript, #crash, #skeleton, [hidden]';

/** Whatever people read or hear here comes from `locales/`. */
export async function saysOnlyItsOwnWords(page: Page): Promise<void> {
  const strange = await page.evaluate((data) => {
    const found: string[] = [];
    // What stands between Unicode's isolates was filled in.
    const is = (text: string | null) => !!text && /\p{Script=Latin}/u.test(text.replace(/\u2068[^\u2069]*\u2069/g, '')) && !text.includes('⟦');
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (is(node.textContent) && !node.parentElement!.closest(data)) found.push(`${node.parentElement!.tagName}.${node.parentElement!.className}: ${node.textContent}`);
    }
    for (const element of document.body.querySelectorAll('*')) {
      // The name of a file, a job or a dataset is its title, and that of an option, and what a view asks.
      for (const name of ['aria-label', 'placeholder', 'alt', 'title']) {
        if (is(element.getAttribute(name)) && !element.closest('#crash, time, a.name, .where, .option > input, .views .chip')) found.push(`${element.tagName} ${name}: ${element.getAttribute(name)}`);
      }
    }
    return found;
  }, DATA);
  expect(strange, 'texts that are not in locales/').toEqual([]);
  // The page is in that language at all.
  await expect(page.locator('body')).toContainText('⟦');
}
