/** A directory of 400 people is brought here, and neither outages nor mistakes take anybody away. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { blocksAt } from '../../src/base/block.js';
import { hours } from '../../src/base/clock.js';
import type { RunWishes } from '../../src/federation/sync/runs/synchronize.js';
import { atTime } from '../support/at-time.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { GROUPS, PEOPLE, SERVICE, type Slapd, startSlapd, SUFFIX } from '../support/slapd.js';
import { by, changeConnector, corpInput, ldapRealm, salesOf } from './ldap-realm.js';

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

  async function run(wishes: Partial<RunWishes> = {}) {
    const { connectors, synchronization } = host.parts;
    const corp = await connectors.get('corp');
    if (!corp) throw new Error('There is a connector.');
    const signal = new AbortController().signal;
    const result = await synchronization.run(by, corp, { full: true, isShown: true, signal, ...wishes });
    return result.kind === 'ended' ? { ...result.report } : result;
  }
  const everybody = async () => (await host.parts.users.listByUserstore('corp', { limit: 1000 })).rows;
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
});
