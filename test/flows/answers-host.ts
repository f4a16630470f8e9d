/** Two processes on one store, as two sets of parts, whose userinfo and introspection a test asks as it likes. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestListener } from '../../src/app/http.js';
import { openParts, type Parts } from '../../src/app/parts.js';
import { hostActor } from '../../src/cli/host-actor.js';
import { bootstrap } from '../../src/cli/setup/bootstrap.js';
import { type Config, readConfig } from '../../src/config/config.js';
import { type CountingStore, countCalls } from '../../src/storage/counting.js';
import { StoreUnavailable } from '../../src/base/errors.js';
import type { Store } from '../../src/storage/store.js';
import { toldUrl } from '../support/commands.js';
import { temporaryDatabase } from '../support/mongod.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET, type stores } from './flow-host.js';

/** One process: its services, and its HTTP server. */
export interface AnsweringProcess {
  readonly parts: Parts;
  readonly counting: CountingStore;
  readonly port: number;
  ask(question: Question): Promise<Answer>;
  /** From now on, its store answers no reading of change markers, or no read of a document or version either. */
  failReads(which: 'markers' | 'all'): { restore(): void };
}

export interface Question {
  readonly path: string;
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number | undefined;
  /** As received and sorted, except for those that differ between two responses. */
  readonly headers: readonly string[];
  readonly body: string;
  readonly requestId: unknown;
  /** Whether it came from memory: the names of its headers are in lower case. */
  readonly isRemembered: boolean;
}

export interface AnswersHost {
  readonly issuer: string;
  readonly adminPassword: string;
  readonly processes: readonly [AnsweringProcess, AnsweringProcess];
  close(): Promise<void>;
}

const PASSWORD = 'a password of revalidated answers';

export async function startAnswersHost(kind: (typeof stores)[number]): Promise<AnswersHost> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-answers-'));
  const database = kind === 'mongodb' ? temporaryDatabase() : undefined;
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://localhost:${portOf(server)}`;
  const env = {
    GATEHOUSE_ISSUER: issuer,
    GATEHOUSE_STORE: database ? toldUrl(database.url) : `sqlite:${join(folder, 'gatehouse.db')}`,
    GATEHOUSE_KEYS: join(folder, 'keys'),
    GATEHOUSE_REALM_FILE: 'test/flows/realm.yaml',
    GATEHOUSE_ADMIN_PASSWORD: PASSWORD,
    GATEHOUSE_LOG_LEVEL: 'silent',
    CONFIDENTIAL_SECRET,
    MACHINE_SECRET,
  };
  const config = readConfig(env);
  await bootstrap(hostActor(), config, env, { line: () => undefined }, { passwordCost: 4 });
  const agent = new Agent({ keepAlive: true });
  const processes = [
    await answering(config, server, agent),
    await answering(config, createServer().listen(0, '127.0.0.1'), agent),
  ] as const;
  return {
    issuer,
    adminPassword: PASSWORD,
    processes,
    async close() {
      agent.destroy();
      for (const { parts, stop } of processes) {
        stop();
        await parts.close();
      }
      await database?.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answering(
  config: Config,
  server: Server,
  agent: Agent,
): Promise<AnsweringProcess & { readonly stop: () => void }> {
  if (!server.listening) await once(server, 'listening');
  let counting: CountingStore | undefined;
  const away: Away = { which: 'none' };
  const parts = await openParts(config, {
    passwordCost: 4,
    watch(store) {
      counting = countCalls(failable(store, away), ['changeMarkers']);
      return counting.store;
    },
  });
  if (!counting) throw new Error('The store was not watched.');
  // On a busy machine, a connection that is closed when idle may just be used again.
  server.keepAliveTimeout = 0;
  server.on('request', await requestListener(parts, () => false));
  const port = portOf(server);
  const { host } = new URL(config.issuer);
  return {
    parts,
    counting,
    port,
    failReads(which) {
      away.which = which;
      return {
        restore() {
          away.which = 'none';
        },
      };
    },
    ask: ({ path, method = 'GET', headers, body }) =>
      new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
        const asked = request(
          { port, host: '127.0.0.1', path, method, agent, headers: { host, ...headers, ...length } },
          (answer) => {
            let text = '';
            answer.setEncoding('utf8');
            answer.on('data', (chunk: string) => (text += chunk));
            answer.on('end', () => {
              const lines = answer.rawHeaders.flatMap((name, at) =>
                at % 2 === 0 ? [`${name.toLowerCase()}: ${answer.rawHeaders[at + 1] ?? ''}`] : [],
              );
              const same = lines.filter((line) => !/^(?:x-request-id|date):/.test(line)).sort();
              const isRemembered = answer.rawHeaders.includes('x-request-id');
              resolve({
                status: answer.statusCode,
                headers: same,
                body: text,
                requestId: answer.headers['x-request-id'],
                isRemembered,
              });
            });
          },
        );
        asked.on('error', reject);
        asked.end(body);
      }),
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Away {
  which: 'none' | 'markers' | 'all';
}

function failable(store: Store, away: Away): Store {
  const unless = <T>(isAway: boolean, work: () => Promise<T>): Promise<T> =>
    isAway ? Promise.reject(new StoreUnavailable('a test keeps it away')) : work();
  const unlessAway = <T>(work: () => Promise<T>): Promise<T> => unless(away.which === 'all', work);
  return {
    ...store,
    in(id) {
      const realm = store.in(id);
      const of: typeof realm.of = (spec) => {
        const collection = realm.of(spec);
        return { ...collection, get: (...given) => unlessAway(() => collection.get(...given)) };
      };
      return { ...realm, of, currentVersions: (...given) => unlessAway(() => realm.currentVersions(...given)) };
    },
    installation: {
      ...store.installation,
      of(spec) {
        const collection = store.installation.of(spec);
        return { ...collection, find: (...given) => unless(away.which !== 'none', () => collection.find(...given)) };
      },
    },
  };
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** The same question, which no remembered answer answers. */
let asked = 0;
export const afresh = (question: Question): Question => ({
  ...question,
  headers: { ...question.headers, 'x-afresh': String(asked++) },
});

const basic = (id: string, secret: string): string => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

const FORM = 'application/x-www-form-urlencoded';

export const userinfoOf = (token: string): Question => ({
  path: '/me',
  headers: { authorization: `Bearer ${token}` },
});

export const introspectionOf = (
  by: { readonly id: string; readonly secret: string },
  token: string,
  more: Readonly<Record<string, string>> = {},
): Question => ({
  path: '/token/introspection',
  method: 'POST',
  headers: { authorization: basic(by.id, by.secret), 'content-type': FORM },
  body: new URLSearchParams({ token, ...more }).toString(),
});

/** Asks three times: after the second time the answer is remembered, and the third one may be given from memory. */
export async function askedThrice(process: AnsweringProcess, question: Question): Promise<Answer> {
  await process.ask(question);
  await process.ask(question);
  return process.ask(question);
}
