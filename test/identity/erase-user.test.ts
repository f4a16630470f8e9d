import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { removalJob } from '../../src/access/jobs/removal-job.js';
import { assign } from '../../src/access/model/assign.js';
import { ADMINISTRATOR } from '../../src/access/model/administrator.js';
import { auditRecords } from '../../src/audit/audit-record.js';
import { chainJob } from '../../src/audit/chain/chain-job.js';
import { auditTerms } from '../../src/audit/search/audit-terms.js';
import { signInEntry } from '../../src/audit/sign-in-entry.js';
import { openParts, type Parts } from '../../src/app/parts.js';
import { SPECS } from '../../src/app/modules.js';
import { openEngine } from '../../src/app/open-engine.js';
import { minutes, now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { newId } from '../../src/base/crypto/ids.js';
import { rows } from '../../src/base/paging.js';
import { history } from '../../src/changes/history.js';
import { personKeys } from '../../src/changes/personal/person-key.js';
import { removalNotes } from '../../src/changes/removal/remove-recorded.js';
import { secondFactors } from '../../src/identity/second-factor/second-factor.js';
import type { Saved } from '../../src/changes/change-result.js';
import { consents } from '../../src/sessions/consents/consent.js';
import { grants } from '../../src/sessions/grants/grant.js';
import { logouts } from '../../src/sessions/logout/logout.js';
import { sessions } from '../../src/sessions/session.js';
import { background } from '../../src/jobs/background.js';
import type { Store } from '../../src/storage/store.js';
import { by, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';
import { atTime } from '../support/at-time.js';

function done<T>(saved: Saved<T>): T {
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  return saved.value;
}

const WRITES = ['insert', 'put', 'replace', 'change', 'increment', 'take', 'remove', 'removeWhere', 'commit'];

/** A process that is killed at its next write after so many, counted from `arm`. */
function mortal() {
  let left = Infinity;
  const dying = <T extends object>(inner: T): T =>
    new Proxy(inner, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        const method = value as (...args: unknown[]) => unknown;
        if (name === 'of' || name === 'in') return (...args: unknown[]) => dying(method.apply(target, args) as object);
        if (!WRITES.includes(String(name))) return method.bind(target);
        return async (...args: unknown[]): Promise<unknown> => {
          if (left-- <= 0) throw new Error('killed');
          return method.apply(target, args);
        };
      },
    });
  return {
    arm: (writes: number) => (left = writes),
    watch: (store: Store): Store => ({ ...store, in: (realm) => dying(store.in(realm)) }),
  };
}

/** They may name somebody who was erased, by the id alone. */
const NAMING = ['auditRecords', 'changeMarkers', 'history', 'logouts', 'personKeys', 'removalNotes', 'usedUserIds'];

describe.each(['sqlite', 'mongodb'] as const)('on %s, erasing a person', (kind) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(kind);
    const root = done(await realm.parts.users.create(by, { username: 'root' }));
    const role = await realm.parts.roles.findByName(ADMINISTRATOR);
    const snapshot = await realm.parts.snapshots.read();
    done(await assign(by, realm.parts.users, root, [{ role: role?.id ?? '' }], snapshot));
  });
  afterAll(() => realm.close());

  /** Somebody of whom every kind of document has something. */
  async function person(): Promise<string> {
    const { users, realm: stored, behaviours, audit, throttle } = realm.parts;
    const username = `u${newId().toLowerCase()}`.replace(/[^a-z0-9]/g, 'x');
    const email = `${username}@people.test`;
    const { id } = done(await users.create(by, { username, email, emailVerified: true }));
    done(await users.update(by, id, { profile: { name: 'Somebody' } }));
    await behaviours.count(id, [{ event: 'bought', count: 1, at: now() }]);
    await stored.of(secondFactors).insert({ id, seed: 'SEED', recoveryCodes: [], recoveryCodesMadeAt: 1, others: [] });
    const own = { userId: id, startedAt: now() - 1, signOutEpoch: 0, expiresAt: now() + minutes(60), payload: '{}' };
    const client = { clientId: 'shop', sid: `sid-${id}`, offline: false };
    const cookie = hashOf(newId());
    await stored.of(sessions).insert({ ...own, id: newId(), cookie, agent: 'Browser', proofs: [], clients: [client] });
    await stored.of(grants).insert({ ...own, id: newId(), clientId: 'shop' });
    const given = { scopes: [], claims: [], resourceScopes: [], givenAt: 1, givenBy: { kind: 'user', id } } as const;
    await stored.of(consents).insert({
      ...{ id: `${id}:shop`, userId: id, clientId: 'shop', lastUsedAt: 1 },
      ...given,
      ...{ scopes: [], claims: [], resourceScopes: [] },
    });
    // By a release that did not seal it.
    const open = { kind: 'user', subject: id, subjectVersion: 1, from: 1, until: 2, access: { email } };
    await stored.of(history).insert({ id: newId(), ...open });
    const user = { id, username };
    await audit.record(signInEntry(by, { outcome: 'success', user, methods: ['pwd'], clientId: 'shop' }));
    const terms = { record: newId(), at: 1, kind: 'sign-in', terms: ['hash'], person: id };
    await stored.of(auditTerms).insert({ id: `${terms.record}.subject`, ...terms });
    for (let guess = 0; guess < 6; guess++) await throttle.attempt(email, '198.51.100.9');
    return id;
  }

  /** The documents that still say something of this person; empty once they are erased. */
  async function traces(id: string): Promise<string[]> {
    const engine = await openEngine(realm.config.store);
    const found: string[] = [];
    for (const spec of SPECS) {
      for await (const { document } of rows((page) => engine.walk(spec, page))) {
        const isOpen = spec === history && document['access'] !== undefined;
        if ((isOpen || !NAMING.includes(spec.name)) && JSON.stringify(document).includes(id)) found.push(spec.name);
      }
    }
    await engine.close();
    return found;
  }
  const erased = async (id: string): Promise<boolean> =>
    (await realm.parts.realm.of(personKeys).get(`user:${id}`))?.erasedAt !== undefined;
  const erasures = async (id: string): Promise<number> => {
    const subject = { subjectKind: 'user', subjectId: id };
    const found = await realm.parts.realm.of(auditRecords).find('bySubject', subject, { limit: 100 });
    return found.rows.filter((record) => record.kind === 'user.erased').length;
  };
  const notified = async (id: string): Promise<string[]> => {
    const found = await realm.parts.realm.of(logouts).find('all', {}, { limit: 1000 });
    return found.rows
      .flatMap((each) => (each.kind === 'session' && each.userId === id ? each.clients : []))
      .map(({ sid }) => sid);
  };

  test('leaves nothing that says anything of them', async () => {
    const id = await person();
    expect(await traces(id)).toEqual(
      expect.arrayContaining([
        'auditTerms',
        'behaviours',
        'consents',
        'grants',
        'history',
        'identifiers',
        'secondFactors',
        'sessions',
        'users',
      ]),
    );
    expect(await realm.parts.unlocking.delaysOf({ id })).not.toEqual([]);
    expect(done(await realm.parts.erasure.erase(by, id))).toEqual({ kind: 'user' });
    expect(await traces(id)).toEqual([]);
    expect(await notified(id)).toEqual([`sid-${id}`]);
    expect(await realm.parts.throttle.delaysAt('198.51.100.9')).toEqual([]);
  });

  describe('that is killed at any of its writes', () => {
    /** Kills it at each write in turn, until it survives; `complete` does the rest. */
    async function killedAtEach(complete: (id: string, at: number) => Promise<void>): Promise<number> {
      const process = mortal();
      const parts: Parts = await openParts(realm.config, { passwordCost: 4, watch: process.watch });
      try {
        for (let writes = 0; ; writes++) {
          const id = await person();
          process.arm(writes);
          const outcome = await parts.erasure.erase(by, id).then(done, () => undefined);
          process.arm(Infinity);
          // All or nothing, by the first commit.
          expect((await realm.parts.users.get(id)) === undefined).toBe(await erased(id));
          expect(await erasures(id)).toBe((await erased(id)) ? 1 : 0);
          if (outcome) return writes;
          await complete(id, writes);
          expect([writes, await traces(id), await erasures(id), await notified(id)]).toEqual([
            writes,
            [],
            1,
            [`sid-${id}`],
          ]);
        }
      } finally {
        await parts.close();
      }
    }

    test('is completed by running it again', async () => {
      const writes = await killedAtEach(async (id) => void done(await realm.parts.erasure.erase(by, id)));
      expect(writes).toBeGreaterThan(8);
    });

    test('is completed by a server, once it has begun', async () => {
      await killedAtEach(async (id, at) => {
        if (!(await erased(id))) done(await realm.parts.erasure.erase(by, id));
        // The removal is finished once the last records of the person are in the chain.
        const job = background(realm.parts.store.installation, [chainJob(realm.parts), removalJob(realm.parts)]);
        // Each time later: it runs once a minute.
        const ran = await atTime(Date.now() + minutes(3 + 2 * at), () => job.runDue(() => undefined));
        expect(ran).toEqual(['audit-chain', 'removals']);
        expect(await realm.parts.realm.of(removalNotes).get(`user:${id}`)).toBeUndefined();
      });
    });
  });

  test('whose account was removed before closes what records say of them', async () => {
    const id = await person();
    done(await realm.parts.users.remove(by, id));
    expect(await realm.parts.erasure.stateOf(id)).toEqual({ kind: 'removed' });
    const opened = async () => {
      const subject = { subjectKind: 'user', subjectId: id };
      const found = await realm.parts.realm.of(auditRecords).find('bySubject', subject, { limit: 100 });
      return (await realm.parts.audit.open(found.rows)).flatMap(({ subject: part }) => part ?? []);
    };
    expect(await opened()).toContainEqual(expect.objectContaining({ before: expect.anything() }));
    const note = `user:${id}`;
    // The removal was completed long ago.
    await realm.parts.realm.of(removalNotes).remove(note);
    expect(done(await realm.parts.erasure.erase({ ...by, reason: 'asked for it' }, id))).toEqual({ kind: 'removed' });
    expect(await realm.parts.realm.of(removalNotes).get(note)).toBeDefined();
    expect(new Set(await opened())).toEqual(new Set(['erased']));
    expect([await traces(id), await erasures(id)]).toEqual([[], 1]);
  });

  test('at the same time as somebody else does succeeds for both', async () => {
    const id = await person();
    const both = await Promise.all([realm.parts.erasure.erase(by, id), realm.parts.erasure.erase(by, id)]);
    expect(both.map(({ ok }) => ok)).toEqual([true, true]);
    expect([await traces(id), await erasures(id)]).toEqual([[], 1]);
  });

  test('gives a late record of them a seal that nobody opens', async () => {
    const id = await person();
    done(await realm.parts.erasure.erase(by, id));
    const user = { id, username: 'late' };
    await realm.parts.audit.record(signInEntry(by, { outcome: 'success', user, methods: ['pwd'], clientId: 'shop' }));
    const { rows: found } = await realm.parts.realm.of(auditRecords).find('byTime', {}, { limit: 1 });
    expect(await realm.parts.audit.open(found)).toMatchObject([{ subjectId: id, subject: 'erased' }]);
    expect(await erased(id)).toBe(true);
  });

  test('of whom nobody has heard is refused', async () => {
    expect(await realm.parts.erasure.erase(by, 'nobody')).toMatchObject({ refusal: { code: 'missing' } });
    expect(await realm.parts.realm.of(personKeys).get('user:nobody')).toBeUndefined();
  });

  test('who is the last administrator is refused, and changes nothing', async () => {
    const root = await realm.parts.identifiers.findUser('root');
    const outcome = await realm.parts.erasure.erase(by, root?.id ?? '');
    expect(outcome).toMatchObject({ refusal: { problems: [{ code: 'last-administrator' }] } });
    expect([await realm.parts.identifiers.findUser('root'), await erased(root?.id ?? '')]).toEqual([root, false]);
  });
});
