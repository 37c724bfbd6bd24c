import { chromium } from 'playwright-core';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
const t = '../target/debug/';
const child = spawn(t + 'portal-demo', ['--gateway', t + 'diffgram-portal', '--json', '--ports', 'free'], { stdio: ['ignore', 'pipe', 'ignore'] });
const world = await new Promise((ok) => createInterface({ input: child.stdout }).on('line', (l) => l.startsWith('{') && ok(JSON.parse(l))));
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
async function shot(name, who, path, opts = {}, act) {
  const c = await b.newContext({ viewport: opts.v ?? { width: 1440, height: 900 }, colorScheme: opts.dark ? 'dark' : 'light', locale: 'en-GB', hasTouch: !!opts.touch });
  const p = await c.newPage();
  p.on('console', (m) => m.type() === 'error' && console.log(name, m.text().slice(0, 300)));
  p.on('pageerror', (e) => console.log(name, String(e).slice(0, 500)));
  try {
    await p.goto(world.portal + path);
    await p.waitForURL(world.provider + '/**'); await p.getByRole('button', { name: who }).click();
    await p.waitForURL((u) => u.origin === world.portal && !u.pathname.startsWith('/signin'));
    await p.waitForTimeout(2500);
    if (act) { await act(p); await p.waitForTimeout(900); }
    await p.screenshot({ path: `/tmp/xp/${name}.png` });
    console.log(name, p.url(), await p.locator('.found').innerText().catch(() => '-'));
  } catch (e) { console.log(name, String(e).slice(0, 600)); await p.screenshot({ path: `/tmp/xp/${name}.png` }).catch(() => {}); }
  await c.close();
}
const narrow = { v: { width: 360, height: 740 }, touch: true };
await shot('wide', 'Rita Berg', '/explorer');
await shot('narrow', 'Rita Berg', '/explorer?q=has%3Aprediction', narrow);
await shot('dark', 'Rita Berg', '/explorer?q=has%3Aprediction&size=l', { dark: true }, (p) => p.keyboard.press('ArrowRight'));
await shot('wrong', 'Rita Berg', '/explorer?q=lable%3Aface');
await shot('offers', 'Ana Lima', '/explorer', {}, async (p) => { await p.locator('#query').pressSequentially('label:'); });
await shot('empty', 'Ana Lima', '/explorer?q=zebra');
await shot('small', 'Rita Berg', '/explorer?size=s', {}, async (p) => { await p.getByRole('button', { name: 'How to ask' }).click(); });
await shot('save', 'Ana Lima', '/explorer?q=astronaut', narrow, async (p) => { await p.getByRole('button', { name: 'Save view' }).click(); });
await b.close(); child.kill('SIGTERM');
