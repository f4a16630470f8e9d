import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './host/free-port.js';
import { type Host, startHost } from './host/host.js';

const root = join(import.meta.dirname, '../..');
/** Where examples/realm.yaml says that the demo application is. */
const USUAL = 'http://localhost:3001';

/** A Gatehouse with the demo's realm, and the demo application with its API beside it, as ./scripts/start runs them. */
export interface Demo {
  readonly host: Host;
  /** The demo application's address. */
  readonly url: string;
  /** What the demo wrote. */
  output(): string;
  end(): Promise<void>;
}

export async function startDemo(): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-demo-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const realm = await readFile(join(root, 'examples/realm.yaml'), 'utf8');
  if (!realm.includes(USUAL)) throw new Error(`examples/realm.yaml does not name ${USUAL}.`);
  const realmFile = join(folder, 'realm.yaml');
  await writeFile(realmFile, realm.replaceAll(USUAL, url));

  const host = await startHost({ env: { GATEHOUSE_REALM_FILE: realmFile } });
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'examples/relying-party/start.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'], DEMO_ISSUER: host.issuer, DEMO_PORT: String(port), DEMO_API_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await ready(url, child, () => output);
  return {
    host,
    url,
    output: () => output,
    async end() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      await host.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ready(url: string, child: ChildProcess, output: () => string): Promise<void> {
  while (!(await fetch(url).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error(`The demo application ended:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
