// The page of a schema, its review and its runs, as an admin finds them.
import { expect, type Locator, type Page } from '@playwright/test';

/** The address of a question. */
export const attribute = (id: number, schema = 1): string => `/schemas/${schema}/attributes/${id}`;

/** Texts that are filled in stand between Unicode's isolates, so that their direction is their own. */
const filled = (name: string): string => `\\u2068${name}\\u2069`;

/** What an admin does on the page of a schema. */
export class SchemaEditor {
  constructor(readonly page: Page) {}
  parts(): Locator {
    return this.page.getByRole('navigation', { name: 'Parts of the schema' });
  }
  /** The heading of what is open: a question, a label, or the schema itself. */
  title(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { level: 2, name });
  }
  question(): Locator {
    return this.page.getByRole('textbox', { name: 'Question', exact: true });
  }
  preview(): Locator {
    return this.page.getByRole('region', { name: 'As annotators see it' });
  }
  /** The field with this option's name. */
  option(name: string): Locator {
    return this.page.getByRole('textbox', { name: new RegExp(`^Name of ${filled(name)}$`) });
  }
  row(name: string): Locator {
    return this.page.getByRole('listitem').filter({ has: this.option(name) });
  }
  /** A button that names what it acts on. */
  act(what: string, name: string): Locator {
    return this.page.getByRole('button', { name: new RegExp(`^${what}:? ${filled(name)}`) });
  }
  async add(name: string): Promise<void> {
    await this.page.getByLabel('New option').fill(name);
    await this.page.getByLabel('New option').press('Enter');
    await expect(this.option(name)).toBeVisible();
  }
  /** Lines into "Paste a list", set at once: typing fifty thousand takes Chromium minutes. */
  async paste(lines: string[]): Promise<void> {
    await this.page.getByText('Paste a list').click();
    await this.page.getByLabel(/^One option a line/).evaluate((field: HTMLTextAreaElement, text) => {
      field.value = text;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }, lines.join('\n'));
  }
  async make(kind: string, question: string): Promise<void> {
    await this.page.getByRole('button', { name: 'New question' }).click();
    await this.page.getByRole('dialog').getByRole('button', { name: new RegExp(`^${kind}`) }).click();
    await expect(this.question()).toBeFocused();
    await this.question().fill(question);
    await this.page.getByRole('radio', { name: 'The whole file' }).check();
  }
  changes(n: number): Locator {
    return this.page.getByRole('status').getByText(`${n} change${n === 1 ? '' : 's'}.`, { exact: true });
  }
  async discard(): Promise<void> {
    await this.page.getByRole('button', { name: 'Discard draft' }).click();
    await expect(this.page.getByText('Nothing is changed yet.')).toBeVisible();
  }
  reviewButton(): Locator {
    return this.page.getByRole('button', { name: 'Review changes' });
  }
  review(): Locator {
    return this.page.getByRole('dialog', { name: /to apply$/ });
  }
  async openReview(): Promise<void> {
    await this.reviewButton().click();
    await expect(this.review()).toBeVisible();
  }
  /** Reviews and applies; what cannot be taken back is confirmed first. */
  async apply(why = ''): Promise<void> {
    await this.openReview();
    if (why) await this.review().getByLabel(/^Why/).fill(why);
    const understood = this.review().getByRole('checkbox');
    const button = this.review().getByRole('button', { name: /^Apply/ });
    if ((await understood.count()) > 0) {
      await expect(button).toBeDisabled();
      await understood.check();
    }
    await button.click();
  }
  /** The bar of a run, by what it says of it. */
  run(state: string): Locator {
    return this.page.getByRole('region', { name: state });
  }
  async applied(): Promise<void> {
    await expect(this.run('It is in Diffgram')).toBeVisible({ timeout: 20_000 });
  }
  conflict(): Locator {
    return this.page.getByRole('region', { name: 'Somebody changed this schema meanwhile' });
  }
  versions(): Locator {
    return this.page.getByRole('dialog', { name: 'Versions' });
  }
}
