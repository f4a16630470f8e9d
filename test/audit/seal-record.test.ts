import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AuditEntry } from '../../src/audit/audit-entry.js';
import { auditKeys } from '../../src/audit/audit-keys.js';
import { type AuditRecord, auditRecords } from '../../src/audit/audit-record.js';
import { isAuditKind, KINDS } from '../../src/audit/kinds.js';
import { isOurs, sealRecord, textOfRecord } from '../../src/audit/seal-record.js';
import type { JsonObject } from '../../src/base/json.js';
import type { PersonalPlace, PersonalSealing } from '../../src/changes/personal/personal-keys.js';
import type { RealmId } from '../../src/storage/store.js';
import { engines, type OpenedEngine } from '../storage/engines.js';
import { testAuditKeys as keys } from '../support/audit.js';

const realm = 'default' as RealmId;
const AT = Date.UTC(2026, 10, 29);

/** Seals nothing, and says for whom and where. */
const plain: PersonalSealing = {
  seal: (person, at: PersonalPlace, clear) =>
    JSON.stringify([person ?? 'nobody', at.collection, at.id, at.field, clear]),
};
const recordOf = (entry: AuditEntry): AuditRecord => sealRecord({ realm, keys, personal: plain }, entry, AT);

const word = fc.oneof(fc.constantFrom('', 'a', 'ada', 'ä', '𝒵', '"', '\u2028'), fc.string({ maxLength: 8 }));
const json = fc.dictionary(
  fc.constantFrom('a', 'b', 'methods', '1', '10'),
  fc.oneof(word, fc.boolean(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.array(word)),
  { noNullPrototype: true },
) as fc.Arbitrary<JsonObject>;
const thing = fc.record({ kind: fc.constantFrom('user', 'role', 'client'), id: word });
const entry: fc.Arbitrary<AuditEntry> = fc.record(
  {
    kind: fc.constantFrom(...Object.keys(KINDS).filter(isAuditKind)),
    by: fc.record(
      {
        kind: fc.constantFrom('user', 'client', 'host', 'system'),
        id: word,
        requestId: word,
        address: word,
        agent: word,
      },
      { requiredKeys: ['kind', 'id', 'requestId'] },
    ),
    outcome: fc.constantFrom('success', 'failure'),
    actorName: word,
    reason: word,
    subject: thing,
    subjectPart: fc.record({ name: word, before: json, after: json }, { requiredKeys: [] }),
    why: word,
    clientId: word,
    details: json,
    at: fc.integer({ min: 0, max: 2 * AT }),
  },
  { requiredKeys: ['kind', 'by', 'outcome'] },
);

/** Every record that differs from this one in one field, the fields that it lacks among them. */
function changedCopies(record: AuditRecord): AuditRecord[] {
  const own = Object.keys(record);
  const optional = ['subjectKind', 'subjectId', 'why', 'clientId', 'details', 'actor', 'subject', 'expiresAt', 'other'];
  const other = (value: unknown): unknown =>
    typeof value === 'number' ? value + 1 : typeof value === 'object' ? { ...value, more: 1 } : `${value as string}x`;
  return [
    ...own.map((field) => ({ ...record, [field]: other(record[field as keyof AuditRecord]) })),
    ...own.map((field) => Object.fromEntries(Object.entries(record).filter(([name]) => name !== field)) as AuditRecord),
    ...optional.filter((field) => !own.includes(field)).map((field) => ({ ...record, [field]: 'x' })),
  ].filter(({ mac }) => typeof mac === 'string');
}

test('a record is ours as it was written, in its own realm', () => {
  fc.assert(
    fc.property(entry, (given) => {
      const record = recordOf(given);
      expect(isOurs(keys, realm, record)).toBe(true);
      expect(isOurs(keys, 'other', record)).toBe(false);
      expect(isOurs(auditKeys([{ id: 'test', secret: Buffer.alloc(32, 8) }]), realm, record)).toBe(false);
    }),
  );
});

test('a record of which any field was changed, added or taken away is not ours', () => {
  fc.assert(
    fc.property(entry, (given) => {
      for (const changed of changedCopies(recordOf(given)))
        expect([changed, isOurs(keys, realm, changed)]).toEqual([changed, false]);
    }),
  );
});

test('two values of two fields do not change places', () => {
  const record = recordOf({ kind: 'role.changed', by: { kind: 'user', id: 'b', requestId: 'c' }, outcome: 'success' });
  expect(isOurs(keys, realm, { ...record, actorId: 'c', requestId: 'b' })).toBe(false);
});

test('entering the chain and the version of the document change nothing about it', () => {
  const record = recordOf({
    kind: 'role.changed',
    by: { kind: 'host', id: 'b', requestId: 'c' },
    outcome: 'success',
  });
  expect(isOurs(keys, realm, record)).toBe(true);
  // The field said until a record was in the chain that it is not.
  expect(isOurs(keys, realm, { ...record, pending: true })).toBe(true);
  expect(textOfRecord(realm, { ...record, version: 7 })).toBe(textOfRecord(realm, record));
});

test('what is personal of each is sealed under their own key, bound to its place, and nothing of it is elsewhere', () => {
  const by = { kind: 'user', id: 'admin-1', requestId: 'r1', address: '192.0.2.7', agent: 'Firefox' } as const;
  const subject = { kind: 'user', id: 'user-2' };
  const subjectPart = { name: 'ursula', before: { email: 'a@example.com' }, after: { email: 'b@example.com' } };
  const record = recordOf({
    ...{ kind: 'user.changed', by, actorName: 'grace', reason: 'asked by mail', outcome: 'success' },
    ...{ subject, subjectPart },
  });
  const place = (field: string) => ['auditRecords', record.id, field];
  expect(JSON.parse(record.actor ?? '')).toEqual([
    'admin-1',
    ...place('actor'),
    JSON.stringify({ name: 'grace', address: '192.0.2.7', agent: 'Firefox', reason: 'asked by mail' }),
  ]);
  expect(JSON.parse(record.subject ?? '')).toEqual(['user-2', ...place('subject'), JSON.stringify(subjectPart)]);
  const { actor: _actor, subject: _subject, ...open } = record;
  for (const personal of ['192.0.2.7', 'Firefox', 'grace', 'mail', 'ursula', 'example.com'])
    expect(JSON.stringify(open)).not.toContain(personal);
});

test('who is no person has no key of a person: a client, a role, somebody unknown', () => {
  const by = { kind: 'client', id: 'shop', requestId: 'r1', address: '192.0.2.7' } as const;
  const role = { kind: 'role', id: 'user-2' };
  const record = recordOf({
    kind: 'role.changed',
    by,
    outcome: 'failure',
    subject: role,
    subjectPart: { name: 'seller' },
  });
  expect([record.actor, record.subject].map((part) => (JSON.parse(part ?? '') as string[])[0])).toEqual([
    'nobody',
    'nobody',
  ]);
  const unknown = recordOf({
    kind: 'role.changed',
    by: { ...by, address: '' },
    outcome: 'failure',
    subjectPart: { name: 'x' },
  });
  expect((JSON.parse(unknown.subject ?? '') as string[])[0]).toBe('nobody');
});

describe.each(engines)('on %s', (_name, open) => {
  let opened: OpenedEngine;
  beforeAll(async () => {
    opened = await open([auditRecords]);
  });
  afterAll(() => opened.close());

  test('a record that was stored and read is still ours', async () => {
    const collection = opened.store.in(realm).of(auditRecords);
    await fc.assert(
      fc.asyncProperty(entry, async (given) => {
        const record = recordOf(given);
        expect(await collection.insert(record)).toMatchObject({ ok: true });
        const read = await collection.get(record.id);
        expect(read && isOurs(keys, realm, read)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
