import { randomBytes } from 'node:crypto';
import { codeOf, exchange, ask, signIn, type Application, type Asked, type Tokens } from '../support/application.js';
import type { Host, HostOptions } from '../support/host/host.js';
import type { StoreKind } from '../support/host/temporary-place.js';
import { Visitor } from '../support/visitor.js';

export const CONFIDENTIAL_SECRET = randomBytes(32).toString('base64url');
export const MACHINE_SECRET = randomBytes(32).toString('base64url');

export const ORDERS = 'https://orders.test';

/** The flows hold on each. */
export const stores = ['sqlite', 'mongodb'] as const satisfies readonly StoreKind[];
/** And whichever of two servers on one store gets a request: each in turn, so that no two of one visitor's follow at one. */
export const storeKinds = [...stores, 'two on sqlite', 'two on mongodb'] as const;

/** The flow tests' realm, as a host serves it: `useHost(flowRealm(kind))`. More options add to it, such as further clients. */
export const flowRealm = (
  storeKind: (typeof storeKinds)[number] = 'sqlite',
  more: Omit<HostOptions, 'realmFile' | 'realm'> = {},
): HostOptions => ({
  store: storeKind.endsWith('mongodb') ? 'mongodb' : 'sqlite',
  servers: storeKind.startsWith('two') ? 2 : 1,
  ...more,
  realmFile: 'test/flows/realm.yaml',
  env: { CONFIDENTIAL_SECRET, MACHINE_SECRET, ...more.env },
});

export function passwordOf(host: Host, username: string): string {
  const password = host.passwords[username];
  if (password === undefined) throw new Error(`Bootstrap printed no password of ${username}.`);
  return password;
}

const OWN = 'what they chose for themselves';

/** From nothing to tokens, for a first-party application. */
export async function signedIn(
  host: Host,
  by: Application,
  params: Readonly<Record<string, string>> = {},
  username = 'alice',
): Promise<{ readonly visitor: Visitor; readonly asked: Asked; readonly tokens: Tokens }> {
  const visitor = new Visitor();
  const authRequest = ask(host, by, params);
  const first = await signIn(visitor, authRequest, username, passwordOf(host, username));
  // A generated password is changed at the first sign-in, where the realm file does not say otherwise.
  const page =
    first.heading === 'Choose a new password' ? await visitor.submit(first, { password: OWN, again: OWN }) : first;
  const { status, body } = await exchange(host, authRequest, codeOf(page));
  if (status !== 200) throw new Error(`The code was not exchanged: ${JSON.stringify(body)}`);
  return { visitor, asked: authRequest, tokens: body };
}

/** Returns when the server says that it is ready. */
export async function ready(host: Host): Promise<void> {
  const until = performance.now() + 20_000;
  while (!(await fetch(`${host.issuer}/readyz`)).ok) {
    if (performance.now() > until) throw new Error(`It did not become ready again:\n${host.logs().slice(-4000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Returns the log lines of this answer's request, without the access log line. */
export async function loggedOf(host: Host, answer: Response): Promise<readonly string[]> {
  const requestId = answer.headers.get('x-request-id') ?? '';
  const lines = (): string[] =>
    host
      .logs()
      .split('\n')
      .filter((line) => line.includes(requestId));
  const isEnd = (line: string): boolean => line.includes('"msg":"request"');
  // It may come a moment after the answer; that the request was made is said last.
  const until = performance.now() + 10_000;
  while (!lines().some(isEnd) && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
  return lines().filter((line) => !isEnd(line));
}

/** The one line that the log has of the request with this answer. */
export async function requestLine(host: Host, answer: Pick<Response, 'headers'>): Promise<Record<string, unknown>> {
  const requestId = answer.headers.get('x-request-id') ?? '';
  const find = (): string | undefined =>
    host
      .logs()
      .split('\n')
      .find((line) => line.includes(`"requestId":"${requestId}"`) && line.includes('"msg":"request"'));
  // It may come a moment after the answer.
  const until = performance.now() + 10_000;
  while (find() === undefined && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
  return JSON.parse(find() ?? '{}') as Record<string, unknown>;
}
