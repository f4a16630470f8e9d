/** A directory of 400 people is brought here, and neither outages nor mistakes take anybody away. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { blocksAt } from '../../src/base/block.js';
import { hours } from '../../src/base/clock.js';
import type { RunWishes } from '../../src/federation/sync/runs/synchronize.js';
import { atTime } from '../support/at-time.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { GROUPS, PEOPLE, person, SERVICE, type Slapd, startSlapd, SUFFIX } from '../support/slapd.js';
import { adding, by, changeConnector, corpInput, ldapRealm, peopleOf, salesOf, synchronize } from './ldap-realm.js';

const COUNT = 400;
const SELLERS = Array.from({ length: 20 }, (_, i) => `p${i}`);

describe.each(['sqlite', 'mongodb'] as const)('a synchronization of slapd on %s', (store) => {
  let slapd: Slapd;
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(async () => {
    slapd = await startSlapd({ people: COUNT, added: salesOf(SELLERS) });
    expect(await host.parts.connectors.create(by, corpInput(slapd))).toMatchObject({ ok: true });
  });
  afterAll(() => slapd.stop());

  const run = (wishes: Partial<RunWishes> = {}) => synchronize(host, { isShown: true, ...wishes });
  const everybody = () => peopleOf(host);
  const blocked = async () => (await everybody()).filter((user) => blocksAt(user, Date.now()).length > 0);
  const sellers = async () => (await everybody()).filter(({ assignments }) => assignments.length > 0);
  async function approve() {
    const { hash } = (await run({ preview: true })) as { readonly hash?: string };
    return run({ approve: hash ?? '' });
  }

  test('brings everybody with their roles, and finds nothing the second time', async () => {
    expect(await run()).toMatchObject({ outcome: 'done', counts: { read: COUNT, new: COUNT, collided: 0 } });
    expect([(await everybody()).length, (await sellers()).length]).toEqual([COUNT, SELLERS.length]);
    const before = new Map((await everybody()).map(({ id, version }) => [id, version]));
    expect(await run()).toMatchObject({ outcome: 'nothing' });
    expect(new Map((await everybody()).map(({ id, version }) => [id, version]))).toEqual(before);
  });

  test('is one of two at once', async () => {
    const both = await Promise.all([run(), run()]);
    expect(both).toContainEqual({ kind: 'refused', why: 'under-way' });
    expect(both).toContainEqual(expect.objectContaining({ outcome: 'nothing' }));
  });

  test('fails, with the reason, by a wrong password of the service account and by a directory that is down', async () => {
    await changeConnector(host, { secret: 'wrong' });
    expect(await run()).toMatchObject({ outcome: 'failed', reason: expect.any(String) });
    await changeConnector(host, { secret: SERVICE.password });
    await slapd.kill();
    expect(await run()).toMatchObject({ outcome: 'failed', reason: expect.any(String) });
    await slapd.restart();
    expect([(await everybody()).length, (await blocked()).length]).toEqual([COUNT, 0]);
  });

  test('stops when 3 % of the people are hidden', async () => {
    const hidden = Array.from({ length: (COUNT * 3) / 100 }, (_, i) => `p${100 + i}`);
    const moved = (from: string, to: string) =>
      hidden
        .map(
          (uid) =>
            `dn: uid=${uid},${from}\nchangetype: modrdn\nnewrdn: uid=${uid}\ndeleteoldrdn: 0\nnewsuperior: ${to}\n`,
        )
        .join('\n');
    await slapd.modify(moved(PEOPLE, `ou=elsewhere,${SUFFIX}`));
    const stops = expect.arrayContaining([
      expect.objectContaining({ kind: 'losses', count: 'gone', lost: 12, of: COUNT }),
    ]);
    expect(await run()).toMatchObject({ outcome: 'stopped', stops });
    expect(await blocked()).toEqual([]);
    await slapd.modify(moved(`ou=elsewhere,${SUFFIX}`, PEOPLE));
    expect(await run()).toMatchObject({ outcome: 'nothing' });
  });

  test('stops when a group is emptied', async () => {
    await slapd.modify(`dn: cn=sales,${GROUPS}\nchangetype: delete\n`);
    expect(await run()).toMatchObject({
      ...{ outcome: 'stopped', stops: expect.arrayContaining([expect.objectContaining({ kind: 'emptied' })]) },
    });
    expect(await sellers()).toHaveLength(SELLERS.length);
    await slapd.modify(salesOf(SELLERS));
    expect(await run()).toMatchObject({ outcome: 'nothing' });
  });

  test('stops by a narrowed filter, and an approval lets exactly that happen, within 24 hours', async () => {
    const before = await host.parts.connectors.get('corp');
    await changeConnector(host, { subject: { ...before?.subject, filter: '(!(uid=p3*))' } });
    const stopped = await run({ preview: true });
    expect(stopped).toMatchObject({ outcome: 'stopped', stops: expect.arrayContaining([{ kind: 'other-scope' }]) });
    expect(await blocked()).toEqual([]);
    const { hash = '' } = stopped as { readonly hash?: string };
    const late = await atTime(Date.now() + hours(24), () => run({ approve: hash }));
    expect(late).toEqual({ kind: 'refused', why: 'not-approvable' });
    expect(await run({ approve: hash })).toMatchObject({ outcome: 'done', counts: { gone: 111 } });
    expect(await blocked()).toHaveLength(111);
    await changeConnector(host, { subject: before?.subject ?? {} });
    expect(await approve()).toMatchObject({ outcome: 'done', counts: { returned: 111 } });
    expect(await blocked()).toEqual([]);
    expect(await everybody()).toHaveLength(COUNT);
  });

  test('stops by another id, and an approval gives it to everybody, who stays who they are', async () => {
    const before = await host.parts.connectors.get('corp');
    const ids = async () => (await everybody()).map(({ id, assignments }) => [id, assignments.length]).sort();
    const known = await ids();
    const subjectOf = async () => {
      const [user] = (await everybody()).filter(({ username }) => username === 'p7');
      return (await host.parts.links.of(user?.id ?? '')).map(({ subject }) => subject);
    };
    await changeConnector(host, { subject: { ...before?.subject, id: 'uid' } });
    expect(await run()).toMatchObject({ outcome: 'stopped', stops: [{ kind: 'other-scope' }], counts: { gone: 0 } });
    expect(await subjectOf()).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    expect(await approve()).toMatchObject({ outcome: 'done', counts: { changed: COUNT, gone: 0, new: 0 } });
    expect([await subjectOf(), await ids()]).toEqual([['p7'], known]);
    await changeConnector(host, { subject: before?.subject ?? {} });
    expect(await approve()).toMatchObject({ outcome: 'done', counts: { changed: COUNT, gone: 0 } });
    expect([await ids(), await run()]).toEqual([known, expect.objectContaining({ outcome: 'nothing' })]);
  });

  describe('with a rule of access of the directory', () => {
    const ELSEWHERE = `ou=elsewhere,${SUFFIX}`;
    const hiding = (what: string): Promise<void> => slapd.restart(`access to ${what} by * none`);
    const hidden = (most: number): string => `dn.regex="^uid=p(10[0-9]|11[0-${most}]),${PEOPLE}$"`;
    const gone = (lost: number) => expect.objectContaining({ kind: 'losses', count: 'gone', lost, of: COUNT });
    const stopped = (...stops: readonly unknown[]) => ({
      outcome: 'stopped',
      stops: expect.arrayContaining([...stops]),
    });

    test('that hides 3 % of the people stops, and an approval lets exactly them go, and nobody more', async () => {
      await hiding(hidden(1));
      expect(await run()).toMatchObject(stopped(gone(12)));
      const { hash = '' } = (await run({ preview: true })) as { readonly hash?: string };
      await hiding(hidden(2));
      expect(await run({ approve: hash })).toMatchObject(stopped({ kind: 'other-hash' }, gone(13)));
      expect(await blocked()).toEqual([]);
      await hiding(hidden(1));
      expect(await run({ approve: hash })).toMatchObject({ outcome: 'done', counts: { gone: 12 } });
      const names = (await blocked()).map(({ username }) => username).sort();
      expect(names).toEqual(Array.from({ length: 12 }, (_, i) => `p${100 + i}`));
      await slapd.restart('');
      expect(await run()).toMatchObject({ outcome: 'done', counts: { returned: 12 } });
      expect([(await everybody()).length, (await blocked()).length]).toEqual([COUNT, 0]);
    });

    test('that empties a base stops, however few were there, and one that hides the base itself is partial', async () => {
      const before = await host.parts.connectors.get('corp');
      await slapd.modify(['x1', 'x2'].map((uid) => adding(person(uid).replace(PEOPLE, ELSEWHERE))).join('\n'));
      await changeConnector(host, { subject: { ...before?.subject, moreBases: [ELSEWHERE] } });
      expect(await approve()).toMatchObject({ outcome: 'done', counts: { new: 2 } });
      await hiding(`dn.children="${ELSEWHERE}"`);
      const emptied = { kind: 'emptied', scope: { kind: 'base', base: ELSEWHERE } };
      expect(await run()).toMatchObject({ outcome: 'stopped', stops: [emptied], counts: { gone: 2 } });
      expect(await run({ full: false })).toMatchObject({ mode: 'incremental', outcome: 'stopped', stops: [emptied] });
      await hiding(`dn.subtree="${ELSEWHERE}"`);
      expect(await run()).toMatchObject({ outcome: 'partial', reason: 'no-base' });
      expect([(await everybody()).length, (await blocked()).length]).toEqual([COUNT + 2, 0]);
      await slapd.restart('');
      expect(await run()).toMatchObject({ outcome: 'nothing' });
    });
  });
});
