/** Everybody who looks at the clock for an answer says until when it stays the same. */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Provider } from 'oidc-provider';
import { minutes, seconds } from '../../../src/base/clock.js';
import { hashOf } from '../../../src/base/crypto/hash-of.js';
import { compareClientSecrets } from '../../../src/oidc/library/client/compare-client-secret.js';
import { accessOf } from '../../../src/oidc/request-scope/access-in-request.js';
import type { RequestReads } from '../../../src/oidc/request-scope/request-reads.js';
import { behaviours } from '../../../src/identity/activity/activity.js';
import { users } from '../../../src/identity/users/user.js';
import { tokens } from '../../../src/sessions/tokens/token.js';
import type { Realm } from '../../../src/storage/store.js';
import { AT, assignment, group, ORDERS, role, server, snapshotOf } from '../../access/world.js';
import { inRequest, libraryClient, user } from '../request.js';

afterEach(() => void jest.restoreAllMocks());

describe('access', () => {
  const snapshot = (about: Partial<Parameters<typeof snapshotOf>[0]> = {}) =>
    snapshotOf({
      servers: [server(ORDERS, { 'orders:read': [] })],
      roles: [role('seller', [ORDERS, '*'])],
      groups: [group('sales', [assignment('role', 'seller')])],
      ...about,
    });

  const untilOf = (about: Parameters<typeof user>[0], world = snapshot()): Promise<number> => {
    jest.spyOn(Date, 'now').mockReturnValue(AT);
    return inRequest(async ({ lifetime }) => {
      await accessOf({ read: async () => world }, { kind: 'user', user: user(about) }, 'shop');
      return lifetime.until;
    });
  };
  const held = (about: object) => ({ assignments: [{ ...assignment('role', 'seller'), ...about }] });

  test('without times stays', async () => {
    expect(await untilOf(held({}))).toBe(Infinity);
  });
  test('stays until the end of an assignment', async () => {
    expect(await untilOf(held({ validUntil: AT + 5000 }))).toBe(AT + 5000);
  });
  test('stays until an assignment begins', async () => {
    expect(await untilOf(held({ validFrom: AT + 3000, validUntil: AT + 5000 }))).toBe(AT + 3000);
  });
  test('stays as it is when an assignment is over', async () => {
    expect(await untilOf(held({ validUntil: AT - 1 }))).toBe(Infinity);
  });
  test('stays until a membership of a group begins', async () => {
    const assignments = [{ ...assignment('membership', 'sales'), validFrom: AT + 4000 }];
    expect(await untilOf({ assignments })).toBe(AT + 4000);
  });
  test('stays until a time window closes', async () => {
    const limitations = [{ kind: 'time', values: ['00:00-24:00 UTC', '2000-01-01/2000-01-02 UTC'] }];
    const until = await untilOf(held({ limitations }));
    expect([until > AT, until < Infinity]).toEqual([true, true]);
  });
  test('stays until the next minute outside of a time window, which may open then', async () => {
    const limitations = [{ kind: 'time', values: ['2001-01-01/.. UTC'] }];
    const until = await untilOf(held({ limitations }));
    expect([until > AT, until <= AT + minutes(1), until % minutes(1)]).toEqual([true, true, 0]);
  });
  test('is never sure to stay where a segment looks at the time', async () => {
    const groups = [{ ...group('new'), type: 'segment' as const, rule: 'now < timestamp("2031-01-01T00:00:00Z")' }];
    expect(await untilOf(held({}), snapshot({ groups }))).toBe(AT);
  });
});

test('a client that authenticates is authenticated until one of its secrets ends', async () => {
  jest.spyOn(Date, 'now').mockReturnValue(AT);
  const Client = { prototype: {} as { compareClientSecret: (this: object, presented: string) => boolean } };
  compareClientSecrets({ Client } as unknown as Pick<Provider, 'Client'>);
  const secrets = [
    { id: 'a', hash: hashOf('a'), createdAt: 0 },
    { id: 'b', hash: hashOf('b'), createdAt: 0, expiresAt: AT + seconds(9) },
    { id: 'c', hash: hashOf('c'), createdAt: 0, expiresAt: AT + seconds(5) },
    { id: 'd', hash: hashOf('d'), createdAt: 0, expiresAt: AT - 1 },
  ];
  const until = await inRequest(
    ({ lifetime }) => {
      const client = libraryClient({ authentication: 'client_secret_post', secrets });
      expect(Client.prototype.compareClientSecret.call(client, 'b')).toBe(true);
      return lifetime.until;
    },
    { ctx: { get: () => '' } },
  );
  expect(until).toBe(AT + seconds(5));
});

describe('the documents of a request', () => {
  const token = {
    ...{ id: hashOf('t'), version: 4, kind: 'client-credentials', clientId: 'c' },
    ...{ sessionBound: false, issuedAt: 0, expiresAt: 70_000 },
  };
  const stored: ReadonlyMap<unknown, object> = new Map<unknown, object>([
    [tokens, token],
    [users, user({ id: 'ada' })],
    [behaviours, { id: 'ada', version: 1 }],
  ]);
  const realm = { of: (spec: unknown) => ({ get: async () => stored.get(spec) }) } as unknown as Realm;

  const documentsAfter = (read: (reads: RequestReads) => Promise<unknown>) =>
    inRequest(
      async ({ reads }) => {
        await read(reads);
        return reads.documents();
      },
      { realm },
    );

  test('are those that it read, in their versions', async () => {
    expect(await documentsAfter(async (reads) => Promise.all([reads.token(hashOf('t')), reads.user('ada')]))).toEqual([
      { spec: tokens, id: hashOf('t'), version: 4, expiresAt: 70_000 },
      { spec: users, id: 'ada', version: 1 },
    ]);
  });

  test('are not all if one was not there', async () => {
    const documents = await documentsAfter(async (reads) => Promise.all([reads.token(hashOf('t')), reads.grant('g')]));
    expect(documents).toBeUndefined();
  });

  test('are not all if activity was read', async () => {
    expect(await documentsAfter((reads) => reads.behaviour('ada'))).toBeUndefined();
  });
});
