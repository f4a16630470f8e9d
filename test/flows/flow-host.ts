import { randomBytes } from 'node:crypto';
import { codeOf, exchange, ask, signIn, type Application, type Asked, type Tokens } from '../support/application.js';
import { startHost, type Host, type HostOptions, type StoreKind } from '../support/host/host.js';
import { Visitor } from '../support/visitor.js';

export const CONFIDENTIAL_SECRET = randomBytes(32).toString('base64url');
export const MACHINE_SECRET = randomBytes(32).toString('base64url');

export const ORDERS = 'https://orders.test';

/** The flows hold on each. */
export const stores = ['sqlite', 'mongodb'] as const satisfies readonly StoreKind[];
/** And whichever of two servers on one store gets a request: each in turn, so that no two of one visitor's follow at one. */
export const houses = [...stores, 'two on sqlite', 'two on mongodb'] as const;

/** A Gatehouse on the flow tests' realm. */
export const flowHost = (house: (typeof houses)[number]): Promise<Host> =>
  flowHostAs({
    store: house.endsWith('mongodb') ? 'mongodb' : 'sqlite',
    servers: house.startsWith('two') ? 2 : 1,
  });

/** In another way than most: on a store of the test's own, or in a place of its own. */
export const flowHostAs = (options: Omit<HostOptions, 'realmFile'>): Promise<Host> =>
  startHost({
    ...options,
    realmFile: 'test/flows/realm.yaml',
    env: { CONFIDENTIAL_SECRET, MACHINE_SECRET, ...options.env },
  });

export function passwordOf(host: Host, username: string): string {
  const password = host.passwords[username];
  if (password === undefined) throw new Error(`Bootstrap printed no password of ${username}.`);
  return password;
}

/** From nothing to tokens, for a first-party application. */
export async function signedIn(
  host: Host,
  by: Application,
  params: Readonly<Record<string, string>> = {},
  username = 'alice',
): Promise<{ readonly visitor: Visitor; readonly asked: Asked; readonly tokens: Tokens }> {
  const visitor = new Visitor();
  const asked = ask(host, by, params);
  const page = await signIn(visitor, asked, username, passwordOf(host, username));
  const { status, body } = await exchange(host, asked, codeOf(page));
  if (status !== 200) throw new Error(`The code was not exchanged: ${JSON.stringify(body)}`);
  return { visitor, asked, tokens: body };
}
