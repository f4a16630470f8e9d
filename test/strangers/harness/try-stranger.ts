import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, BrowserContext } from 'playwright-core';
import { freePort } from '../../support/host/free-port.js';
import { type GatehouseServer, startGatehouse } from './gatehouse-server.js';
import { PAGE_MS, signIn, tokenFor } from './people.js';
import { answers, run } from './processes.js';
import { readRecipe } from './recipe.js';
import type { Child, Here, Mistake, Stranger } from './stranger.js';

export interface Result {
  readonly name: string;
  readonly kind: Stranger['kind'];
  /** The settings in the page beyond the README's three values, on either side. */
  readonly set: readonly string[];
  /** Undefined: in at the first try. */
  readonly failure?: string;
}

/** How long a start, a try or a mistake may take. */
const PATIENCE_MS = 180_000;
/** The issuer in every page. */
const ISSUER = 'https://id.example.com';

/** Installs one, starts Gatehouse and it, and tries it. Never throws: what went wrong is in the result, and in detail on standard error. */
export async function tryStranger(stranger: Stranger, browser: Browser, store?: string): Promise<Result> {
  const { name, kind } = stranger;
  const folder = await mkdtemp(join(tmpdir(), `gatehouse-${name}-`));
  const children: Child[] = [];
  const contexts: BrowserContext[] = [];
  let server: GatehouseServer | undefined;
  let set: readonly string[] = stranger.set;
  try {
    const asWritten = await readRecipe(name, new Map());
    await stranger.install((mark) => asWritten.block(mark));
    const issuerPort = await freePort();
    const issuer = `http://localhost:${issuerPort}`;
    const ports = new Map<string, number>();
    for (const origin of stranger.origins) ports.set(origin, await freePort());
    const addresses = new Map([...ports].map(([origin, port]) => [origin, `http://localhost:${port}`]));
    const recipe = await readRecipe(name, new Map([[ISSUER, issuer], ...addresses]));
    set = [...recipe.settings(), ...stranger.set];
    const realmFile = await recipe.realmFile();
    const gatehouse = await startGatehouse({
      port: issuerPort,
      issuer,
      folder: join(folder, 'gatehouse'),
      realmFile,
      ...(store !== undefined && { store: `${store}${name}?replicaSet=rs0` }),
    });
    server = gatehouse;
    const secretFile = (client: string): string => join(gatehouse.secretsFolder, client);
    const secret = async (client: string): Promise<string> =>
      (await readFile(secretFile(client), 'utf8')).replace(/\n$/, '');
    const password = (username: string): string => gatehouse.passwords.get(username) ?? '';
    const here: Here = {
      issuer,
      folder,
      origin: (example) => known(addresses.get(example), example),
      port: (example) => known(ports.get(example), example),
      block: (mark) => recipe.block(mark),
      secret,
      secretFile,
      run(command, args, options) {
        const child = run(command, args, folder, options);
        children.push(child);
        return child;
      },
      answers: (url) => answers(url, children),
      async newPerson() {
        const context = await browser.newContext({ locale: 'en-GB' });
        contexts.push(context);
        context.setDefaultTimeout(PAGE_MS);
        return context.newPage();
      },
      signIn: (page, username = 'ada') => signIn(page, issuer, username, password(username)),
      token: async (options) =>
        tokenFor(options, { issuer, secret: await secret('orders-app'), password: password(options.username) }),
      refusals: () => gatehouse.refusals(),
    };
    await inTime('The start', stranger.start(here));
    await inTime('The try', stranger.tries(here));
    if (stranger.mistake) {
      await Promise.all(children.splice(0).map((child) => child.end()));
      await inTime('The mistake', mistaken(stranger.mistake, here));
    }
    return { name, kind, set };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    tellWhy(name, failure, server, children);
    return { name, kind, set, failure };
  } finally {
    await Promise.all(contexts.map((context) => context.close()));
    await Promise.all([...children, ...(server ? [server.child] : [])].map((child) => child.end()));
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws {Error} when no line of the log names the mistake */
async function mistaken(mistake: Mistake, here: Here): Promise<void> {
  const { what, reason } = mistake;
  const before = here.refusals().length;
  await mistake.make(here);
  // The line is written when the answer has gone out.
  for (let waits = 0; waits < 20 && here.refusals().length === before; waits++) await delay(100);
  const named = here.refusals().slice(before);
  if (named.some((line) => line.reason === reason)) return;
  throw new Error(
    `Where ${what}, the log must say ${reason}. It said: ${named.map((line) => `${line.reason} (${line.words})`).join('; ')}`,
  );
}

function known<T>(found: T | undefined, example: string): T {
  if (found === undefined) throw new Error(`${example} is not among the stranger's origins.`);
  return found;
}

async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  const controller = new AbortController();
  const late = delay(PATIENCE_MS, undefined, { signal: controller.signal }).then(() => {
    throw new Error(`${what} took longer than ${PATIENCE_MS / 1000} s.`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    controller.abort();
    late.catch(() => undefined);
  }
}

function tellWhy(name: string, failure: string, server: GatehouseServer | undefined, children: readonly Child[]): void {
  const lastWords = children.map((child) => child.output().slice(-3_000)).join('\n');
  const refused = (server?.refusals() ?? []).map((line) => `${line.endpoint}: ${line.reason}: ${line.words}`);
  console.error(
    `\n-- ${name}: ${failure}\n-- Gatehouse refused:\n${refused.join('\n')}\n-- Its last words:\n${lastWords}`,
  );
}
