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
await shot('api','Ana Lima','/explorer?q=astronaut',{},async(p)=>{const l=await p.evaluate(async()=>{const r=await fetch('/api/files?q=astronaut&limit=1');const l=await r.json();return JSON.stringify([l.labels,l.rows[0].annotations.map(a=>[a.label,a.prediction])])});console.log(l)});
await b.close(); child.kill('SIGTERM');
