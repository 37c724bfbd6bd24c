// Starts and ends `portal-demo`: the gateway that ships, a stand-in Diffgram and a small identity provider.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export type Person = { email: string; name: string; what: string };

/** What `portal-demo --json` says when all of it is ready. */
export type World = { portal: string; diffgram: string; provider: string; host: string; data: string; people: Person[] };

export type Options = {
  /** How many tasks Ana has, when not the usual ones. */
  tasks?: number;
  /** How many picture files more there are, in the datasets bulk-01 to bulk-20. */
  files?: number;
  /** How many boxes are on those files. */
  annotations?: number;
  /** Whether there are a picture with 10,000 boxes and a clip with 10,000 frames. */
  extremes?: boolean;
  /** Whether people sign in to the stand-in Diffgram by a provider of its own, which forgets where they were going. */
  signOn?: boolean;
};

const release = resolve(import.meta.dirname, '../../target/release');
const program = process.env.PORTAL_DEMO ?? join(release, 'portal-demo');
export const gateway = process.env.PORTAL_GATEWAY ?? join(release, 'diffgram-portal');

export class Demo {
  readonly world: World;
  private readonly child: ChildProcess;
  private readonly log: string[];

  private constructor(world: World, child: ChildProcess, log: string[]) {
    this.world = world;
    this.child = child;
    this.log = log;
  }

  static async start(options: Options = {}): Promise<Demo> {
    for (const file of [program, gateway]) {
      if (!existsSync(file)) throw new Error(`${file} is not built: cargo build --release -p portal-gateway -p portal-demo`);
    }
    const args = ['--gateway', gateway, '--json', '--ports', 'free'];
    for (const size of ['tasks', 'files', 'annotations'] as const) {
      if (options[size]) args.push(`--${size}`, String(options[size]));
    }
    if (options.extremes) args.push('--extremes');
    if (options.signOn) args.push('--sign-on');
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const log: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
    const lines = createInterface({ input: child.stdout });
    const world = await new Promise<World>((done, failed) => {
      const late = setTimeout(() => failed(new Error(`portal-demo was not ready in 60 s\n${log.join('\n')}`)), 60_000);
      child.once('error', failed);
      child.once('exit', (code) => failed(new Error(`portal-demo ended with ${code}\n${log.join('\n')}`)));
      lines.on('line', (line) => {
        if (!line.startsWith('{')) return;
        clearTimeout(late);
        done(JSON.parse(line) as World);
      });
    });
    return new Demo(world, child, log);
  }

  /** What the programs wrote on standard error: the gateway's log among it. */
  said(): string {
    return this.log.join('\n');
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null) throw new Error(`portal-demo ended by itself\n${this.said()}`);
    const ended = new Promise<void>((done) => this.child.once('exit', () => done()));
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(late);
  }
}
