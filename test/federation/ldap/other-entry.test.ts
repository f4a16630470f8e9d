/** A directory that answers a search for an id with another entry: nothing is written to that entry, and no password is sent. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type OddLdap, startOddLdap } from '../../support/odd-ldap.js';
import { PEOPLE, SERVICE } from '../../support/slapd.js';
import { connectorTo, type TestConnector } from './connector.js';

const ASKED = '11111111-2222-3333-4444-555555555555';
const OTHER = '99999999-2222-3333-4444-555555555555';
const fault = { kind: 'upstream-error', reason: 'answer-unexpected' };

let odd: OddLdap;
let connector: TestConnector;

beforeEach(async () => {
  odd = await startOddLdap(({ operation }, reply) => {
    if (operation === 'search') reply.entry(`uid=other,${PEOPLE}`, ['entryUUID', OTHER], ['l', 'Berlin']);
    reply.result(0);
  });
  connector = connectorTo([odd.url], { connection: { timeout: 500 } });
});
afterEach(async () => {
  await connector.close();
  await odd.stop();
});

/** Everything that was asked, but for searches and the bind of the service account. */
const asked = () =>
  odd.requests.filter(
    ({ operation, name }) => operation !== 'search' && !(operation === 'bind' && name === SERVICE.dn),
  );

test('no value is written', async () => {
  const change = { claim: 'l', before: ['Berlin'], after: ['Bonn'] };
  expect(await connector.writeProfile?.(ASKED, [change])).toEqual(fault);
});

test('no password is set for an administrator', async () => {
  expect(await connector.setPassword?.(ASKED, { next: 'a new password', mustChange: true })).toEqual(fault);
  expect(asked()).toEqual([]);
});

test("no password of one's own is changed", async () => {
  const known = { user: async () => undefined, mayGuess: async () => true };
  const typed = { name: 'other', password: 'x', next: 'y', subject: ASKED };
  expect(await connector.changePassword?.(typed, known)).toEqual(fault);
  expect(asked()).toEqual([]);
});
