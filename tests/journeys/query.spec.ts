// Asking for files by a form, opening one by the app's own key, and how far all of it has been read.
import { expect, type Locator, type Page } from '@playwright/test';

import { fitsTheWidth, isAccessible } from '../support/a11y.ts';
import { test } from '../support/test.ts';

const form = (page: Page): Locator => page.getByRole('region', { name: 'Build the query' });
const text = (page: Page): Locator => page.getByRole('combobox', { name: 'Which files' });
const explorer = (q: string): string => `/explorer?q=${encodeURIComponent(q)}`;

test('text and form are two faces of one query @narrow', async ({ portal, page }) => {
  await portal.signInAs('ana', explorer('label:face score>=0.6 (type:image or has:prediction) -name:draft'));
  await expect(page.locator('.tile').first()).toBeVisible();
  await page.getByRole('button', { name: 'Form', exact: true }).click();
  // What was written stands in the form.
  const value = form(page).getByLabel('Value', { exact: true });
  await expect(value.first()).toHaveValue('face');
  await expect(form(page).getByLabel('Contains')).toHaveValue('draft');
  await expect(form(page).getByRole('checkbox', { name: 'not' }).last()).toBeChecked();
  await isAccessible(page);
  await fitsTheWidth(page);

  // What is changed in the form is written, and found.
  await form(page).getByRole('button', { name: 'Remove Score 0.6' }).click();
  await expect(text(page)).toHaveValue('label:face (type:image or has:prediction) -name:draft');
  await form(page).getByRole('button', { name: 'Add a condition' }).last().click();
  const last = form(page).getByRole('listitem').last();
  await expect(last.getByText('Not filled in yet')).toBeVisible();
  await last.getByRole('combobox', { name: 'What about' }).selectOption({ label: 'Dataset' });
  await last.getByLabel('Value', { exact: true }).fill('no such "dataset"');
  await last.getByLabel('Value', { exact: true }).press('Enter');
  await expect(text(page)).toHaveValue('label:face (type:image or has:prediction) -name:draft dataset:"no such \\"dataset\\""');
  await expect(page.locator('.tile')).toHaveCount(0);
  await form(page).getByRole('button', { name: 'Remove Dataset' }).click();
  await expect(page.locator('.tile').first()).toBeVisible();

  // What is written stands in the form; a text that cannot be read changes nothing there.
  await text(page).fill('score>0.9');
  await expect(value.first()).toHaveValue('0.9');
  await expect(form(page).getByRole('combobox', { name: 'How it compares' })).toHaveValue('>');
  await text(page).fill('score>');
  await text(page).press('Escape');
  await expect(form(page).getByText('cannot be read yet')).toBeVisible();
  await expect(value.first()).toHaveValue('0.9');
});

test('AUT-01 a file by the app’s own key; a key that is nobody’s looks like one of others', async ({ portal, page, watch }) => {
  await portal.signInAs('ana', '/files/key/astronaut-no-such.jpg');
  watch.allow(/404/);
  await expect(portal.heading('This file does not exist or is not yours')).toBeVisible();
  await portal.open(explorer(''));
  const name = (await page.locator('.tile a.name').first().innerText()).trim();
  await portal.open(`/files/key/${encodeURIComponent(name)}?score=50`);
  await expect(portal.heading(name)).toBeVisible();
  await expect(page).toHaveURL(/\/files\/\d+\?score=50$/);
});

test('admins see how far Diffgram has been read @narrow', async ({ portal, page }) => {
  await portal.signInAs('alex', '/reading');
  await expect(portal.heading('Read from Diffgram')).toBeVisible();
  const files = page.getByRole('progressbar', { name: 'Files with what is drawn on them' });
  await expect(files).toBeVisible();
  await expect(page.getByText('Diffgram answers', { exact: true })).toBeVisible();
  await isAccessible(page);
  await fitsTheWidth(page);
});

test('how far Diffgram has been read is for admins', async ({ portal, watch }) => {
  watch.allow(/403/);
  await portal.signInAs('ana', '/reading');
  await expect(portal.heading('This page is for admins')).toBeVisible();
});
