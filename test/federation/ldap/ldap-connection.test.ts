import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LdapConnection } from '../../../src/federation/ldap/connection/ldap-connection.js';
import { parseServer } from '../../../src/federation/ldap/connection/ldap-server.js';
import { parseDn } from '../../../src/base/text/distinguished-name.js';
import { isPresent } from '../../../src/federation/ldap/names/filters.js';
import { type OddLdap, startOddLdap } from '../../support/odd-ldap.js';
import { SERVICE } from '../../support/slapd.js';

const OPTIONS = { connectTimeout: 1000, timeout: 1000, answerLimit: 10_000 };
const ANYTHING = { base: 'dc=corp', scope: 'base', filter: isPresent('objectClass'), attributes: ['1.1'] } as const;

let odd: OddLdap;
let connection: LdapConnection;

beforeEach(async () => {
  odd = await startOddLdap((request, reply) => {
    if (request.name === 'dc=end') reply.end();
    else reply.result(0);
  });
  const server = parseServer(odd.url);
  const opened = server && (await LdapConnection.open(server, OPTIONS));
  if (!opened?.ok) throw new Error('The stand-in does not answer.');
  connection = opened.value;
});

afterEach(async () => {
  connection.close();
  await odd.stop();
});

const service = parseDn(SERVICE.dn) ?? { text: '', rdns: [] };

test('an empty password is never sent, and proves nothing', async () => {
  expect(await connection.bind(service, '')).toEqual({ ok: true, value: { code: 49, referrals: [], text: '' } });
  expect(connection.isBound).toBe(false);
  expect(odd.requests).toEqual([]);
});

test('a connection is bound from the success of a bind until it is lost', async () => {
  expect(connection.isBound).toBe(false);
  await connection.bind(service, SERVICE.password);
  expect(connection.isBound).toBe(true);
  const lost = { ok: false, failure: { kind: 'lost', reason: 'connection-closed', server: odd.url } };
  expect(await connection.search({ ...ANYTHING, base: 'dc=end' })).toEqual(lost);
  expect(connection.isBound).toBe(false);
  // It never connects again by itself, and would not be bound.
  expect(await connection.search(ANYTHING)).toEqual(lost);
  expect(new Set(odd.requests.map((request) => request.connection))).toEqual(new Set([0]));
});

test('closing says goodbye once, and later calls do nothing', async () => {
  await connection.bind(service, SERVICE.password);
  connection.close();
  connection.close();
  expect(await connection.search(ANYTHING)).toMatchObject({ ok: false });
});
