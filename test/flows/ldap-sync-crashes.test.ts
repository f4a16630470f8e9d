/** What a run of a synchronization writes, and what is left of a run whose process dies or loses the lease between two writes. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { minutes } from '../../src/base/clock.js';
import type { RunWishes } from '../../src/federation/sync/runs/synchronize.js';
import { leases } from '../../src/storage/leases/lease.js';
import { atTime } from '../support/at-time.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { entry, GROUPS, person, PEOPLE, SERVICE, type Slapd, startSlapd, SUFFIX } from '../support/slapd.js';
import { by, corpInput, groupOf, ldapRealm, moving, peopleOf, replacing, salesOf, synchronize } from './ldap-realm.js';
import { watchedStore, type WriteFate } from './watched-store.js';

const COUNT = 12;
const UIDS = Array.from({ length: COUNT }, (_, i) => `p${i}`);
/** Two people have one name. */
const BELOW = entry(`dn: ou=more,${PEOPLE}`, 'objectClass: organizationalUnit', 'ou: more');
const NAMESAKE = entry(
  `dn: uid=p0,ou=more,${PEOPLE}`,
  ...['objectClass: inetOrgPerson', 'uid: p0', 'cn: p0', 'sn: Namesake'],
);
const ELSEWHERE = `ou=elsewhere,${SUFFIX}`;

/** An audit record and the mark beside it. */
const RECORD = 'auditRecords auditRecords';
const REPORT = `syncRuns lastSyncRuns ${RECORD}`;
/** The lease, that everybody was seen and where the next run begins, the report, and the end of the lease. */
const NOTHING_NEW = ['leases', `connectors syncStates ${RECORD} changeMarkers`, REPORT, 'leases'];

describe.each(['sqlite', 'mongodb'] as const)('a run over slapd on %s', (store) => {
  let slapd: Slapd;
  /** How far the clock is ahead: the lease of a process that died ends by time. */
  let ahead = 0;
  let isChanged = false;
  /** Every write of it on one store, and some on the other: the same code decides. */
  const STEP = store === 'sqlite' ? 1 : 3;
  const watched = watchedStore();
  const realm = ldapRealm(store);
  const host = useInProcessHost({ ...realm, installation: { watch: watched.watch } });
  beforeAll(async () => {
    slapd = await startSlapd({
      entries: [...UIDS.map((uid) => person(uid, `mail: ${uid}@corp.test`)), BELOW, NAMESAKE].join(''),
      added: [salesOf(['p1', 'p5', 'p9']), groupOf('team', ['p0', 'p7'])].join('\n'),
      largestPage: 8,
    });
    const mirrored = ['team', 'crew'].map((exact) => ({ exact, to: { mirror: true } }));
    const { mapping } = corpInput(slapd);
    const profile = [...mapping.profile, { field: 'phoneNumber', from: 'telephoneNumber' }];
    const connection = { servers: [slapd.url], bindDn: SERVICE.dn };
    const input = corpInput(slapd, {
      connection,
      mapping: { ...mapping, profile, groups: [...mapping.groups, ...mirrored] },
    });
    expect(await host.parts.connectors.create(by, input)).toMatchObject({ ok: true });
    expect(await run()).toMatchObject({ outcome: 'done', counts: { new: COUNT, collided: 1 } });
  });
  afterAll(() => slapd.stop());

  const run = (wishes: Partial<RunWishes> = {}) => atTime(Date.now() + ahead, () => synchronize(host, wishes));
  /** As they are by now, without times and versions. */
  async function people() {
    const { groups, roles } = await host.parts.snapshots.read();
    const users = await Promise.all(
      (await peopleOf(host)).map(async ({ id, username, email, emailVerified, profile, assignments, blocks }) => ({
        ...{ id, username, email, emailVerified, profile, blocks: blocks.map((block) => block.by) },
        access: assignments.map(({ target }) => (groups.get(target) ?? roles.get(target))?.name).sort(),
        links: (await host.parts.links.of(id)).map(({ subject, base, suspendedAs }) => ({
          subject,
          base,
          suspendedAs,
        })),
      })),
    );
    const names = [...groups.values()].map(({ name }) => name).sort();
    return { users: users.sort((one, other) => (one.username < other.username ? -1 : 1)), names };
  }
  const swapped = (one: string, other: string): readonly string[] => [
    moving(one, 'between'),
    moving(other, one),
    moving('between', other),
  ];
  const members = (cn: string, ...uids: readonly string[]): string =>
    [
      `dn: cn=${cn},${GROUPS}\nchangetype: modify\nreplace: member`,
      ...uids.map((uid) => `member: uid=${uid},${PEOPLE}`),
      '',
    ].join('\n');
  const renamed = (from: string, to: string): string =>
    `dn: cn=${from},${GROUPS}\nchangetype: modrdn\nnewrdn: cn=${to}\ndeleteoldrdn: 1\n`;

  /** The directory becomes another one, or what it was before. */
  async function turn(): Promise<void> {
    isChanged = !isChanged;
    const [name, title] = isChanged ? ['Married', 'after'] : ['p2', 'before'];
    await slapd.modify(
      [
        replacing('p2', { cn: name, title }),
        replacing('p3', { mail: `${title}@corp.test` }),
        `dn: uid=p8,${PEOPLE}\nchangetype: modify\nreplace: telephoneNumber\n${isChanged ? '' : 'telephoneNumber: +39 06 1\n'}`,
        ...swapped('p10', 'p11'),
        isChanged ? moving('p4', 'p4', PEOPLE, ELSEWHERE) : moving('p4', 'p4', ELSEWHERE, PEOPLE),
        isChanged ? members('sales', 'p1', 'p6', 'p9') : members('sales', 'p1', 'p5', 'p9'),
        isChanged ? renamed('team', 'crew') : renamed('crew', 'team'),
      ].join('\n'),
    );
  }
  const written = async (wishes: Partial<RunWishes> = {}) => {
    const writes: string[] = [];
    const note = (collections: readonly string[]): WriteFate => {
      writes.push(collections.join(' '));
      return 'made';
    };
    return { report: await watched.during(note, () => run(wishes)), writes };
  };

  test('that finds nothing new writes its lease, the mark of its connector, and its report, and nothing of a person', async () => {
    expect((await written()).writes).toEqual(NOTHING_NEW);
    expect((await written({ full: false })).writes).toEqual(['leases', 'syncStates', REPORT, 'leases']);
  });

  /** The process dies at its write of this number: it may have reached the store. Undefined if there are not so many. */
  async function killed(at: number, fate: WriteFate): Promise<unknown> {
    let count = 0;
    const dying = (): WriteFate => (count === at ? (count++, fate) : count++ < at ? 'made' : 'refused');
    const died: unknown = await watched
      .during(dying, () => run())
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    // Its lease ends by time.
    ahead += minutes(2);
    return died;
  }

  describe('that', () => {
    let ends: readonly Awaited<ReturnType<typeof people>>[] = [];
    beforeAll(async () => {
      await turn();
      expect(await run()).toMatchObject({ outcome: 'done', counts: { changed: 6, gone: 1, left: 0 } });
      const changed = await people();
      expect(changed.names).toContain('crew');
      await turn();
      expect(await run()).toMatchObject({ outcome: 'done', counts: { changed: 8, returned: 1, left: 0 } });
      ends = [await people(), changed];
    });
    const expectEnd = async () => {
      expect(await run()).toMatchObject({ mode: 'full', outcome: 'done', counts: { left: 0 } });
      expect(await people()).toEqual(ends[Number(isChanged)]);
    };

    test('is killed at any of its writes is taken up from the first page, and ends as if nothing had happened', async () => {
      let times = 0;
      for (let at = 0; ; at += STEP) {
        await turn();
        const fate = times % 4 < 2 ? 'refused' : 'unanswered';
        if (!(await killed(at, fate))) break;
        await expectEnd();
        times++;
      }
      expect(times * STEP).toBeGreaterThan(10);
      expect((await written()).writes).toEqual(NOTHING_NEW);
    });

    test('loses its lease at any of its writes writes nothing more, and the next one ends the work', async () => {
      const name = 'synchronization of corp in default';
      let times = 0;
      for (let at = 1; ; at += 4) {
        await turn();
        let count = 0;
        let before: unknown;
        const steal = async (): Promise<WriteFate> => {
          if (count++ !== at) return 'made';
          const stolen = await host.parts.store.installation
            .of(leases)
            .change(name, (lease) => ({ ...lease, fence: lease.fence + 1 }));
          expect(stolen).toMatchObject({ ok: true });
          before = await people();
          return 'made';
        };
        const lost: unknown = await watched.during(steal, () => run()).catch((error: unknown) => error);
        ahead += minutes(2);
        if (!(lost instanceof Error)) break;
        expect(lost).toMatchObject({ code: 'lease-lost' });
        expect(await people()).toEqual(before);
        await expectEnd();
        times++;
      }
      expect(times).toBeGreaterThan(2);
    });
  });
});
