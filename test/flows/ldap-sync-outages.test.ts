/** Whole runs over a directory in pages, each interrupted at one moment. Nobody loses anything, and the next run is whole. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { blocksAt } from '../../src/base/block.js';
import { syncStates } from '../../src/federation/sync/sync-state.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { PEOPLE, person, type Slapd, startSlapd } from '../support/slapd.js';
import { watchedLdap, type PageMoment } from './interrupted-sync.js';
import { by, corpInput, ldapRealm, peopleOf, replacing, salesOf, synchronize } from './ldap-realm.js';

const PAGE = 16;
const PAGES = 3;
const STAYING = Array.from({ length: 33 }, (_, i) => `p${i}`);
const LEAVERS = Array.from({ length: 15 }, (_, i) => `leaver${i}`);
const SELLERS = STAYING.filter((_, i) => i % 3 === 0);
/** One of each page. */
const CHANGING = ['p1', 'p17', 'p32'];

describe.each(['sqlite', 'mongodb'] as const)('a run over slapd on %s', (store) => {
  let slapd: Slapd;
  const ldap = watchedLdap();
  const realm = ldapRealm(store);
  const host = useInProcessHost({ ...realm, installation: { connectorKinds: [ldap.kind] } });
  beforeAll(async () => {
    const entries = [...STAYING, ...LEAVERS].map((uid) => person(uid, `mail: ${uid}@corp.test`)).join('');
    slapd = await startSlapd({ entries, added: salesOf(SELLERS), largestPage: PAGE });
    const { connection } = corpInput(slapd);
    const short = corpInput(slapd, { connection: { ...connection, timeout: 100, connectTimeout: 500 } });
    expect(await host.parts.connectors.create(by, short)).toMatchObject({ ok: true });
    expect(await run()).toMatchObject({ outcome: 'done', counts: { new: STAYING.length + LEAVERS.length } });
  });
  afterAll(() => slapd.stop());

  const run = (full = true) => synchronize(host, { full });
  const everybody = () => peopleOf(host);
  /** Who is blocked, and who has a role. */
  async function losses() {
    const users = await everybody();
    return {
      blocked: users
        .filter((user) => blocksAt(user, Date.now()).length > 0)
        .map(({ username }) => username)
        .sort(),
      sellers: users
        .filter(({ assignments }) => assignments.length > 0)
        .map(({ username }) => username)
        .sort(),
    };
  }
  const namesOf = async (uids: readonly string[]) =>
    (await everybody()).filter(({ username }) => uids.includes(username)).map(({ profile }) => profile.name);
  const state = () => host.parts.realm.of(syncStates).get('corp');

  /** Somebody of each page gets another name, and these are gone. */
  const change = (name: string, leavers: readonly string[]): Promise<void> =>
    slapd.modify(
      [
        ...CHANGING.map((uid) => replacing(uid, { cn: name })),
        ...leavers.map((uid) => `dn: uid=${uid},${PEOPLE}\nchangetype: delete\n`),
      ].join('\n'),
    );

  const moments = [1, 2].flatMap((reading) => Array.from({ length: PAGES }, (_, i) => ({ reading, page: i + 1 })));
  const ofStore = ({ reading }: { readonly reading: number }): boolean =>
    // Where nothing is written yet, the store makes no difference to a directory that hangs or to one more kind of reading.
    reading === 2 || store === 'sqlite';
  const outages: readonly (PageMoment & { readonly what: string })[] = [
    ...moments.map((moment) => ({ ...moment, of: 'people', what: 'is killed when it', at: 'taken' }) as const),
    ...moments
      .filter(ofStore)
      .map((moment) => ({ ...moment, of: 'people', what: 'hangs while it', at: 'read' }) as const),
    ...moments
      .filter(ofStore)
      .map((moment) => ({ ...moment, of: 'ids', what: 'is killed when it', at: 'taken' }) as const),
  ];
  const [...leavers] = LEAVERS;

  test.each(
    outages.map((outage, i) => [outage.what, outage.page, outage.of, outage.reading, { ...outage, round: i }] as const),
  )(
    'takes nothing from anybody if the directory %s takes page %i of the %s in reading %i, and the next run is whole',
    async (_what, _page, _of, _reading, { round, of, reading, page, at, what }) => {
      // Too few are there for one more in each round.
      const gone = of === 'ids' && reading === 1 ? [] : leavers.splice(0, 1);
      const name = `Name ${round}`;
      const [before, stateBefore] = [await losses(), await state()];
      await change(name, gone);
      const isLost = what.startsWith('is killed');
      const report = await ldap.during(
        async (now) => {
          if (now.of !== of || now.reading !== reading || now.page !== page || now.at !== at) return;
          if (isLost) await slapd.kill();
          else slapd.pause();
        },
        () => run(of === 'people'),
      );
      if (isLost) await slapd.restart();
      else slapd.resume();
      // Everybody was read, and nobody is missing any more.
      const isOver = reading === 2 && page === PAGES;
      const outcome = isOver ? 'done' : page === PAGES ? 'failed' : 'partial';
      expect(report).toMatchObject({ mode: of === 'people' ? 'full' : 'incremental' });
      expect(report).toMatchObject({ outcome, ...(!isOver && { reason: expect.any(String), counts: { gone: 0 } }) });
      if (!isOver) {
        expect(await losses()).toEqual(before);
        expect(await state()).toEqual(stateBefore);
        expect(await run()).toMatchObject({ outcome: 'done', counts: { gone: gone.length } });
      }
      expect(await losses()).toEqual({ ...before, blocked: [...before.blocked, ...gone].sort() });
      expect(await namesOf(CHANGING)).toEqual(CHANGING.map(() => name));
    },
  );
});
