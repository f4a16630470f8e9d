import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gatehouse, program } from '../../support/gatehouse.js';
import { answers, run } from './processes.js';
import type { Child, Refused } from './stranger.js';

export interface GatehouseServer {
  readonly issuer: string;
  readonly child: Child;
  readonly secretsFolder: string;
  /** By username, as `bootstrap` printed them. */
  readonly passwords: ReadonlyMap<string, string>;
  refusals(): readonly Refused[];
}

interface Settings {
  readonly port: number;
  readonly issuer: string;
  readonly folder: string;
  readonly realmFile: string;
  /** As GATEHOUSE_STORE takes it; a SQLite file in the folder when absent. */
  readonly store?: string;
}

/** Bootstraps and serves the built program on a new store. @throws {Error} with what it said when it can't */
export async function startGatehouse({ port, issuer, folder, realmFile, store }: Settings): Promise<GatehouseServer> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'realm.yaml');
  await writeFile(file, realmFile);
  const keys = join(folder, 'keys');
  const env = {
    GATEHOUSE_ISSUER: issuer,
    GATEHOUSE_STOP_DELAY: '0',
    GATEHOUSE_PORT: String(port),
    GATEHOUSE_STORE: store ?? `sqlite:${join(folder, 'gatehouse.db')}`,
    GATEHOUSE_KEYS: keys,
    GATEHOUSE_REALM_FILE: file,
    NODE_NO_WARNINGS: '1',
  };
  const bootstrapped = await gatehouse(folder, ['bootstrap'], env);
  if (bootstrapped.code !== 0) throw new Error(`gatehouse bootstrap: ${bootstrapped.err}${bootstrapped.out}`);
  const passwords = [...bootstrapped.out.matchAll(/^Password of (.+): (\S+)$/gm)];
  const child = run(process.execPath, [program, 'serve'], folder, { env });
  await answers(`${issuer}/.well-known/openid-configuration`, [child]);
  return {
    issuer,
    child,
    secretsFolder: join(keys, 'secrets'),
    passwords: new Map(passwords.map(([, username = '', password = '']) => [username, password])),
    refusals: () => refusalsIn(child.output()),
  };
}

function refusalsIn(log: string): Refused[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Partial<Refused>)
    .filter((line): line is Refused => typeof line.reason === 'string' && typeof line.words === 'string');
}
