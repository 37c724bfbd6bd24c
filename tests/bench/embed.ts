// <diffgram-portal> in a page of another site: what it weighs, and how long from its insertion to a list that can be used, next to
// a plain frame that speaks the same messages.
//   cd tests && node bench/run.mjs embed.ts [--rounds 9]
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

import type { Browser } from '@playwright/test';

import { Demo } from '../support/demo.ts';
import { PEOPLE } from '../support/portal.ts';
import { bench, launch, median, ms, option, table } from './measure.ts';

const ROUNDS = option('rounds', 9);
const WAYS = ['element', 'frame'] as const;
type Way = (typeof WAYS)[number];

/** From the insertion until a row can be read and opened; in a browser that knows nothing yet. */
const once = async (browser: Browser, { world }: Demo, way: Way): Promise<number> => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', timezoneId: 'Europe/Berlin' });
  const page = await context.newPage();
  // Any document of the host's origin without a frame in it.
  await page.goto(`${world.host}/shop.css`);
  await page.evaluate(`import(${JSON.stringify(`${world.portal}/embed/element.js`)}).then(() => 0)`);
  const begun = performance.now();
  await page.evaluate(
    ([way, portal, email]) => {
      const fetchToken = async (): Promise<string> => {
        const answer = await fetch('/token', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email }) });
        return ((await answer.json()) as { token: string }).token;
      };
      if (way === 'element') {
        const element = document.createElement('diffgram-portal');
        Object.assign(element, { src: portal, host: 'shop', view: 'inbox', fetchToken });
        document.body.append(element);
        return;
      }
      const frame = document.createElement('iframe');
      frame.style.cssText = 'inline-size: 100%; block-size: 640px; border: 0';
      frame.src = `${portal}/embed/shop/inbox`;
      addEventListener('message', async ({ data, source }) => {
        if (source !== frame.contentWindow || JSON.parse(data).message.type !== 'token_needed') return;
        const message = { type: 'token', token: await fetchToken() };
        frame.contentWindow!.postMessage(JSON.stringify({ diffgram_portal: 1, message }), portal!);
      });
      document.body.append(frame);
    },
    [way, world.portal, PEOPLE.ana.email] as const,
  );
  await page.frameLocator('iframe').locator('.row a.name').first().waitFor();
  const took = performance.now() - begun;
  await context.close();
  return took;
};

const main = async (): Promise<void> => {
  const source = readFileSync('../embed/diffgram-portal.js');
  const bytes = brotliCompressSync(source, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  bench({ row: 'embed', what: '<diffgram-portal>, brotli', value: `${(bytes / 1_000).toFixed(1)} KB`, budget: '≤ 5 KB', met: bytes <= 5_000, note: 'one module, without dependencies, as the gateway serves it' });
  const demo = await Demo.start();
  const browser = await launch();
  try {
    const took: Record<Way, number[]> = { element: [], frame: [] };
    for (let round = -1; round < ROUNDS; round++) {
      for (const way of WAYS) {
        const time = await once(browser, demo, way);
        // The first round warms the gateway up.
        if (round >= 0) took[way].push(time);
      }
    }
    const [element, frame] = WAYS.map((way) => median(took[way])) as [number, number];
    bench({ row: 'embed', what: 'from the insertion to a usable list, across sites, signed in by a token', value: `${(element / frame).toFixed(2)} × a plain frame (${ms(element)} against ${ms(frame)})`, met: null, note: `medians of ${ROUNDS} alternating rounds, a new profile each; element ${took.element.map(Math.round).join(' ')}; frame ${took.frame.map(Math.round).join(' ')}` });
    table();
  } finally {
    await browser.close();
    await demo.end();
  }
};

await main();
