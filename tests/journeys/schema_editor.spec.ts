// An admin drafts a whole schema: questions of each kind, labels, trees of options. Nothing here is applied.
import { expect } from '@playwright/test';

import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import { attribute, SchemaEditor } from '../support/schema.ts';
import { test } from '../support/test.ts';

const SCHEMA = '/schemas/1';
const COLOURS = attribute(8);
const WORN = attribute(2);

test('a question of each kind is made, operated as annotators will, and kept over a reload', async ({ portal, page }) => {
  await portal.signInAs('alex', SCHEMA);
  const editor = new SchemaEditor(page);
  const tried: Record<string, () => Promise<void>> = {
    'Drop-down list': async () => {
      await editor.add('yes');
      await editor.preview().getByRole('combobox').selectOption('yes');
      await page.getByRole('combobox', { name: 'Starts with' }).selectOption('yes');
      await expect(editor.preview().getByRole('combobox').locator('option:checked')).toHaveText('yes');
    },
    'Several options': async () => {
      await editor.add('hat');
      await editor.add('scarf');
      await editor.preview().getByRole('checkbox', { name: 'hat' }).check();
      await editor.preview().getByRole('checkbox', { name: 'scarf' }).press('Space');
      await expect(editor.preview().getByRole('checkbox', { checked: true })).toHaveCount(2);
    },
    'Radio buttons': async () => {
      await editor.add('left');
      await editor.add('right');
      await editor.preview().getByRole('radio', { name: 'left' }).check();
      await page.keyboard.press('ArrowDown');
      await expect(editor.preview().getByRole('radio', { name: 'right' })).toBeChecked();
    },
    Text: async () => {
      await page.getByLabel('Starts with').fill('nothing seen');
      await expect(editor.preview().getByRole('textbox')).toHaveValue('nothing seen');
    },
    Slider: async () => {
      await page.getByLabel('Smallest answer').fill('5');
      await page.getByLabel('Largest answer').fill('3');
      await expect(page.getByText('must be a whole number below the largest').first()).toBeVisible();
      await page.getByLabel('Largest answer').fill('7');
      await editor.preview().getByRole('slider').press('End');
      await expect(editor.preview().getByRole('status')).toHaveText('7');
    },
    Time: async () => {
      await page.getByLabel('Starts with').fill('10:30');
      await expect(editor.preview().locator('input[type=time]')).toHaveValue('10:30');
    },
    Date: async () => {
      await page.getByLabel('Starts with').fill('2026-11-28');
      await expect(editor.preview().locator('input[type=date]')).toHaveValue('2026-11-28');
    },
    Tree: async () => {
      await editor.add('warm');
      await editor.act('Add an option under', 'warm').click();
      await editor.add('red');
      await editor.preview().getByRole('checkbox', { name: 'red' }).check();
    },
  };
  for (const [n, [kind, act]] of Object.entries(tried).entries()) {
    await editor.make(kind, `Of the kind ${kind}?`);
    await expect(page.getByLabel('Name in queries')).toHaveValue(/^of_the_kind_\w+$/);
    await act();
    await expect(editor.changes(n + 1)).toBeVisible();
  }
  await expect(page.getByText('Unpublished changes')).toBeVisible();
  await page.reload();
  await expect(editor.title('Of the kind Tree?')).toBeVisible();
  await expect(editor.option('red')).toBeVisible();
  await expect(editor.changes(8)).toBeVisible();
  await editor.reviewButton().click();
  await expect(page.getByRole('dialog').getByText('Of the kind Slider?')).toBeVisible();
  await page.keyboard.press('Escape');
  await editor.discard();
});

test('questions are put in order, doubled, archived and kept; another kind says what it means for the options', async ({ portal, page }) => {
  await portal.signInAs('alex', attribute(1));
  const editor = new SchemaEditor(page);
  const titles = () => editor.parts().getByRole('listitem').locator('bdi').allInnerTexts();
  await expect(editor.question()).not.toHaveValue('');
  const before = await titles();
  const first = await editor.question().inputValue();
  expect(before[0]).toBe(first);
  await editor.act('Move down', '.*').click();
  await expect.poll(titles).toEqual([before[1], before[0], ...before.slice(2)]);
  // By its grip, back again.
  const grip = editor.parts().getByRole('listitem').filter({ hasText: first }).locator('.grip');
  const target = (await editor.parts().getByRole('listitem').first().boundingBox())!;
  await grip.hover();
  await page.mouse.down();
  await page.mouse.move(target.x + 40, target.y + 20, { steps: 4 });
  await page.mouse.move(target.x + 40, target.y + 4, { steps: 4 });
  await page.mouse.up();
  await expect.poll(titles).toEqual(before);

  await editor.act('Duplicate', '.*').click();
  await expect(page.getByLabel('Name in queries')).toHaveValue(/_2$/);
  await editor.act('Remove', '.*').click();
  await expect(editor.title('Schema')).toBeVisible();

  await editor.parts().getByRole('link', { name: first }).click();
  await page.getByLabel('Kind of answer').selectOption('text');
  await expect(page.getByText(/options that it has now are archived with this/)).toBeVisible();
  await expect(editor.preview().getByRole('textbox')).toBeVisible();
  await page.getByLabel('Kind of answer').selectOption('select');
  await expect(editor.preview().getByRole('combobox')).toBeVisible();
  await editor.act('Archive', '.*').first().click();
  await expect(page.getByText('This question is archived when the draft is applied.')).toBeVisible();
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await expect(editor.question()).toHaveValue(first);
  await editor.discard();
});

test('labels: a new one with a colour is asked about; those that exist say why they stay @narrow', async ({ portal, page }) => {
  await portal.signInAs('alex', SCHEMA);
  const editor = new SchemaEditor(page);
  await page.getByRole('button', { name: /^Labels/ }).click();
  await isAccessible(page);
  await fitsTheWidth(page);
  await page.getByLabel('New label').fill('bus stop');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await editor.parts().getByRole('link', { name: /bus stop/ }).click();
  await expect(editor.title('bus stop')).toBeVisible();
  await page.getByLabel('Colour').last().fill('#123456');
  await page.getByLabel('Name of the label').fill('bus');
  await isAccessible(page);
  await fitsTheWidth(page);

  await portal.open(COLOURS);
  await page.getByRole('checkbox', { name: 'bus', exact: true }).check();
  await page.getByRole('checkbox', { name: 'bus', exact: true }).uncheck();
  await page.getByRole('button', { name: 'None', exact: true }).click();
  await expect(page.getByText('Choose at least one label, or ask about the whole file.', { exact: true })).toBeVisible();
  await expect(editor.reviewButton()).toBeDisabled();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(editor.changes(1)).toBeVisible();

  await portal.open(SCHEMA);
  await page.getByRole('button', { name: /^Labels/ }).click();
  await editor.parts().getByRole('link').filter({ hasNotText: /^(Schema|bus)/ }).first().click();
  await expect(page.getByText('Labels that exist stay as they are')).toBeVisible();
  await expect(page.getByLabel('Name of the label')).toBeDisabled();
  await editor.discard();
});

test('a list is pasted as a tree, twelve levels deep, and what is there twice is merged @narrow', async ({ portal, page }) => {
  await portal.signInAs('alex', COLOURS);
  const editor = new SchemaEditor(page);
  await page.getByText('Paste a list').click();
  const deep = Array.from({ length: 12 }, (_, n) => `${'  '.repeat(n)}level ${n + 1}`).join('\n');
  await page.getByLabel(/^One option a line/).fill(`${deep}\nלימון\n  صغير\n${deep.split('\n')[0]}\n`);
  await expect(page.getByText('14 options will be added.')).toBeVisible();
  await expect(page.getByText('Already there: 1.').first()).toBeVisible();
  await isAccessible(page);
  await page.getByRole('button', { name: 'Add these lines' }).click();
  await expect(editor.option('level 12')).toBeVisible();
  await expect(editor.row('level 12')).toHaveAttribute('data-depth', '11');
  await fitsTheWidth(page);

  await editor.option('level 2').fill('level 1 too');
  await editor.act('Move …', 'level 1 too').click();
  await page.getByRole('dialog').getByRole('button', { name: 'At the top' }).click();
  await editor.option('level 1 too').fill('Level 1');
  await expect(page.getByText('This name is there already.').first()).toBeVisible();
  await page.getByRole('button', { name: 'Merge' }).click();
  await expect(page.getByText('1 option merged.')).toBeVisible();
  await expect(editor.row('level 3')).toHaveAttribute('data-depth', '1');
  await isAccessible(page);
  await editor.discard();
});

test('by keyboard: an option goes under the one above and back; faults lead to where they are; typing is undone as one', async ({ portal, page }) => {
  await portal.signInAs('alex', COLOURS);
  const editor = new SchemaEditor(page);
  await editor.add('teal');
  const indent = editor.act('Under the one above', 'teal');
  await indent.focus();
  await page.keyboard.press('Enter');
  await expect(editor.row('teal')).toHaveAttribute('data-depth', '1');
  await editor.act('One level up', 'teal').focus();
  await page.keyboard.press('Enter');
  await expect(editor.row('teal')).toHaveAttribute('data-depth', '0');
  await editor.option('teal').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await expect(page.getByText('An option needs a name.', { exact: true })).toBeVisible();
  await editor.parts().getByRole('link').nth(1).click();
  await page.getByText('Show them').click();
  await page.getByRole('button', { name: /An option needs a name/ }).click();
  await expect(page.getByRole('textbox', { name: /^Name of .{2}$/ })).toBeFocused();
  await page.keyboard.type('petrol');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ControlOrMeta+z');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(editor.option('teal')).toBeVisible();
  await editor.discard();
});

test('dat_03 fifty thousand options: found one after the other, sorted for the eye, and kept over a reload', async ({ portal, page }) => {
  await portal.signInAs('alex', WORN);
  const editor = new SchemaEditor(page);
  await editor.paste(Array.from({ length: 50_000 }, (_, n) => `thing ${n}`));
  await expect(page.getByText('50,000 options will be added.')).toBeVisible();
  await page.getByRole('button', { name: 'Add these lines' }).click();
  expect(await page.locator('.option').count()).toBeLessThan(100);
  await page.getByRole('searchbox', { name: 'Search options' }).fill('thing 4999');
  await page.getByRole('checkbox', { name: 'Only these' }).uncheck();
  await expect(page.getByText('11 found')).toBeVisible();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(editor.option('thing 4999')).toBeFocused();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(editor.option('thing 49990')).toBeFocused();
  await expect(page.getByText('2 of 11')).toBeVisible();
  await page.keyboard.type('!');
  await page.getByRole('checkbox', { name: 'By name' }).check();
  await page.reload();
  await page.getByRole('searchbox', { name: 'Search options' }).fill('thing 49990');
  await expect(editor.option('thing 49990!')).toBeVisible();
  await editor.discard();
});
