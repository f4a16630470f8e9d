import { describe, expect, test } from '@jest/globals';
import type { OpenedRecord } from '../../src/audit/audit-trail.js';
import { termHashes } from '../../src/audit/search/term-hashes.js';
import { termsOf } from '../../src/audit/search/terms-of.js';
import { normalizedName } from '../../src/identity/identifiers/normalize-identifier.js';
import { testAuditKeys } from '../support/audit.js';

const hashes = termHashes({ realm: 'default', keys: testAuditKeys, normalizeName: normalizedName });
const record = (more: Partial<OpenedRecord>): OpenedRecord => ({
  id: 'r1',
  at: 7,
  kind: 'user.changed',
  actorKind: 'user',
  actorId: 'u1',
  subjectKind: 'user',
  subjectId: 'u2',
  requestId: 'q',
  outcome: 'success',
  macKey: 'test',
  mac: '',
  ...more,
});
const byPerson = (given: OpenedRecord) =>
  Object.fromEntries(termsOf(given, hashes).map(({ person = 'nobody', terms }) => [person, terms]));

describe('a record is found by', () => {
  test('the names of its subject before and after, and those of its actor, each under the person whose they are', () => {
    const before = { username: 'Bob', email: 'bob@old.test' };
    const after = { username: 'robert', email: 'BOB@old.test', state: 'disabled' };
    expect(byPerson(record({ actor: { name: 'Ada' }, subject: { name: 'bob', before, after } }))).toEqual({
      u1: [hashes.name('ada')],
      u2: [hashes.name('bob'), hashes.name('bob@old.test'), hashes.name('robert')],
    });
  });

  test('one document where a person acts on their own account', () => {
    const own = record({ subjectId: 'u1', actor: { address: '192.0.2.7' }, subject: { name: 'ada' } });
    expect(termsOf(own, hashes)).toEqual([
      {
        id: 'r1.actor',
        record: 'r1',
        at: 7,
        kind: 'user.changed',
        person: 'u1',
        terms: [hashes.network('192.0.2.7'), hashes.network('192.0.2.0/24'), hashes.name('ada')],
      },
    ]);
  });

  test.each([
    ['192.0.2.7', '192.0.2.0/24', '192.0.2.0/25'],
    ['::ffff:192.0.2.7', '192.0.2.200/24', '192.0.0.0/16'],
    ['2001:db8:7:1::1', '2001:db8:7::/48', '2001:db8:7:1::/64'],
  ])('the address %s and its network %s, and by no other such as %s', (address, network, other) => {
    const { u1 } = byPerson(record({ actor: { address } }));
    expect(u1).toEqual([hashes.network(address), hashes.network(network)]);
    expect(hashes.network(other)).toBeUndefined();
  });

  test('the hash of a typed name that no user has, which is nobody’s', () => {
    const typed = hashes.name('correct horse');
    const failed = record({ actorKind: 'system', actorId: 'sign-in', details: { typed } });
    expect(byPerson(failed)).toEqual({ nobody: [typed] });
  });

  test('nothing of who was erased, and nothing where nothing is personal', () => {
    expect(termsOf(record({ actor: 'erased', subject: 'erased' }), hashes)).toEqual([]);
    expect(termsOf(record({ subjectKind: 'role', subject: { after: { username: 'no user' } } }), hashes)).toEqual([]);
    expect(termsOf(record({ actor: { address: 'unix socket' } }), hashes)).toEqual([]);
  });
});

test('a name is found in every spelling of it, and by no beginning of it', () => {
  expect(hashes.name('  ADA ')).toBe(hashes.name('ada'));
  expect(hashes.name('ad')).not.toBe(hashes.name('ada'));
});

test('the same name has another hash in another realm, and none says what kind it is of', () => {
  const other = termHashes({ realm: 'other', keys: testAuditKeys, normalizeName: normalizedName });
  expect(other.name('ada')).not.toBe(hashes.name('ada'));
  expect(hashes.name('192.0.2.7')).not.toBe(hashes.network('192.0.2.7'));
});
