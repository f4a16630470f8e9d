import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Role, roles } from '../../src/access/model/role.js';
import { auditRecords } from '../../src/audit/audit-record.js';
import { newId } from '../../src/base/crypto/ids.js';
import { auditedOf } from '../../src/changes/event.js';
import { history } from '../../src/changes/history.js';
import { type RecordedDocuments, recordedDocuments } from '../../src/changes/recorded-documents.js';
import { clients } from '../../src/realm/clients/client.js';
import type { Realm } from '../../src/storage/store.js';
import type { TemporaryStore } from '../support/store.js';
import { changingStore, host, processOn } from './one-process.js';

let opened: TemporaryStore;
let realm: Realm;
let documents: RecordedDocuments<typeof roles>;
beforeAll(async () => {
  opened = await changingStore([roles]);
  realm = opened.store.in('default');
  documents = recordedDocuments(processOn(opened.store).recorder, {
    spec: roles,
    kind: 'role',
    access: ({ policies }) => ({ policies }),
  });
});
afterAll(() => opened.close());

let clock = 1000;
beforeEach(() => {
  jest.spyOn(Date, 'now').mockImplementation(() => clock);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const reads = { resourceServer: 'urn:a', permission: 'a:read', limitations: [] };
const writes = { ...reads, permission: 'a:write' };
async function made(policies = [reads]) {
  const id = newId();
  const role: Role = { id, createdAt: clock, since: clock, name: id, policies };
  const created = await documents.create(host, role);
  if (!created.ok) throw new Error(JSON.stringify(created.refusal));
  return created.value;
}
const rows = async (id: string) =>
  (await realm.of(history).find('ofSubject', { kind: 'role', subject: id }, { limit: 10 })).rows;
const records = async (id: string) =>
  (await realm.of(auditRecords).find('bySubject', { subjectKind: 'role', subjectId: id }, { limit: 10 })).rows;

describe('a recorded document', () => {
  test('is given as the store has it', async () => {
    const role = await made();
    expect(await realm.of(roles).get(role.id)).toEqual(role);
    const changed = await documents.change(host, role, { ...role, description: 'reads' });
    expect(changed).toMatchObject({ ok: true, value: { version: 2, description: 'reads' } });
    expect(changed.ok && changed.value).toEqual(await realm.of(roles).get(role.id));
  });

  test('is not written when nothing of it changes', async () => {
    const role = await made();
    clock += 10;
    expect(await documents.change(host, role, { ...role, since: clock })).toEqual({ ok: true, value: role });
    expect(await realm.of(roles).get(role.id)).toEqual(role);
    expect(await records(role.id)).toHaveLength(1);
  });

  test('has a history without gap: each row ends where the next begins, the live document last', async () => {
    let role = await made();
    const began = role.since;
    for (const policies of [[writes], [reads, writes], []]) {
      clock += 10;
      const changed = await documents.change(host, role, { ...role, policies });
      if (!changed.ok) throw new Error(JSON.stringify(changed.refusal));
      role = changed.value;
    }
    const [first, second, third, ...more] = await rows(role.id);
    expect(more).toEqual([]);
    expect([first?.from, second?.from, third?.from, role.since]).toEqual([began, began + 10, began + 20, began + 30]);
    expect([first?.until, second?.until, third?.until]).toEqual([second?.from, third?.from, role.since]);
    expect([first?.access, second?.access]).toEqual([{ policies: [reads] }, { policies: [writes] }]);
    expect([first?.subjectVersion, third?.subjectVersion, role.version]).toEqual([1, 3, 4]);
  });

  test('ends no version where what decides access stays', async () => {
    const role = await made();
    clock += 10;
    const changed = await documents.change(host, role, { ...role, description: 'other words' });
    expect(changed).toMatchObject({ ok: true, value: { since: role.since, version: 2 } });
    expect(await rows(role.id)).toEqual([]);
  });

  test('changed from an old version is refused, and says nothing elsewhere', async () => {
    const role = await made();
    await documents.change(host, role, { ...role, policies: [] });
    expect(await documents.change(host, role, { ...role, policies: [writes] })).toMatchObject({
      ok: false,
      refusal: { code: 'changed' },
    });
    expect([(await rows(role.id)).length, (await records(role.id)).length]).toEqual([1, 2]);
  });

  test('under a name in use is refused, and the key is named', async () => {
    const role = await made();
    const namesake = { ...role, id: newId() };
    const { version: _, ...document } = namesake;
    expect(await documents.create(host, document)).toMatchObject({
      ok: false,
      refusal: {
        code: 'taken',
        problems: [
          { code: 'key-taken', path: ['name'], params: { thing: { kind: 'role', name: namesake.id }, key: 'name' } },
        ],
      },
    });
  });
});

test('an event shows what the spec marks as audited, and never a hash', () => {
  const shown = auditedOf(clients, { id: 'c', name: 'Shop', secrets: [{ hash: 'sha256:x' }], assignments: [] });
  expect(shown).toEqual({ name: 'Shop', assignments: [] });
  const careless = { ...clients, hashed: ['name'], sealed: ['assignments'] } as const;
  expect(auditedOf(careless, { name: 'Shop', assignments: 'sealed' })).toEqual({});
});
