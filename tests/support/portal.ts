// The portal as a person finds it: by role and name.
import { expect, type Locator, type Page } from '@playwright/test';

import type { World } from './demo.ts';

/** The demo people, by first name. */
export const PEOPLE = {
  ana: { name: 'Ana Lima', email: 'ana@acme.example' },
  ben: { name: 'Ben Okafor', email: 'ben@acme.example' },
  rita: { name: 'Rita Berg', email: 'rita@acme.example' },
  alex: { name: 'Alex Doe', email: 'alex@acme.example' },
  gus: { name: 'Gus Moreau', email: 'gus@globex.example' },
  nora: { name: 'Nora Quist', email: 'nora@nowhere.example' },
  una: { name: 'Una Vo', email: 'una@acme.example' },
} as const;

export type Who = keyof typeof PEOPLE;

const ANYBODY = new RegExp(Object.values(PEOPLE).map(({ name }) => name).join('|'));

export class Portal {
  readonly tasks: Tasks;

  constructor(
    readonly page: Page,
    readonly world: World,
  ) {
    this.tasks = new Tasks(page);
  }

  async open(path = '/'): Promise<void> {
    await this.page.goto(this.world.portal + path);
  }

  /** At the provider: says who they are. */
  async choose(who: Who): Promise<void> {
    await this.page.waitForURL(`${this.world.provider}/**`);
    await this.page.getByRole('button', { name: PEOPLE[who].name }).click();
  }

  /** Opens the portal, is sent to the provider, and comes back. */
  async signInAs(who: Who, path = '/'): Promise<void> {
    await this.open(path);
    await this.choose(who);
    await this.page.waitForURL((url) => url.origin === this.world.portal && !url.pathname.startsWith('/signin'));
    await expect(this.page.getByRole('heading', { level: 1 })).toBeVisible();
  }

  async openMenu(): Promise<void> {
    await this.page.getByRole('button', { name: ANYBODY }).click();
  }

  async signOut(): Promise<void> {
    await this.openMenu();
    await this.page.getByRole('button', { name: 'Sign out' }).click();
    await expect(this.heading('You are signed out')).toBeVisible();
  }

  /** What the page itself says: not what stands in its place until it runs. */
  heading(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { level: 1, name }).and(this.page.locator(':not(#skeleton *)'));
  }

  /** A part of the page that words do not find, because they are in another language: not what stands in its place until it runs. */
  part(css: string): Locator {
    return this.page.locator(css).and(this.page.locator(':not(#skeleton *)'));
  }
}

export type Tab = 'To do' | 'Sent back' | 'In review' | 'Done' | 'All';

export class Tasks {
  constructor(private readonly page: Page) {}

  /** All rows that are drawn and have come. */
  rows(): Locator {
    return this.page.getByRole('row').and(this.page.locator(':not(#skeleton *)')).filter({ has: this.page.locator('a.name') });
  }

  row(name: string): Locator {
    return this.rows().filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }

  tab(name: Tab): Locator {
    return this.page.getByRole('tab', { name: new RegExp(`^${name}`) }).and(this.page.locator(':not(#skeleton *)'));
  }

  /** What a tab says how many it holds. */
  async count(name: Tab): Promise<number> {
    return Number((await this.tab(name).innerText()).replace(/\D/g, ''));
  }

  search(): Locator {
    return this.page.getByRole('searchbox', { name: 'Search tasks' }).and(this.page.locator(':not(#skeleton *)'));
  }

  grid(): Locator {
    return this.page.getByRole('grid', { name: 'My tasks' }).and(this.page.locator(':not(#skeleton *)'));
  }

  /** The file names that are drawn, in order. */
  async names(): Promise<string[]> {
    return this.rows().evaluateAll((rows) =>
      rows
        .toSorted((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
        .map((row) => row.querySelector('a.name')?.textContent?.trim() ?? ''),
    );
  }
}
