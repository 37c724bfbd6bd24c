// How the journeys run: a real Chromium, two widths, no retries. `cargo xtask test` sets the environment.
import { defineConfig } from '@playwright/test';

const pictures = process.env.PORTAL_PICTURES === '1';

export default defineConfig({
  testDir: pictures ? 'tools' : 'journeys',
  outputDir: 'results/traces',
  // A demo (gateway, stand-in Diffgram, identity provider) runs per worker.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: process.env.CI === 'true',
  timeout: 60_000,
  globalTimeout: 50 * 60_000,
  expect: { timeout: 10_000 },
  reporter: process.env.PORTAL_REPORT
    ? [['list'], ['json', { outputFile: process.env.PORTAL_REPORT }]]
    : [['list']],
  use: {
    launchOptions: {
      executablePath: process.env.PORTAL_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: pictures
    ? [{ name: 'pictures', use: { viewport: { width: 1440, height: 900 } } }]
    : [
        { name: 'wide', use: { viewport: { width: 1440, height: 900 } } },
        // The journeys that people take; faults look alike at any width.
        { name: 'narrow', grep: /@narrow/, use: { viewport: { width: 360, height: 740 }, hasTouch: true } },
      ],
});
