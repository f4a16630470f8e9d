/** A toy API on a real server: things with a version, and the kit's ports played by the test. */
import Koa from 'koa';
import { pino } from 'pino';
import { z } from 'zod';
import { hashOf } from '../../../src/base/crypto/hash-of.js';
import { secretBox } from '../../../src/base/crypto/secret-box.js';
import type { PageRequest } from '../../../src/base/paging.js';
import { api } from '../../../src/http/api/api.js';
import type { LiveToken, ProofResult } from '../../../src/http/api/authentication/access-tokens.js';
import { sealedCursors } from '../../../src/http/api/lists/list-cursors.js';
import { listOperation, type ListReply } from '../../../src/http/api/lists/list-operation.js';
import { operation, type ApiOperation, type Reply } from '../../../src/http/api/operation.js';
import { permissionCheck } from '../../../src/http/api/permission-check.js';
import type { CallerSecurity } from '../../../src/http/api/authentication/security.js';
import { failures } from '../../../src/http/failures.js';
import { accessLog } from '../../../src/http/server/access-log.js';
import { newUser } from '../../../src/identity/users/new-user.js';
import type { Client } from '../../../src/realm/clients/client.js';
import { clientInput } from '../../../src/realm/clients/client-input.js';
import { GATEHOUSE_API } from '../../../src/realm/resource-servers/resource-server.js';
import { assignment, server, snapshotOf } from '../../access/world.js';
import { ask, type Answer, listening, type Listening } from '../listening.js';

export const SECRET = 'a secret of at least 32 characters, for tests';
export const READ = 'things:read';
export const WRITE = 'things:write';
const AT_API = (permission: string) => assignment('permission', `${GATEHOUSE_API} ${permission}`);

const clientNamed = (id: string, more: Partial<Client> = {}): Client =>
  ({
    ...clientInput.parse({ id, name: id, authentication: 'client_secret_basic', grantTypes: ['client_credentials'] }),
    createdAt: 0,
    secrets: [{ id: 's', hash: hashOf(SECRET), createdAt: 0 }],
    resourceServers: [GATEHOUSE_API],
    assignments: [],
    ...more,
  }) as unknown as Client;

/** `machine` may write, `reader` may read, `idle` may do nothing, `gone` may no longer ask for tokens at the API. */
const CLIENTS = new Map(
  [
    clientNamed('machine', { assignments: [AT_API(WRITE)] }),
    clientNamed('reader', { assignments: [AT_API(READ)] }),
    clientNamed('idle'),
    clientNamed('gone', { assignments: [AT_API(WRITE)], resourceServers: [] }),
  ].map((client) => [client.id, client]),
);
const userNamed = (id: string, permissions: readonly string[], limited: object[] = []) => ({
  ...newUser({ id, username: id }, [], 0),
  assignments: permissions.map((permission) => ({ ...AT_API(permission), limitations: limited as never })),
});
export const ADA = userNamed('ada', [WRITE]);
export const BOB = userNamed('bob', []);
export const LEVELLED = userNamed('levelled', [READ], [{ kind: 'level', values: ['urn:gatehouse:acr:two-factor'] }]);

const snapshot = snapshotOf({
  groups: [],
  roles: [],
  servers: [server(GATEHOUSE_API, { [READ]: [], [WRITE]: [READ] })],
});

const thing = z.strictObject({ name: z.string(), size: z.int() });
type Thing = z.output<typeof thing>;
const security: CallerSecurity = { ways: ['client-basic', 'client-token', 'user-token'], help: 'Say who you are.' };
const withId = z.strictObject({ id: z.string().max(20) });

export interface ToyParts {
  readonly change: (id: string, thing: Thing, expected: number | 'any' | undefined) => Promise<Reply<Thing>>;
  readonly list: (page: PageRequest, wanted: WantedThings) => Promise<ListReply<Thing>>;
}

/** The filters of the list. */
export interface WantedThings {
  readonly shelf: string;
  readonly size?: number;
}

const facts = { group: 'toy', security } as const;
const readThing = operation({
  ...facts,
  id: 'readThing',
  method: 'GET',
  path: '/things/{id}',
  summary: 'Read a thing',
  permission: READ,
  params: withId,
  query: z.strictObject({ size: z.coerce.number().int().exactOptional() }),
  response: thing,
  handler: async ({ params: { id }, query }, _parts: ToyParts) => {
    if (id === 'bad') return { ok: true, value: { name: 'secret of the store', size: 'large' as unknown as number } };
    return { ok: true, value: { name: id, size: query.size ?? 1 }, version: 7 };
  },
});
const changeThing = operation({
  ...facts,
  id: 'changeThing',
  method: 'PUT',
  path: '/things/{id}',
  summary: 'Change a thing',
  permission: WRITE,
  params: withId,
  body: thing,
  bodyRules: { limit: 1024 },
  ifMatch: 'required',
  response: thing,
  handler: ({ params: { id }, body, expected }, { change }: ToyParts) => change(id, body, expected),
});
const listThings = listOperation({
  ...facts,
  id: 'listThings',
  path: '/shelves/{shelf}/things',
  summary: 'List the things of a shelf',
  permission: READ,
  params: z.strictObject({ shelf: z.string().max(20) }),
  filters: { size: z.coerce.number().int().exactOptional() },
  item: thing,
  handler: ({ params, query, page }, { list }: ToyParts) => list(page, { ...params, ...query }),
});
const listBooks = listOperation({
  ...facts,
  id: 'listBooks',
  path: '/shelves/{shelf}/books',
  summary: 'List the books of a shelf',
  permission: READ,
  params: z.strictObject({ shelf: z.string() }),
  item: thing,
  handler: ({ params, page }, { list }: ToyParts) => list(page, params),
});
const removeThing = operation({
  ...facts,
  id: 'removeThing',
  method: 'DELETE',
  path: '/things/{id}',
  summary: 'Remove a thing',
  permission: WRITE,
  params: withId,
  handler: async () => ({ ok: true, value: undefined }),
});
const whoAmI = operation({
  ...facts,
  id: 'whoAmI',
  method: 'GET',
  path: '/me-here',
  summary: 'Tell the caller who it is',
  permission: { none: 'Everybody may know their own name.' },
  response: z.strictObject({ kind: z.string(), id: z.string() }),
  handler: async ({ principal, actor }) => ({ ok: true, value: { kind: principal.kind, id: actor.id } }),
});
const clientsOnly = operation({
  ...facts,
  id: 'clientsOnly',
  method: 'POST',
  path: '/clients-only',
  summary: 'Be a client without a key',
  security: { ways: ['client-token'], dpop: 'refused', help: 'Be a client.' },
  permission: { none: 'A toy.' },
  response: z.strictObject({}),
  handler: async () => ({ ok: true, value: {} }),
});
const openThing = operation({
  ...facts,
  id: 'openThing',
  method: 'GET',
  path: '/.well-known/things',
  summary: 'Tell everybody',
  security: 'open',
  permission: { none: 'Published.' },
  response: z.strictObject({ open: z.boolean() }),
  handler: async () => ({ ok: true, value: { open: true } }),
});
export const TOYS: readonly ApiOperation<ToyParts>[] = [
  readThing,
  listThings,
  listBooks,
  changeThing,
  removeThing,
  whoAmI,
  clientsOnly,
  openThing,
];

export interface ToyApi {
  readonly tokens: Map<string, LiveToken>;
  /** The proofs of this server's requests; none is good until the test says so. */
  proof: ProofResult;
  change: ToyParts['change'];
  list: ToyParts['list'];
  readonly failed: { readonly clientId: string; readonly secret: string }[];
  delayedUntil: number | undefined;
  readonly log: string[];
  readonly at: Listening;
  send(method: string, path: string, how?: Sent): Promise<Answer & { readonly json: Record<string, unknown> }>;
}

interface Sent {
  readonly authorization?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

export const basic = (id: string, secret = SECRET): string =>
  `Basic ${Buffer.from(`${id}:${encodeURIComponent(secret)}`).toString('base64')}`;

export async function toyApi(path = ''): Promise<ToyApi> {
  const tokens = new Map<string, LiveToken>();
  const log: string[] = [];
  const logger = pino({}, { write: (line: string) => log.push(line) });
  const startLine = accessLog(logger);
  const app = new Koa();
  const toy: ToyApi = {
    tokens,
    proof: { ok: false, error: 'invalid_dpop_proof', words: 'no proof' },
    change: async (_id, changed) => ({ ok: true, value: changed, version: 8 }),
    list: async () => ({ ok: true, value: { rows: [] } }),
    failed: [],
    delayedUntil: undefined,
    log,
    at: await listening((req, res) => {
      startLine(req, res);
      void handle(req, res);
    }),
    async send(method, to, { authorization, headers = {}, body } = {}) {
      const answer = await ask(toy.at.port, {
        method,
        path: to,
        headers: {
          ...(authorization !== undefined && { authorization }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const json = (answer.body === '' ? {} : JSON.parse(answer.body)) as Record<string, unknown>;
      return { ...answer, json };
    },
  };
  app.use(failures(logger, async (ctx) => void (ctx.status = 500)));
  app.use(
    api<ToyParts>(
      { operations: TOYS, prefixes: ['/things'] },
      { change: (...args) => toy.change(...args), list: (...args) => toy.list(...args) },
      {
        issuer: `http://127.0.0.1${path}`,
        authentication: {
          clients: { get: async (id) => CLIENTS.get(id) },
          tokens: {
            read: async (presented) => tokens.get(presented),
            checkProof: async () => toy.proof,
            proofAlgorithms: ['ES256'],
          },
          throttle: {
            secretDelay: async () => toy.delayedUntil,
            secretFailed: async (clientId, _address, secret) => void toy.failed.push({ clientId, secret }),
          },
        },
        checkPermission: permissionCheck({
          snapshots: { read: async () => snapshot },
          behaviour: async () => undefined,
          sessions: async () => 1,
        }),
        cursors: sealedCursors(secretBox([{ id: 'test', key: Buffer.alloc(32, 7) }]), 'test'),
      },
    ),
  );
  const handle = app.callback();
  return toy;
}
