// What every journey has: a running demo (one a worker), the portal in a fresh browser, and a watch over its console.
import { type Page, test as base } from '@playwright/test';

import { Demo, type Options } from './demo.ts';
import { Diffgram } from './diffgram.ts';
import { Portal } from './portal.ts';
import { Watch } from './watch.ts';

type ForEach = { portal: Portal; diffgram: Diffgram; watch: Watch };
type ForAll = { demoOptions: Options; demo: Demo };

export const test = base.extend<ForEach, ForAll>({
  demoOptions: [{}, { scope: 'worker', option: true }],
  demo: [
    async ({ demoOptions }, use) => {
      const demo = await Demo.start(demoOptions);
      await use(demo);
      await demo.end();
    },
    { scope: 'worker' },
  ],
  watch: async ({ context, demo }, use) => {
    const watch = new Watch(context, demo.world.portal);
    await use(watch);
    watch.check();
  },
  portal: async ({ page, demo, watch }, use) => {
    void watch;
    await use(new Portal(page, demo.world));
  },
  diffgram: async ({ request, demo }, use) => {
    const diffgram = new Diffgram(request, demo.world);
    await use(diffgram);
    await diffgram.recover();
  },
});

export { expect } from '@playwright/test';
export type { Page };
