// The custom element, as far as it needs no portal: its addresses are those of the portal, its types are whole, it is small.
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

import { expect, test } from '@playwright/test';

import { address, DiffgramPortal, type Target, VERSION } from '../../embed/diffgram-portal.js';

const read = (name: string): string => readFileSync(new URL(`../../embed/${name}`, import.meta.url), 'utf8');

test('its addresses are those of the portal', () => {
  const examples = JSON.parse(read('addresses.json')) as { go: Target; path: string | null }[];
  expect(examples.length).toBeGreaterThan(10);
  for (const { go, path } of examples) expect(address(go) ?? null, JSON.stringify(go)).toBe(path);
});

test('EMB-09 what is no view is no address', () => {
  for (const view of ['', 'admin', 'constructor', '__proto__', 'javascript:alert(1)', '../inbox']) {
    expect(address({ view: view as Target['view'] }), view).toBeUndefined();
  }
});

test('each attribute is typed, and the versions are one', () => {
  const types = read('diffgram-portal.d.ts');
  const { observedAttributes } = DiffgramPortal as unknown as { observedAttributes: string[] };
  expect(observedAttributes).toContain('view');
  for (const name of observedAttributes) expect(types, name).toMatch(new RegExp(`^  ${name}: `, 'm'));
  expect((JSON.parse(read('package.json')) as { version: string }).version).toBe(VERSION);
});

test('it is at most 5 KB', () => {
  const bytes = brotliCompressSync(read('diffgram-portal.js'), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  expect(bytes).toBeLessThanOrEqual(5_000);
});

test('docs/embed.md tells every attribute, event and error', () => {
  const docs = readFileSync(new URL('../../docs/embed.md', import.meta.url), 'utf8');
  const types = read('diffgram-portal.d.ts');
  const events = [...types.matchAll(/^  "?([a-z-]+)"?: CustomEvent</gm)].map(([, name]) => name!);
  expect(events.length).toBeGreaterThan(7);
  const codes = /ErrorCode = ([^;]*);/.exec(read('messages.d.ts'))![1]!.split(' | ').map((code) => JSON.parse(code) as string);
  const { observedAttributes } = DiffgramPortal as unknown as { observedAttributes: string[] };
  for (const word of [...events, ...codes, ...observedAttributes.filter((name) => !['src', 'host'].includes(name))]) expect(docs, word).toContain(`\`${word}`);
});
