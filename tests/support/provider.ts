// A certified OpenID Connect server (npm `oidc-provider`) and a second gateway that signs people in there, beside a running demo.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

import Provider from 'oidc-provider';

import { gateway } from './demo.ts';
import type { World } from './demo.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

export class Interop {
  private constructor(
    readonly world: World,
    private readonly server: Server,
    private readonly child: ChildProcess,
  ) {}

  /** `claims` is what the provider says of whoever signs in. */
  static async start(demo: World, claims: Record<string, unknown>): Promise<Interop> {
    const [listen, at] = [`127.0.0.1:${await freePort()}`, await freePort()];
    const portal = `http://${listen}`;
    const issuer = `http://127.0.0.1:${at}`;
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: 'portal-interop',
          client_secret: 'a secret of this test, long enough for it',
          redirect_uris: [`${portal}/signin/callback`],
          post_logout_redirect_uris: [`${portal}/signed-out`],
        },
      ],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      // The ID token carries what the scopes ask for, as most providers do.
      conformIdTokenClaims: false,
      cookies: { keys: ['a key of this test'] },
      findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...claims }) }),
      pkce: { required: () => true },
    });
    const server = provider.listen(at, '127.0.0.1') as Server;
    const old = readFileSync(join(demo.data, 'portal.toml'), 'utf8');
    const config = old
      .replaceAll(/^listen = .*$/gm, `listen = "${listen}"`)
      .replace(/^public_url = .*$/m, `public_url = "${portal}"`)
      .replace(/^data_dir = .*$/m, 'data_dir = "interop"')
      .replace(/^issuer = .*$/m, `issuer = "${issuer}"`)
      .replace(/^client_id = "portal"$/m, 'client_id = "portal-interop"')
      .replace(/^client_secret_file = "oidc-secret"$/m, 'client_secret_file = "interop-secret"');
    writeFileSync(join(demo.data, 'interop-secret'), 'a secret of this test, long enough for it', { mode: 0o600 });
    writeFileSync(join(demo.data, 'interop.toml'), config);
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PORTAL_')));
    const child = spawn(gateway, ['serve', '--config', join(demo.data, 'interop.toml')], { stdio: ['ignore', 'ignore', 'ignore'], env });
    const interop = new Interop({ ...demo, portal, provider: issuer }, server, child);
    for (let i = 0; i < 200; i++) {
      const ready = await fetch(`${portal}/readyz`).then((answer) => answer.json() as Promise<{ index: string }>, () => undefined);
      if (ready?.index === 'complete') return interop;
      await new Promise((done) => setTimeout(done, 100));
    }
    await interop.end();
    throw new Error('the second gateway was not ready in 20 s');
  }

  async end(): Promise<void> {
    this.child.kill('SIGTERM');
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
