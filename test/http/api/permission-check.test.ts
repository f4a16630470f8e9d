import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Limitation } from '../../../src/base/assignment.js';
import { seconds } from '../../../src/base/clock.js';
import { permissionCheck } from '../../../src/http/api/permission-check.js';
import { newUser } from '../../../src/identity/users/new-user.js';
import type { User } from '../../../src/identity/users/user.js';
import type { Client } from '../../../src/realm/clients/client.js';
import { GATEHOUSE_API } from '../../../src/realm/resource-servers/resource-server.js';
import { assignment, server, snapshotOf } from '../../access/world.js';

const READ = 'users:read';
const WRITE = 'users:write';
const snapshot = snapshotOf({
  groups: [],
  roles: [],
  servers: [server(GATEHOUSE_API, { [READ]: [], [WRITE]: [READ] })],
});
const received: string[] = [];
beforeEach(() => void (received.length = 0));
const check = permissionCheck({
  snapshots: { read: async () => snapshot },
  behaviour: async (id) => void received.push(`behaviour ${id}`),
  sessions: async ({ id }) => received.push(`sessions ${id}`),
});

const holding = (...limitations: Limitation[]) => [
  { ...assignment('permission', `${GATEHOUSE_API} ${READ}`), limitations },
];
const client = (assignments: Client['assignments'] = []) => ({ id: 'shop', assignments }) as unknown as Client;
const user = (assignments: User['assignments']): User => ({
  ...newUser({ id: 'ada', username: 'ada' }, [], 0),
  assignments,
});
const byUser = (assignments: User['assignments'], scopes = [READ], more = {}) =>
  check({ kind: 'user', user: user(assignments), client: client(holding()), scopes, ...more }, READ, '10.0.0.1');
const ALLOWED = { allowed: true };

describe('a user’s token', () => {
  test('is checked for the user’s own permission, and never uses the client’s', async () => {
    expect(await byUser(holding())).toEqual(ALLOWED);
    expect(await byUser([])).toEqual({ allowed: false, missing: 'permission' });
  });

  test('needs a scope that covers the permission, and a scope at nothing covers nothing', async () => {
    expect(await byUser(holding(), [WRITE])).toEqual(ALLOWED);
    for (const scopes of [[], ['openid'], ['users:unknown']]) {
      expect(await byUser(holding(), scopes)).toEqual({ allowed: false, missing: 'scope' });
    }
  });

  test('never counts as sent from the address of the application’s server', async () => {
    const network = { kind: 'network', values: ['10.0.0.0/8'] };
    expect(await byUser(holding(network))).toEqual({ allowed: false, missing: 'permission' });
    const machine = { kind: 'client', client: client(holding(network)) } as const;
    expect(await check(machine, READ, '10.0.0.1')).toEqual(ALLOWED);
    for (const address of ['192.0.2.1', 'none'])
      expect(await check(machine, READ, address)).toMatchObject({ allowed: false });
  });

  test('is asked for another level only if that would be sufficient', async () => {
    const level = { kind: 'level', values: ['urn:gatehouse:acr:two-factor within 300'] };
    const stepUp = { level: 'urn:gatehouse:acr:two-factor', maxAgeSeconds: 300 };
    expect(await byUser(holding(level))).toEqual({ allowed: false, missing: 'permission', stepUp });
    expect(await byUser(holding(level, { kind: 'client', values: ['other'] }))).toEqual({
      allowed: false,
      missing: 'permission',
    });
    const authentication = { level: stepUp.level, at: Date.now() - seconds(10) };
    expect(await byUser(holding(level), [READ], { authentication })).toEqual(ALLOWED);
  });

  test('counts as of the connector that it names, and of none if it names none', async () => {
    const corp = { kind: 'connector', values: ['corp'] };
    expect(await byUser(holding(corp), [READ], { connector: 'corp' })).toEqual(ALLOWED);
    expect(await byUser(holding(corp), [READ], { connector: 'primary' })).toMatchObject({ allowed: false });
    expect(await byUser(holding(corp))).toMatchObject({ allowed: false });
    const machine = { kind: 'client', client: client(holding(corp)) } as const;
    expect(await check(machine, READ, '')).toMatchObject({ allowed: false });
  });

  test('reads sessions only where a limitation does, and behaviour only where a rule does', async () => {
    await byUser(holding());
    expect(received).toEqual([]);
    expect(await byUser(holding({ kind: 'sessions', values: ['1'] }))).toEqual(ALLOWED);
    expect(received).toEqual(['sessions ada']);
  });
});

test('a client by its secret has no scopes that narrow it, and one by its token has', async () => {
  const own = client(holding());
  expect(await check({ kind: 'client', client: own }, READ, '')).toEqual(ALLOWED);
  expect(await check({ kind: 'client', client: own, scopes: [] }, READ, '')).toEqual({
    allowed: false,
    missing: 'scope',
  });
  expect(await check({ kind: 'client', client: client() }, READ, '')).toEqual({
    allowed: false,
    missing: 'permission',
  });
});
