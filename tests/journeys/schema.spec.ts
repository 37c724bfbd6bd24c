// An admin edits the questions: as a draft, reviewed, applied; alone, with somebody else, and when it breaks in the middle.
import { expect, type Locator } from '@playwright/test';

import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import { attribute, SchemaEditor } from '../support/schema.ts';
import { test } from '../support/test.ts';

const SCHEMA = '/schemas/1';
test('an admin sees all kinds of questions, and opens one @narrow', async ({ portal, page }) => {
  await portal.signInAs('alex');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Schemas' }).click();
  await expect(portal.heading('Schemas')).toBeVisible();
  await expect(page.getByText('Line inspection')).toHaveCount(0);
  await page.getByRole('link', { name: 'Everyday scenes' }).click();
  await expect(portal.heading('Everyday scenes')).toBeVisible();
  const editor = new SchemaEditor(page);
  for (const kind of ['Drop-down list', 'Several options', 'Radio buttons', 'Text', 'Slider', 'Time', 'Date', 'Tree', /Unknown kind .geo/]) {
    await expect(editor.parts().getByText(kind, typeof kind === 'string' ? { exact: true } : {}).first()).toBeVisible();
  }
  await isAccessible(page);
  await fitsTheWidth(page);
  await editor.parts().getByRole('link', { name: 'Which colour is it?' }).click();
  await expect(editor.title('Which colour is it?')).toBeVisible();
  await isAccessible(page);
  await fitsTheWidth(page);
});

test('EMB-25 one of each kind of change: drafted, kept over a reload, reviewed, applied, and told among the changes @narrow', async ({ portal, page }) => {
  await portal.signInAs('alex', attribute(8));
  const editor = new SchemaEditor(page);
  await expect(editor.reviewButton()).toBeDisabled();
  await expect(page.getByText('Nothing is changed yet.')).toBeVisible();

  const turn = `colour ${test.info().project.name}`;
  await editor.question().fill(`What ${turn} is it?`);
  await editor.option('red').fill(`crimson ${turn}`);
  await editor.add(`teal ${turn}`);
  // New ones stand at the top; one more level is one button.
  await editor.act('Under the one above', `teal ${turn}`).click();
  await editor.act('Archive', test.info().project.name === 'wide' ? 'green' : 'navy').click();
  await expect(editor.title(`What ${turn} is it?`)).toBeVisible();
  await expect(editor.preview()).toContainText(`What ${turn} is it?`);
  await expect(editor.preview().getByRole('checkbox', { name: `crimson ${turn}` })).toBeAttached();
  await expect(page.getByText('Unpublished changes')).toBeVisible();

  await page.reload();
  await expect(editor.question()).toHaveValue(`What ${turn} is it?`);
  await expect(editor.option(`teal ${turn}`)).toBeVisible();
  await page.goto(portal.world.portal + SCHEMA);
  await expect(page.getByText('Unpublished changes')).toBeVisible();
  await page.goBack();

  await editor.reviewButton().click();
  await expect(editor.review()).toContainText('Diffgram cannot bring it back');
  for (const what of [/Changed.*colour is it\?/, new RegExp(`Renamed.*red.*crimson ${turn}`), new RegExp(`Added.*teal ${turn}.*under`), /Archived/]) {
    await expect(editor.review().getByRole('listitem').filter({ hasText: what })).toHaveCount(1);
  }
  await isAccessible(page);
  await editor.review().getByRole('button', { name: 'Back to the draft' }).click();
  await editor.apply();
  await editor.applied();
  await isAccessible(page);

  await page.reload();
  await expect(editor.question()).toHaveValue(`What ${turn} is it?`);
  await expect(editor.option(`crimson ${turn}`)).toBeVisible();
  await expect(page.getByText('Unpublished changes')).toHaveCount(0);
  // What was changed is put back for the next turn.
  await editor.option(`crimson ${turn}`).fill('red');
  await editor.question().fill('Which colour is it?');
  await editor.apply();
  await editor.applied();

  await page.getByRole('link', { name: 'See it among the changes' }).click();
  await expect(portal.heading('Changes')).toBeVisible();
  const line = page.getByRole('listitem').filter({ hasText: 'Alex Doe' }).first();
  await expect(line).toContainText('Changed a schema');
  await expect(line).toContainText('Done');
  await expect(line).toContainText('crimson');
  await isAccessible(page);
  await fitsTheWidth(page);
});

test('a slider: bounds that cross are told where they are, and keep it from being applied', async ({ portal, page }) => {
  await portal.signInAs('alex', attribute(5));
  const editor = new SchemaEditor(page);
  await page.getByLabel('Smallest answer').fill('200');
  await expect(page.getByText('must be a whole number below the largest').first()).toBeVisible();
  await expect(page.getByLabel('Smallest answer')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('1 thing must be put right first.')).toBeVisible();
  await expect(editor.reviewButton()).toBeDisabled();
  await page.getByLabel('Smallest answer').fill('60');
  await expect(page.getByText('It must start with a whole number between the two.').first()).toBeVisible();
  await page.getByLabel('Starts with').fill('70');
  await expect(editor.preview().getByRole('slider')).toHaveAttribute('min', '60');
  await editor.preview().getByRole('slider').press('ArrowRight');
  await expect(editor.preview().getByRole('status')).toHaveText('71');
  await page.getByLabel('Name in queries').fill('not queryable');
  await expect(page.getByText(/Diffgram’s queries find nothing else/).first()).toBeVisible();
  // Undo: the name, the default, the bounds, one step each.
  await editor.title('How sharp is it?').click();
  await page.keyboard.press('Control+z');
  await expect(page.getByLabel('Name in queries')).toHaveValue('quality');
  await page.keyboard.press('Control+Shift+z');
  await expect(page.getByLabel('Name in queries')).toHaveValue('not queryable');
  await page.getByRole('button', { name: 'Undo' }).click();
  await editor.apply();
  await editor.applied();
  await page.reload();
  await expect(page.getByLabel('Smallest answer')).toHaveValue('60');
});

test('the other kinds are edited and seen as annotators see them', async ({ portal, page }) => {
  await portal.signInAs('alex', attribute(1));
  const editor = new SchemaEditor(page);
  await editor.option('about half').fill('half of it');
  await editor.preview().getByRole('combobox').selectOption('half of it');
  await page.getByRole('combobox', { name: 'Starts with' }).selectOption('a little');
  await editor.apply();
  await editor.applied();
  await expect(page.getByRole('combobox', { name: 'Starts with' }).locator('option:checked')).toHaveText('a little');

  await portal.open(attribute(2));
  await editor.preview().getByRole('checkbox', { name: 'hat' }).check();
  await page.getByText('Paste a list').click();
  await page.getByLabel('One option a line').fill('scarf\n\nHat\nmask\n');
  await page.getByRole('button', { name: 'Add these lines' }).click();
  await expect(page.getByText('2 options added. Already there: 1.')).toBeVisible();
  await editor.add('Scarf');
  await expect(page.getByText('This name is there already.').first()).toBeVisible();
  await expect(editor.reviewButton()).toBeDisabled();
  await page.getByRole('button', { name: 'Undo' }).click();
  await editor.apply();
  await editor.applied();

  await portal.open(attribute(3));
  await editor.preview().getByRole('radio', { name: 'no', exact: true }).check();
  await editor.act('Archive', 'not sure').click();
  await page.getByRole('button', { name: /^Keep:? .not sure/ }).click();
  await expect(page.getByText('Nothing is changed yet.')).toBeVisible();
  await editor.add('cannot tell');
  await editor.apply();
  await editor.applied();

  await portal.open(attribute(4));
  await editor.preview().getByRole('textbox').fill('a remark');
  await page.getByRole('checkbox', { name: /Read-only/ }).check();
  await expect(editor.preview().getByRole('textbox')).toBeDisabled();
  await page.getByRole('button', { name: 'Discard draft' }).click();
  await expect(page.getByRole('checkbox', { name: /Read-only/ })).not.toBeChecked();

  await portal.open(attribute(6));
  await editor.preview().locator('input[type=date]').fill('2026-11-24');
  await editor.question().fill('Reviewed on which day?');
  await editor.apply();
  await editor.applied();
  await portal.open(attribute(7));
  await editor.preview().locator('input[type=time]').fill('10:30');
});

test('ups_13 an unknown kind is shown and cannot be edited', async ({ portal, page }) => {
  await portal.signInAs('alex', attribute(10));
  await expect(page.getByText('does not know this kind of question').first()).toBeVisible();
  await expect(new SchemaEditor(page).question()).toBeDisabled();
  await expect(new SchemaEditor(page).reviewButton()).toBeDisabled();
});

test('cli_07 two windows edit the same question: the second sees three states and puts its changes on top', async ({ portal, page, context, watch }) => {
  watch.allow(/status of 412/);
  await portal.signInAs('alex', attribute(12).replace('/1/', '/2/'));
  const first = new SchemaEditor(page);
  await first.question().fill('What is the weather, mine?');
  await first.option('rain').fill('rainy');

  const other = await context.newPage();
  await other.goto(page.url());
  const second = new SchemaEditor(other);
  await expect(second.question()).toHaveValue('What is the weather, mine?');
  await other.getByRole('button', { name: 'Discard draft' }).click();
  await second.question().fill('What is the weather, theirs?');
  await second.option('clear').fill('sunny');
  await second.apply();
  await second.applied();
  await other.close();

  await first.reviewButton().click();
  const conflict = first.conflict();
  await expect(conflict).toBeVisible();
  const question = conflict.getByRole('row', { name: /^Question/ });
  await expect(question).toContainText('What is the weather like?');
  await expect(question).toContainText('theirs?');
  await expect(question).toContainText('mine?');
  await expect(question).toContainText('both');
  await expect(conflict.getByRole('row', { name: /sunny/ })).toContainText('clear');
  await expect(first.reviewButton()).toBeDisabled();
  await isAccessible(page);

  // Nothing is lost: not even over a reload.
  await page.reload();
  await expect(conflict).toBeVisible();
  await conflict.getByRole('button', { name: 'Take theirs' }).click();
  await expect(first.question()).toHaveValue('What is the weather, theirs?');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(first.question()).toHaveValue('What is the weather, mine?');
  await expect(first.option('sunny')).toBeVisible();
  await first.apply();
  await first.applied();
  await page.reload();
  await expect(first.question()).toHaveValue('What is the weather, mine?');
  await expect(first.option('sunny')).toBeVisible();
  await expect(first.option('rainy')).toBeVisible();
});

test('cli_07 what somebody changed in Diffgram itself is met as well', async ({ portal, page, diffgram, watch }) => {
  watch.allow(/status of 412/);
  await portal.signInAs('alex', '/schemas/2/attributes/13');
  const editor = new SchemaEditor(page);
  await page.getByLabel('Largest answer').fill('12');
  await diffgram.changeAttribute(13, { prompt: 'How many flames are there?' });
  await editor.reviewButton().click();
  await page.getByRole('button', { name: 'Put my changes on top' }).click();
  await expect(editor.question()).toHaveValue('How many flames are there?');
  await expect(page.getByLabel('Largest answer')).toHaveValue('12');
  await editor.apply();
  await editor.applied();
});

test('when Diffgram is away the draft stays, and goes through later', async ({ portal, page, diffgram, watch }) => {
  watch.allow(/status of 50[23]/);
  await portal.signInAs('alex', attribute(7));
  const editor = new SchemaEditor(page);
  await editor.question().fill('When was it taken?');
  await diffgram.outage('refuse');
  await editor.reviewButton().click();
  const dialog = page.getByRole('dialog', { name: 'Review changes' });
  await expect(dialog.getByRole('alert')).toContainText('Your draft stays as it is.');
  await diffgram.recover();
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await expect(editor.review()).toBeVisible();
  await diffgram.outage('refuse');
  await editor.review().getByRole('button', { name: /^Apply/ }).click();
  await expect(editor.review().getByRole('alert')).toContainText('Your draft stays as it is.');
  await diffgram.recover();
  await editor.review().getByRole('button', { name: /^Apply/ }).click();
  await editor.applied();
});

test('inj_01 what tries to be markup is text, in the list, the editor and the preview', async ({ portal, page }) => {
  await portal.signInAs('alex', SCHEMA);
  await page.getByRole('link', { name: '<img src=x onerror=alert(1)>' }).click();
  const editor = new SchemaEditor(page);
  await expect(editor.title('<img src=x onerror=alert(1)>')).toBeVisible();
  await expect(editor.preview().getByRole('option', { name: '<script>alert(1)</script>' })).toBeAttached();
  await expect(page.locator('main img, main script, main b')).toHaveCount(0);
});

test('aut_08 people who are no admins get there neither by the navigation nor by the address', async ({ portal, page, watch }) => {
  watch.allow(/status of 40[34]/);
  await portal.signInAs('rita', '/schemas');
  await expect(portal.heading('This page is for admins')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Schemas' })).toHaveCount(0);
  for (const path of [SCHEMA, attribute(8), '/changes']) {
    await portal.open(path);
    await expect(portal.heading(/This page is for admins|This does not exist or is not yours/)).toBeVisible();
  }
});

test('aut_01 an admin of another project finds nothing of this one', async ({ portal, page, watch }) => {
  watch.allow(/status of 404/);
  await portal.signInAs('alex', '/schemas/3');
  await expect(portal.heading('This does not exist or is not yours')).toBeVisible();
  await portal.open('/schemas/999');
  await expect(portal.heading('This does not exist or is not yours')).toBeVisible();
  await portal.open('/schemas/1/attributes/20');
  await expect(portal.heading('This does not exist or is not yours')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Go to my tasks' })).toBeVisible();
});

test('by keyboard alone: an option is renamed, another nested, and all of it applied', async ({ portal, page }) => {
  await portal.signInAs('alex', attribute(8));
  const editor = new SchemaEditor(page);
  const reach = async (target: Locator): Promise<void> => {
    for (let n = 0; n < 200; n += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error('not reached with Tab');
  };
  await expect(editor.option('grey')).toBeVisible();
  await reach(editor.option('grey'));
  await page.keyboard.press('End');
  await page.keyboard.type(' or so');
  await reach(editor.act('Move …', 'grey or so'));
  await page.keyboard.press('Enter');
  const move = page.getByRole('dialog', { name: /^Move/ });
  await page.keyboard.press('Tab');
  await move.getByRole('searchbox').focus();
  await page.keyboard.type('blue');
  await reach(move.getByRole('button', { name: /blue/ }));
  await page.keyboard.press('Enter');
  await expect(move).toBeHidden();
  await reach(editor.reviewButton());
  await page.keyboard.press('Enter');
  await reach(editor.review().getByRole('button', { name: /^Apply/ }));
  await page.keyboard.press('Enter');
  await editor.applied();
});
