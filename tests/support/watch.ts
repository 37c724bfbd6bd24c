// Watches every page of a test: an error in the console, an exception, or a blocked resource fails it.
import { type BrowserContext, expect } from '@playwright/test';

export class Watch {
  private readonly seen: string[] = [];
  private readonly allowed: RegExp[] = [];

  constructor(context: BrowserContext, portal: string) {
    context.on('console', (message) => {
      const at = message.location().url;
      // Chromium writes each failed request into the console. Without a session the first one is a 401, and that is an answer.
      // So is what is asked for beside it: the list, or what the address names.
      if (/status of 401/.test(message.text()) && ['session', 'tasks', 'files'].some((early) => at.startsWith(`${portal}/api/${early}`))) return;
      if (message.type() === 'error' || /Content.Security.Policy|Refused to/i.test(message.text())) this.seen.push(`${message.text()} (${at})`);
    });
    context.on('weberror', (error) => this.seen.push(String(error.error().stack ?? error.error())));
  }

  /** This test brings such a message about: a fault is being played. */
  allow(what: RegExp): void {
    this.allowed.push(what);
  }

  check(): void {
    expect(this.seen.filter((line) => !this.allowed.some((what) => what.test(line))), 'the console stays clean').toEqual([]);
  }
}
