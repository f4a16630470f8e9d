/** What a run notes at the links of those it has read: beside what the run itself changed of them, and never over what others change. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type LinkToNote, writeNotes } from '../../../../src/federation/sync/apply/write-notes.js';
import { identityLinks } from '../../../../src/identity/links/identity-link.js';
import { leases, underLease } from '../../../../src/storage/leases/lease.js';
import { remove } from '../../../../src/storage/write.js';
import { by, emptyRealm, type EmptyRealm } from '../../../realm-file/realm.js';

const NOTE = { base: 'ou=rome', changeMark: '2' };

describe.each(['sqlite', 'mongodb'] as const)('on %s,', (store) => {
  let home: EmptyRealm;
  let people = 0;
  /** Of its own for each test, since a stolen one stays away. */
  let lease: string;
  beforeAll(async () => {
    home = await emptyRealm(store);
  });
  beforeEach(() => {
    lease = `sync-${people}`;
  });
  afterAll(() => home.close());

  async function linked(base?: string) {
    const { users, links } = home.parts;
    const subject = `person-${++people}`;
    const upstream = { connector: 'corp', issuer: '', subject };
    const user = await users.create(by, {
      username: subject,
      link: { ...upstream, ...(base !== undefined && { base }) },
    });
    const link = await links.find(upstream);
    if (!user.ok || !link) throw new Error('There is no link.');
    return link;
  }
  const stored = (id: string) => home.parts.realm.of(identityLinks).get(id);

  /** Notes these as the holder of a lease, which the test may take away first. */
  async function note(notes: readonly LinkToNote[], before?: () => Promise<unknown>): Promise<void> {
    const leased = await underLease(home.parts.store.installation, lease, 10_000, async (held) => {
      await before?.();
      await writeNotes(home.parts.realm, held, notes);
    });
    expect(leased.ok).toBe(true);
  }

  /** Runs this once, when a link was read by its id. */
  function afterReading(work: () => Promise<unknown>): () => void {
    const { realm } = home.parts;
    const of = realm.of.bind(realm);
    const end = (): void => {
      Object.assign(realm, { of });
    };
    const collection = of(identityLinks);
    const get = async (id: string) => {
      end();
      const found = await collection.get(id);
      await work();
      return found;
    };
    const hooked = Object.assign(Object.create(collection) as typeof collection, { get });
    Object.assign(realm, { of: () => hooked });
    return end;
  }
  const steal = async () =>
    home.parts.store.installation.of(leases).change(lease, (held) => ({ ...held, fence: held.fence + 1 }));

  test('each link has its note, and keeps the rest', async () => {
    const [one, other] = [await linked('ou=people'), await linked()];
    let reads = 0;
    const end = afterReading(async () => (reads += 1));
    await note([
      { link: one, note: NOTE },
      { link: other, note: { base: 'ou=oslo' } },
    ]);
    end();
    // As they were read with their people: a run notes thousands.
    expect(reads).toBe(0);
    expect(await stored(one.id)).toEqual({ ...one, ...NOTE, version: 2 });
    expect(await stored(other.id)).toEqual({ ...other, base: 'ou=oslo', version: 2 });
  });

  test('a link that the run suspended has it too, and stays suspended', async () => {
    const link = await linked('ou=people');
    await home.parts.links.suspend(by, link, 'disabled');
    await note([{ link, note: NOTE }]);
    expect(await stored(link.id)).toMatchObject({ ...NOTE, suspendedAs: 'disabled', version: 3 });
  });

  test('a link that was removed meanwhile is not there again', async () => {
    const [gone, link] = [await linked(), await linked()];
    await home.parts.realm.commit([remove(identityLinks, gone.id)]);
    await note([gone, link].map((one) => ({ link: one, note: NOTE })));
    expect([await stored(gone.id), await stored(link.id)]).toEqual([undefined, expect.objectContaining(NOTE)]);
  });

  test('what others change again just then is left alone', async () => {
    const link = await linked('ou=people');
    const { links } = home.parts;
    await links.suspend(by, link, 'gone');
    afterReading(() => links.resume(by, link));
    await note([{ link, note: NOTE }]);
    expect(await stored(link.id)).toEqual({ ...link, version: 3 });
  });

  test('whoever has lost the lease writes none', async () => {
    const link = await linked('ou=people');
    await expect(note([{ link, note: NOTE }], steal)).rejects.toMatchObject({ code: 'lease-lost' });
    expect(await stored(link.id)).toEqual(link);
  });

  test('whoever loses the lease before a link is tried again leaves it alone', async () => {
    const link = await linked('ou=people');
    await home.parts.links.suspend(by, link, 'gone');
    afterReading(steal);
    await expect(note([{ link, note: NOTE }])).rejects.toMatchObject({ code: 'lease-lost' });
    expect(await stored(link.id)).toMatchObject({ base: 'ou=people', version: 2 });
  });
});
