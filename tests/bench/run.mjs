// Runs a measurement written in TypeScript: as it is where node strips types by itself, and where it does not, through
// tsc first. `node bench/run.mjs bench/load.ts`, in tests/.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

const here = import.meta.dirname;
const file = basename(process.argv[2] ?? '');
const source = join(here, file);
if (!file.endsWith('.ts') || !existsSync(source)) {
  console.error('usage: node bench/run.mjs bench/<name>.ts');
  process.exit(2);
}
const run = (program, args) => {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (error) console.error(String(error));
  if (status !== 0) process.exit(status ?? 1);
};
if (process.features.typescript) {
  run(process.execPath, [source]);
} else {
  const tests = resolve(here, '..');
  const out = join(tests, 'results/bench/js');
  const tsc = join(tests, 'node_modules/.bin/tsc');
  run(tsc, ['-p', join(here, 'tsconfig.json'), '--noEmit', 'false', '--outDir', out]);
  run(process.execPath, [join(out, 'bench', file.replace(/\.ts$/, '.js'))]);
}
