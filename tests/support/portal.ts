// The portal as a person finds it: by role and name.
import { expect, type Locator, type Page } from '@playwright/test';

import type { World } from './demo.ts';

/** The demo people, by first name. */
export const PEOPLE = {
  ana: 'Ana Lima',
  ben: 'Ben Okafor',
  rita: 'Rita Berg',
  alex: 'Alex Doe',
  gus: 'Gus Moreau',
  nora: 'Nora Quist',
  una: 'Una Vo',
} as const;

export type Who = keyof typeof PEOPLE;

export class Portal {
  constructor(
    readonly page: Page,
    readonly world: World,
  ) {}

  url(path = '/'): string {
    return this.world.portal + path;
  }

  async open(path = '/'): Promise<void> {
    await this.page.goto(this.url(path));
  }

  /** At the provider: says who they are. */
  async choose(who: Who): Promise<void> {
    await this.page.waitForURL(`${this.world.provider}/**`);
    await this.page.getByRole('button', { name: PEOPLE[who] }).click();
  }

  /** Opens the portal, is sent to the provider, and comes back. */
  async signInAs(who: Who, path = '/'): Promise<void> {
    await this.open(path);
    await this.choose(who);
    await this.page.waitForURL((url) => url.origin === this.world.portal && !url.pathname.startsWith('/signin'));
    await expect(this.page.getByRole('heading', { level: 1 })).toBeVisible();
  }

  async signOut(): Promise<void> {
    await this.page.getByRole('button', { name: /Ana Lima|Ben Okafor|Rita Berg|Alex Doe|Gus Moreau|Nora Quist|Account/ }).click();
    await this.page.getByRole('button', { name: 'Sign out' }).click();
  }

  readonly tasks = new Tasks(this);

  heading(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { level: 1, name });
  }
}

export class Tasks {
  constructor(private readonly portal: Portal) {}

  get page(): Page {
    return this.portal.page;
  }

  /** All rows that are drawn. */
  rows(): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('link', { name: /Open in Diffgram/ }) });
  }

  row(name: string): Locator {
    return this.rows().filter({ hasText: name });
  }

  tab(name: 'To do' | 'In review' | 'Done' | 'All'): Locator {
    return this.page.getByRole('tab', { name: new RegExp(`^${name}`) });
  }

  search(): Locator {
    return this.page.getByRole('searchbox', { name: 'Search tasks' });
  }

  /** The file names that are drawn, in order. */
  async names(): Promise<string[]> {
    return this.rows().evaluateAll((rows) => rows.map((row) => row.querySelector('[data-name], .name')?.textContent?.trim() ?? ''));
  }
}
