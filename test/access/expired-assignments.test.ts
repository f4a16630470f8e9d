import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { effective } from '../../src/access/evaluation/effective.js';
import { subjectOf } from '../../src/access/evaluation/subject.js';
import { auditRecords } from '../../src/audit/audit-record.js';
import { hours } from '../../src/base/clock.js';
import { openedHistory } from '../support/audit.js';
import { history } from '../../src/changes/history.js';
import { passes } from '../support/passes.js';
import { bring, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';

describe.each(['sqlite', 'mongodb'] as const)('on %s, an assignment that is over', (kind) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(kind);
    const soon = new Date(Date.now() + hours(1)).toISOString();
    const text = `
roles: [{ name: seller }, { name: reader }]
groups:
  - { name: sales, roles: [{ role: reader, validUntil: ${soon} }] }
  - { name: company }
  - { name: team, groups: [{ group: company, validUntil: ${soon} }] }
clients:
  - { id: robot, name: Robot, authentication: none, redirectUris: [https://robot.example/cb], roles: [{ role: reader, validUntil: ${soon} }] }
users:
  - { username: ada, roles: [{ role: seller, validUntil: ${soon} }, reader] }
  - { username: cleo, groups: [team] }
  - { username: bob, groups: [{ group: sales, validUntil: ${soon} }] }
`;
    expect(await bring(realm.parts, text, { makeSecrets: true })).toEqual([]);
  });
  afterAll(() => realm.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const userNamed = async (name: string) => {
    const user = await realm.parts.identifiers.findUser(name);
    if (!user) throw new Error(name);
    return user;
  };
  async function rolesOf(name: string): Promise<readonly string[]> {
    const [user, snapshot] = [await userNamed(name), await realm.parts.snapshots.read()];
    const at = Date.now();
    return effective(subjectOf(user, snapshot, at), { at }, snapshot).roles;
  }
  const assignments = async () => {
    const [sales, robot] = [await realm.parts.groups.findByName('sales'), await realm.parts.clients.get('robot')];
    const people = await Promise.all(['ada', 'bob'].map(userNamed));
    return [...people, sales, robot].map((holder) => holder?.assignments.length);
  };

  test('gives nothing from that very moment, and is tidied up later, which is recorded', async () => {
    const { parts } = realm;
    const ignored = (): void => undefined;
    await parts.background.runDue(ignored);
    expect([await rolesOf('ada'), await assignments()]).toEqual([
      ['reader', 'seller'],
      [2, 1, 1, 1],
    ]);
    passes(hours(1) - 5000);
    expect(await rolesOf('bob')).toEqual(['reader']);
    passes(5000);
    expect([await rolesOf('ada'), await rolesOf('bob'), await assignments()]).toEqual([['reader'], [], [2, 1, 1, 1]]);

    expect(await parts.background.runDue(ignored)).toContain('expired-assignments');
    expect(await assignments()).toEqual([1, 0, 0, 0]);
    expect(await rolesOf('ada')).toEqual(['reader']);

    // Group members are listed again.
    const team = await parts.groups.findByName('team');
    expect((await userNamed('cleo')).within).toEqual([team?.id]);

    const ada = await userNamed('ada');
    const rows = await parts.realm.of(history).find('ofSubject', { kind: 'user', subject: ada.id }, { limit: 10 });
    expect((await openedHistory(parts.realm, rows.rows)).at(-1)?.access).toMatchObject({
      assignments: expect.arrayContaining([expect.objectContaining({ kind: 'role' })]),
    });
    const record = await parts.realm
      .of(auditRecords)
      .find('bySubject', { subjectKind: 'user', subjectId: ada.id }, { limit: 20 });
    expect(record.rows[0]).toMatchObject({ kind: 'user.assignments-replaced', actorId: 'expired-assignments' });
  });
});
