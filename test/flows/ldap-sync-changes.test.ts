/** Runs that read only what changed in slapd since the run before. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { GROUPS, PEOPLE, person, type Slapd, startSlapd } from '../support/slapd.js';
import {
  adding,
  by,
  corpInput,
  groupOf,
  ldapRealm,
  moving,
  peopleOf,
  replacing,
  salesOf,
  synchronize,
} from './ldap-realm.js';

const UIDS = ['anna', 'boris', 'clara', 'dirk', 'elisa', 'fritz', 'gina', 'hans'];

describe.each(['sqlite', 'mongodb'] as const)('a run over the changes of slapd, on %s', (store) => {
  let slapd: Slapd;
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(async () => {
    slapd = await startSlapd({
      entries: UIDS.map((uid) => person(uid, `mail: ${uid}@corp.test`)).join(''),
      added: [salesOf(['anna', 'boris']), groupOf('team', ['clara', 'dirk'])].join('\n'),
    });
    const { mapping } = corpInput(slapd);
    const groups = [...mapping.groups, ...['team', 'crew'].map((exact) => ({ exact, to: { mirror: true } }))];
    const made = await host.parts.connectors.create(by, corpInput(slapd, { mapping: { ...mapping, groups } }));
    expect(made).toMatchObject({ ok: true });
    expect(await synchronize(host)).toMatchObject({ outcome: 'done', counts: { new: UIDS.length } });
  });
  afterAll(() => slapd.stop());

  const changes = () => synchronize(host, { full: false });
  const nobody = { new: 0, joined: 0, changed: 0, collided: 0, gone: 0, returned: 0, disabled: 0, left: 0 };
  const nothing = { mode: 'incremental', outcome: 'nothing', counts: { ...nobody, read: 0 } };
  const userNamed = async (name: string) => (await peopleOf(host)).find(({ username }) => username === name);
  const accessOf = async (name: string) => {
    const { groups, roles } = await host.parts.snapshots.read();
    const assignments = (await userNamed(name))?.assignments ?? [];
    return assignments.map(({ target }) => (groups.get(target) ?? roles.get(target))?.name);
  };

  test('finds nothing if nothing changed', async () => {
    expect(await changes()).toMatchObject(nothing);
  });

  test('brings a person with other values, and leaves all others', async () => {
    const others = async () => (await peopleOf(host)).filter(({ username }) => username !== 'anna');
    const before = await others();
    await slapd.modify(replacing('anna', { cn: 'Anna Married', mail: 'married@corp.test' }));
    expect(await changes()).toMatchObject({ mode: 'incremental', outcome: 'done', counts: { ...nobody, changed: 1 } });
    expect(await userNamed('anna')).toMatchObject({
      ...{ email: 'married@corp.test', emailVerified: true, profile: { name: 'Anna Married' } },
    });
    expect(await others()).toEqual(before);
    expect(await changes()).toMatchObject(nothing);
  });

  test('follows a person who is renamed, by the immutable id', async () => {
    const before = await userNamed('elisa');
    await slapd.modify(moving('elisa', 'lisa'));
    expect(await changes()).toMatchObject({ mode: 'incremental', outcome: 'done', counts: { ...nobody, changed: 1 } });
    expect(await userNamed('lisa')).toMatchObject({ id: before?.id, blocks: [] });
    expect(await userNamed('elisa')).toBeUndefined();
  });

  test('knows a new person', async () => {
    await slapd.modify(adding(person('ida')));
    expect(await changes()).toMatchObject({ mode: 'incremental', outcome: 'done', counts: { ...nobody, new: 1 } });
    expect(await userNamed('ida')).toMatchObject({ userstore: 'corp', blocks: [] });
  });

  test('ends a person whom the directory deleted, and whom no change tells of', async () => {
    await slapd.modify(`dn: uid=fritz,${PEOPLE}\nchangetype: delete\n`);
    expect(await changes()).toMatchObject({
      ...{ mode: 'incremental', outcome: 'done', counts: { ...nobody, gone: 1 } },
    });
    expect(await userNamed('fritz')).toMatchObject({ blocks: [{ by: 'quarantine:corp' }] });
    expect(await changes()).toMatchObject(nothing);
  });

  test('lets two people swap their names', async () => {
    const [gina, hans] = [await userNamed('gina'), await userNamed('hans')];
    await slapd.modify([moving('gina', 'between'), moving('hans', 'gina'), moving('between', 'hans')].join('\n'));
    expect(await changes()).toMatchObject({ mode: 'incremental', outcome: 'done', counts: { ...nobody, changed: 2 } });
    expect([(await userNamed('hans'))?.id, (await userNamed('gina'))?.id]).toEqual([gina?.id, hans?.id]);
    expect(await changes()).toMatchObject(nothing);
  });

  test('becomes one over everybody when a group changed, and gives and takes access', async () => {
    const members = [`delete: member\nmember: uid=boris,${PEOPLE}`, '-', `add: member\nmember: uid=clara,${PEOPLE}`];
    await slapd.modify([`dn: cn=sales,${GROUPS}\nchangetype: modify`, ...members, ''].join('\n'));
    expect(await changes()).toMatchObject({
      ...{ mode: 'full', outcome: 'done', counts: { ...nobody, changed: 2, membershipsLost: 1 } },
    });
    expect([await accessOf('boris'), (await accessOf('clara')).sort()]).toEqual([[], ['seller', 'team']]);
    expect(await changes()).toMatchObject(nothing);
  });

  test('gives a mirrored group its new name, though nothing of its members changed', async () => {
    const before = await host.parts.groups.findByName('team');
    await slapd.modify(`dn: cn=team,${GROUPS}\nchangetype: modrdn\nnewrdn: cn=crew\ndeleteoldrdn: 1\n`);
    expect(await changes()).toMatchObject({ mode: 'full', outcome: 'done', counts: nobody });
    expect(await host.parts.groups.findByName('crew')).toMatchObject({ id: before?.id });
    expect(await accessOf('dirk')).toEqual(['crew']);
    expect(await changes()).toMatchObject(nothing);
  });
});
