// Runs a measurement written in TypeScript: `node bench/run.mjs load.ts [arguments]`, in tests/. By way of tsc, because not every
// node that runs the journeys strips types by itself.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const here = import.meta.dirname;
const [file = '', ...rest] = process.argv.slice(2);
if (!/^[a-z]+\.ts$/.test(file) || !existsSync(join(here, file))) {
  console.error('usage: node bench/run.mjs <name>.ts [arguments]');
  process.exit(2);
}
const run = (program, args) => {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (error) console.error(String(error));
  if (status !== 0) process.exit(status ?? 1);
};
run(resolve(here, '../node_modules/.bin/tsc'), ['-p', join(here, 'tsconfig.json')]);
run(process.execPath, [resolve(here, '../results/js/bench', file.replace(/\.ts$/, '.js')), ...rest]);
