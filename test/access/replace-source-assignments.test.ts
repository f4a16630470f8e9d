import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { assign, type NewAssignment } from '../../src/access/model/assign.js';
import { replaceAssignmentsOf, type SourceAssignments } from '../../src/access/model/replace-source-assignments.js';
import { auditRecords } from '../../src/audit/audit-record.js';
import type { AssignmentKind, AssignmentSource } from '../../src/base/assignment.js';
import { hours } from '../../src/base/clock.js';
import { newId } from '../../src/base/crypto/ids.js';
import type { Actor } from '../../src/changes/actor.js';
import type { Saved } from '../../src/changes/change-result.js';
import type { User } from '../../src/identity/users/user.js';
import type { Stored } from '../../src/storage/spec.js';
import { passes } from '../support/passes.js';
import { bring, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';

const directory: AssignmentSource = { kind: 'connector', id: 'directory' };
const file: AssignmentSource = { kind: 'file', id: 'realm' };
const other: AssignmentSource = { kind: 'connector', id: 'other' };
const by: Actor = { kind: 'system', id: 'directory', requestId: 'test' };
const host: Actor = { kind: 'host', id: 'root', requestId: 'test' };
const EVERY: ReadonlySet<AssignmentKind> = new Set(['role', 'permission', 'membership', 'customer-group']);

describe.each(['sqlite', 'mongodb'] as const)('on %s, replacing the assignments of a source', (kind) => {
  let realm: EmptyRealm;
  let ids: Readonly<Record<string, string>>;
  let holder: Stored<User>;
  beforeAll(async () => {
    realm = await emptyRealm(kind);
    const text = `
roles: [{ name: seller }, { name: reader }, { name: buyer }, { name: auditor, excludes: [buyer] }]
groups: [{ name: staff }, { name: gold, type: customer-group }, { name: silver, type: customer-group }]
`;
    expect(await bring(realm.parts, text, {})).toEqual([]);
    const { roles, groups } = await realm.parts.snapshots.read();
    ids = Object.fromEntries([...roles.values(), ...groups.values()].map(({ name, id }) => [name, id]));
  });
  afterAll(() => realm.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });
  beforeEach(async () => {
    holder = done(await realm.parts.users.create(host, { username: newId() }));
  });

  const idOf = (name: string): string => ids[name] ?? '';
  const role = (name: string, more: object = {}): NewAssignment => ({ role: idOf(name), ...more });
  const replace = async (wanted: readonly NewAssignment[], more: Partial<SourceAssignments> = {}) =>
    replaceAssignmentsOf(
      by,
      realm.parts.users,
      holder,
      { source: directory, kinds: EVERY, wanted, ...more },
      await realm.parts.snapshots.read(),
    );
  const byHand = async (...wanted: NewAssignment[]) => {
    holder = done(await assign(host, realm.parts.users, holder, wanted, await realm.parts.snapshots.read()));
  };
  /** The holder's assignments: `seller directory` from a source, `seller` made manually. */
  const targetsOf = (user: Stored<User>): string[] => {
    const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
    return user.assignments.map(({ target, source }) => [names.get(target), source?.id].join(' ').trim());
  };

  test('removes and adds in one change, and leaves what anybody else gave', async () => {
    await byHand(role('reader'));
    holder = done(await replace([role('buyer')], { source: other }));
    holder = done(await replace([role('seller'), { group: idOf('staff') }]));
    expect(targetsOf(holder)).toEqual(['reader', 'buyer other', 'seller directory', 'staff directory']);
    const before = holder;
    holder = done(await replace([role('buyer'), { group: idOf('staff') }]));
    expect(targetsOf(holder)).toEqual(['reader', 'buyer other', 'staff directory', 'buyer directory']);
    expect(holder.version).toBe(before.version + 1);
    // The existing assignment is the one that stays.
    expect(holder.assignments[2]).toEqual(before.assignments[3]);
    const subject = { subjectKind: 'user', subjectId: holder.id };
    const { rows } = await realm.parts.realm.of(auditRecords).find('bySubject', subject, { limit: 10 });
    expect(rows[0]).toMatchObject({ kind: 'user.assignments-replaced', actorId: 'directory' });
    expect(rows).toHaveLength(5);
  });

  test('writes nothing if nothing changes, in whatever order it is asked', async () => {
    const wanted = [role('seller'), role('reader', { reason: 'from the directory' })];
    holder = done(await replace(wanted));
    expect(done(await replace([...wanted].reverse()))).toBe(holder);
    expect(done(await replace([...wanted, ...wanted]))).toBe(holder);
  });

  test('with nothing wanted removes all that the source gave, and only that', async () => {
    await byHand(role('reader'));
    holder = done(await replace([role('seller'), { group: idOf('staff') }]));
    expect(targetsOf(done(await replace([])))).toEqual(['reader']);
  });

  test('says nothing of the kinds that it does not name', async () => {
    holder = done(await replace([role('seller'), { group: idOf('staff') }]));
    expect(targetsOf(done(await replace([], { kinds: new Set(['role']) })))).toEqual(['staff directory']);
  });

  test('replaces an assignment whose terms are others by a new one', async () => {
    const until = Date.now() + hours(1);
    holder = done(await replace([role('seller')]));
    const [first] = holder.assignments;
    holder = done(await replace([role('seller', { validUntil: until })]));
    expect(holder.assignments).toMatchObject([{ target: idOf('seller'), validUntil: until, source: directory }]);
    expect(holder.assignments[0]?.id).not.toBe(first?.id);
  });

  test('takes over, for a file, an equal assignment that was given by hand, and no narrower one', async () => {
    await byHand(role('seller'), role('reader', { limitations: [{ kind: 'client', values: ['shop'] }] }));
    const [seller, reader] = holder.assignments;
    holder = done(await replace([role('seller'), role('reader')], { source: file }));
    expect(holder.assignments.slice(0, 2)).toEqual([{ ...seller, source: file }, reader]);
    expect(targetsOf(holder)).toEqual(['seller realm', 'reader', 'reader realm']);
  });

  test('leaves, for a connector, an equal assignment that was given by hand, also when its own goes', async () => {
    await byHand(role('seller'));
    holder = done(await replace([role('seller')]));
    expect(targetsOf(holder)).toEqual(['seller', 'seller directory']);
    holder = done(await replace([]));
    expect(targetsOf(holder)).toEqual(['seller']);
  });

  test('puts a customer group in the place of one given by hand, and not of one that another source keeps', async () => {
    await byHand({ customerGroup: idOf('gold') });
    holder = done(await replace([{ customerGroup: idOf('silver') }]));
    expect(targetsOf(holder)).toEqual(['silver directory']);
    const refused = await replace([{ customerGroup: idOf('gold') }], { source: other });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'invalid' } });
  });

  test('makes no assignment that is over, and keeps one that it made before', async () => {
    const wanted = [role('seller', { validUntil: Date.now() + hours(1) })];
    holder = done(await replace(wanted));
    passes(hours(2));
    expect(done(await replace(wanted))).toBe(holder);
    holder = done(await replace([]));
    expect(targetsOf(done(await replace(wanted)))).toEqual([]);
  });

  test('only removes where it is asked to, and skips what does not exist yet', async () => {
    holder = done(await replace([role('seller'), role('reader')]));
    const wanted = [role('reader'), role('buyer'), { role: 'nobody' }];
    expect(targetsOf(done(await replace(wanted, { onlyRemovals: true })))).toEqual(['reader directory']);
  });

  test('removes what is obsolete, whoever gave it', async () => {
    await byHand(role('reader'), role('buyer'));
    const isObsolete = ({ target }: { readonly target: string }): boolean => target === idOf('reader');
    expect(targetsOf(done(await replace([role('seller')], { isObsolete })))).toEqual(['buyer', 'seller directory']);
  });

  test('changes nothing where one of what is wanted is refused, or the holder changed meanwhile', async () => {
    holder = done(await replace([role('buyer')]));
    expect(await replace([role('reader'), { role: 'nobody' }])).toMatchObject({ refusal: { code: 'invalid' } });
    expect(await replace([role('buyer'), role('auditor')])).toMatchObject({ refusal: { code: 'forbidden' } });
    expect(await realm.parts.users.get(holder.id)).toEqual(holder);
    const read = holder;
    await byHand(role('reader'));
    holder = read;
    expect(await replace([])).toMatchObject({ refusal: { code: 'changed' } });
  });

  test('exchanges roles that exclude each other, since both happen in one change', async () => {
    holder = done(await replace([role('buyer')]));
    expect(targetsOf(done(await replace([role('auditor')])))).toEqual(['auditor directory']);
  });
});

function done<T>(saved: Saved<T>): T {
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  return saved.value;
}
