import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../support/host/free-port.js';
import { type Host, startHost } from '../support/host/host.js';

const root = join(import.meta.dirname, '../..');

/** Gatehouse on the realm of the demo, and the demo application beside it, each a process of its own. */
export interface DemoSetup {
  readonly host: Host;
  /** Where the demo application is. */
  readonly demo: string;
  /** All that the demo application wrote. */
  demoOutput(): string;
  end(): Promise<void>;
}

export async function startDemo(): Promise<DemoSetup> {
  const port = await freePort();
  const asItIs = await readFile(join(root, 'examples/realm.yaml'), 'utf8');
  const host = await startHost({ realm: asItIs.replaceAll('localhost:3001', `localhost:${port}`) });
  const child = spawn(process.execPath, ['examples/relying-party/start.ts'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      DEMO_ISSUER: host.issuer,
      DEMO_PORT: String(port),
      DEMO_API_PORT: '0',
      DEMO_API_SECRET_FILE: join(host.keysFolder, 'secrets/orders-api'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const lines = createInterface(child.stdout).on('line', (line) => (output += `${line}\n`));
  await Promise.race([once(lines, 'line'), ended(child)]);
  const demo = /^Demo application: (\S+)$/m.exec(output)?.[1];
  if (demo === undefined) throw new Error(`The demo application did not start:\n${output}`);
  return {
    host,
    demo,
    demoOutput: () => output,
    async end() {
      child.kill('SIGTERM');
      await ended(child);
      await host.end();
    },
  };
}

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
};
