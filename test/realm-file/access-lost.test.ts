/** The users who lose access by a realm file, as far as that needs confirmation. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { preview } from '../../src/access/administration/preview.js';
import { now } from '../../src/base/clock.js';
import { accessLost } from '../../src/realm-file/check/access-lost.js';
import { bring, emptyRealm, type EmptyRealm, planOf } from './realm.js';

const ORDERS = 'https://orders.example';
const NAMES = Array.from({ length: 21 }, (_, at) => `limited-${at}`);
/** A time that is over, and comes no more. */
const OVER = "{ kind: time, values: ['2001-01-01/2001-01-02 UTC'] }";

const people = NAMES.map((name) => `{ username: ${name}, roles: [{ role: limited, limitations: [${OVER}] }] }`);
const file = (...policies: string[]): string =>
  `name: limited
resourceServers: [{ identifier: '${ORDERS}', name: Orders, permissions: [{ name: 'orders:read' }] }]
roles: [{ name: limited, policies: [${policies.join()}] }]
users: [${people.join()}]
`;

describe.each(['sqlite', 'mongodb'] as const)('on %s, a realm file needs consent', (kind) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(kind);
  });
  afterAll(() => realm.close());

  test.each([OVER, '{ kind: owner, values: [self] }', "{ kind: network, values: ['10.0.0.0/8'] }"])(
    'where many lose what they hold under a limitation, whatever the day and place: %s',
    async (limitation) => {
      const policy = `{ resourceServer: '${ORDERS}', permission: 'orders:read', limitations: [${limitation}] }`;
      expect(await bring(realm.parts, file(policy))).toEqual([]);
      const plan = await planOf(realm.parts, file());
      const seen = await preview(plan.before, plan.planned, realm.parts, now());
      expect(seen.losing).toBe(21);
      expect(await accessLost(plan, seen, realm.parts)).toBe(21);
      // A limited holder is a holder too.
      expect(await accessLost(plan, { ...seen, losing: 2 }, realm.parts)).toBeUndefined();
      expect(await accessLost(plan, { ...seen, losing: 3 }, realm.parts)).toBe(3);
    },
  );
});
