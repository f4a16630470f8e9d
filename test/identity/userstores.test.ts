import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { personalKeys } from '../../src/changes/personal/personal-keys.js';
import {
  passwordAuthentication,
  type PasswordAuthentication,
} from '../../src/identity/userstores/authenticate-password.js';
import type {
  AfterWrongPassword,
  ConnectorOutcome,
  PasswordConnector,
} from '../../src/identity/userstores/password-connector.js';
import { primaryConnector } from '../../src/identity/userstores/primary-connector.js';
import { newId } from '../../src/base/crypto/ids.js';
import { by, chainOf, type IdentityStore, identityStores, made, PASSWORD } from './identity-store.js';

const ADDRESS = '192.0.2.7';

/** A test userstore: names with their passwords, or one outcome for all of them. */
function tableConnector(id: string, table: Readonly<Record<string, string>>, more: Partial<PasswordConnector> = {}) {
  const received: string[] = [];
  const state: { always?: ConnectorOutcome; takes?: number } = {};
  const passesOn: { afterWrongPassword?: AfterWrongPassword } = {};
  const connector: PasswordConnector = {
    id,
    get afterWrongPassword() {
      return passesOn.afterWrongPassword ?? 'stop';
    },
    async authenticate({ name, password }) {
      received.push(name);
      if (state.takes !== undefined) await delay(state.takes);
      if (state.always) return state.always;
      const right = new Map(Object.entries(table)).get(name);
      if (right === undefined) return { kind: 'unknown' };
      return right === password
        ? { kind: 'ok', identity: { subject: `${id}:${name}`, claims: new Map() } }
        : { kind: 'wrong-credentials' };
    },
    ...more,
  };
  return { connector, asked: received, state, passesOn };
}

describe.each(identityStores)('the chain of userstores on %s', (_store, open) => {
  let home: IdentityStore;
  let corp: ReturnType<typeof tableConnector>;
  let partner: ReturnType<typeof tableConnector>;
  let authentication: PasswordAuthentication;
  let names: Readonly<Record<'ours' | 'both' | 'theirs', string>>;
  beforeAll(async () => {
    home = await open();
  });
  afterAll(() => home.close());
  beforeEach(async () => {
    const suffix = newId()
      .replace(/[^a-z0-9]/gi, '')
      .toLowerCase();
    names = { ours: `ours${suffix}`, both: `both${suffix}`, theirs: `theirs${suffix}` };
    corp = tableConnector('corp', { [names.both]: 'of corp', [names.theirs]: 'of corp' });
    partner = tableConnector('partner', { [`ann${suffix}@partner.test`]: 'of partner' }, { domains: ['partner.test'] });
    const { realm, countedHasher: hasher, throttle, browsers } = home;
    const primary = primaryConnector({ realm, hasher, onFailure: () => undefined });
    authentication = passwordAuthentication({
      ...{ realm, hasher, throttle, browsers, personal: personalKeys(realm) },
      ...chainOf(primary, corp.connector, partner.connector),
    });
    const password = { clear: PASSWORD, generated: false };
    made(await home.users.create(by, { username: names.ours, password }));
    made(await home.users.create(by, { username: names.both, password }));
    made(await home.users.create(by, { username: names.theirs, userstore: 'corp' }));
  });

  const signIn = (identifier: string, password: string) =>
    authentication.authenticate({ identifier, password }, ADDRESS);

  test('asks the next userstore only for names that the one before does not know', async () => {
    expect(await signIn(names.theirs, 'of corp')).toMatchObject({
      kind: 'ok',
      user: { username: names.theirs, userstore: 'corp' },
    });
    expect(await signIn(names.ours, PASSWORD)).toMatchObject({ kind: 'ok', user: { userstore: 'primary' } });
    expect(corp.asked).toEqual([names.theirs]);
  });

  test('never tries a password at a second userstore that the first one refused', async () => {
    expect(await signIn(names.both, 'of corp')).toMatchObject({ kind: 'wrong-credentials' });
    expect(corp.asked).toEqual([]);
    expect(await signIn(names.theirs, 'wrong')).toMatchObject({ kind: 'wrong-credentials' });
    expect(partner.asked).toEqual([]);
  });

  test('goes to the userstore before the slash, in any case, and to no other', async () => {
    made(await home.users.create(by, { username: names.both, userstore: 'corp' }));
    const user = { username: names.both, userstore: 'corp' };
    expect(await signIn(` CORP/${names.both} `, 'of corp')).toMatchObject({ kind: 'ok', user });
    expect(await signIn(`corp/${names.ours}`, PASSWORD)).toEqual({ kind: 'wrong-credentials' });
    expect(await signIn(`primary/${names.ours}`, PASSWORD)).toMatchObject({ kind: 'ok' });
    expect(await signIn(`nowhere/${names.ours}`, PASSWORD)).toEqual({ kind: 'wrong-credentials' });
    expect(corp.asked).toEqual([names.both, names.ours, 'nobody']);
  });

  test('goes to the userstore that has the domain of an address, and to no other', async () => {
    const address = `someone@partner.test`;
    expect((await signIn(address, 'x')).kind).toBe('wrong-credentials');
    expect((await signIn('someone@elsewhere.test', 'x')).kind).toBe('wrong-credentials');
    expect(corp.asked).toEqual(['someone@elsewhere.test']);
    expect(partner.asked).toEqual([address, 'someone@elsewhere.test']);
  });

  test('asks only the userstores that the client offers', async () => {
    const offering = (identifier: string, password: string, ...offered: string[]) =>
      authentication.authenticate({ identifier, password, offered }, ADDRESS);
    // Two userstores know the name. The only one that is offered is asked, without a prefix.
    made(await home.users.create(by, { username: names.both, userstore: 'corp' }));
    expect(await offering(names.both, 'of corp', 'corp')).toMatchObject({ kind: 'ok', user: { userstore: 'corp' } });
    expect(await offering(names.ours, PASSWORD, 'corp', 'partner')).toEqual({ kind: 'wrong-credentials' });
    expect(await offering(`corp/${names.theirs}`, 'of corp', 'corp')).toMatchObject({ kind: 'ok' });
  });

  test('refuses names that ask for a userstore that is not offered, and asks nobody about them', async () => {
    for (const [identifier, offered] of [
      [`corp/${names.theirs}`, ['primary']],
      ['corp/nobody', ['primary']],
      [`primary/${names.ours}`, ['corp']],
      ['someone@partner.test', ['primary', 'corp']],
      [names.ours, ['removed']],
    ] as const) {
      const before = home.hashed.matches;
      const typed = { identifier, password: PASSWORD, offered };
      expect(await authentication.authenticate(typed, ADDRESS)).toEqual({ kind: 'not-offered' });
      expect(await authentication.leadsTo(identifier, offered)).toEqual({ kind: 'not-offered' });
      expect(await authentication.leadsTo(identifier)).toEqual({ kind: 'userstores' });
      expect([corp.asked, partner.asked, home.hashed.matches - before]).toEqual([[], [], 0]);
    }
  });

  test('asks for the name first where several userstores are offered and one has e-mail domains', async () => {
    expect(await authentication.form()).toMatchObject({ nameFirst: true });
    expect(await authentication.form(['primary', 'partner'])).toMatchObject({ nameFirst: true });
    expect(await authentication.form(['primary', 'corp'])).toMatchObject({ nameFirst: false });
    expect(await authentication.form(['partner'])).toMatchObject({ nameFirst: false });
    expect(await authentication.form(['removed'])).toMatchObject({ nameFirst: false });
  });

  test('ends at a userstore that cannot judge, says which, and counts no guess', async () => {
    corp.state.always = { kind: 'unavailable', reason: 'connect ECONNREFUSED' };
    for (let i = 0; i < 12; i++) {
      expect(await signIn(names.theirs, 'of corp')).toEqual({
        kind: 'userstore-failed',
        ...{ userstore: 'corp', fault: 'unavailable', reason: 'connect ECONNREFUSED' },
      });
    }
    expect(partner.asked).toEqual([]);
    // Users of other userstores are not affected.
    expect((await signIn(names.ours, PASSWORD)).kind).toBe('ok');
    delete corp.state.always;
    expect((await signIn(names.theirs, 'of corp')).kind).toBe('ok');
  });

  test.each(['disabled', 'expired', 'must-change', 'denied'] as const)(
    'passes on that an account there is %s, and asks no other userstore',
    async (kind) => {
      corp.state.always = { kind };
      const refused = { kind: 'account-refused', fault: kind, user: { username: names.theirs } };
      expect(await signIn(names.theirs, 'of corp')).toMatchObject(refused);
      expect(partner.asked).toEqual([]);
    },
  );

  test.each(['locked', 'not-allowed', 'held-back'] as const)(
    'tells nobody that an account there is %s, since no password proved who asks, and asks no other userstore',
    async (kind) => {
      corp.state.always = { kind };
      const refused = { kind: 'wrong-credentials', fault: kind, user: { username: names.theirs } };
      expect(await signIn(names.theirs, 'of corp')).toMatchObject(refused);
      expect(partner.asked).toEqual([]);
    },
  );

  describe('after a refusal that proves no password, where the setting says so', () => {
    beforeEach(async () => {
      corp.passesOn.afterWrongPassword = 'next';
      made(await home.users.create(by, { username: names.theirs, userstore: 'partner' }));
    });

    test.each(['wrong-credentials', 'locked', 'not-allowed', 'held-back'] as const)(
      'goes on at %s to the next userstore',
      async (kind) => {
        corp.state.always = { kind };
        partner.state.always = { kind: 'ok', identity: { subject: 's', claims: new Map() } };
        const user = { username: names.theirs, userstore: 'partner' };
        expect(await signIn(names.theirs, 'of partner')).toMatchObject({ kind: 'ok', user, connector: 'partner' });
      },
    );

    test('refuses in the name of the first userstore that knew the name', async () => {
      const refused = { kind: 'wrong-credentials', user: { userstore: 'corp' }, connector: 'corp' };
      expect(await signIn(names.theirs, 'wrong')).toMatchObject(refused);
      expect(partner.asked).toEqual([names.theirs]);
    });

    test('asks nobody else once the password was right', async () => {
      corp.state.always = { kind: 'expired' };
      expect(await signIn(names.theirs, 'of corp')).toMatchObject({ kind: 'account-refused', fault: 'expired' });
      expect(partner.asked).toEqual([]);
    });

    test('counts a guess even if the next userstore cannot judge', async () => {
      partner.state.always = { kind: 'unavailable', reason: 'connect ECONNREFUSED' };
      const kinds: string[] = [];
      for (let i = 0; i < 8; i++) kinds.push((await signIn(names.theirs, 'wrong')).kind);
      expect([kinds[0], kinds.at(-1)]).toEqual(['userstore-failed', 'throttled']);
    });
  });

  test('signs nobody in whom only the userstore knows', async () => {
    corp.state.always = { kind: 'ok', identity: { subject: 's', claims: new Map() } };
    const refused = { kind: 'account-refused', fault: 'not-allowed', connector: 'corp' };
    expect(await signIn('stranger', 'of corp')).toEqual(refused);
  });

  test('counts guesses at every userstore by the same name, and slows them down', async () => {
    const kinds: string[] = [];
    for (let i = 0; i < 8; i++) kinds.push((await signIn(names.theirs, 'wrong')).kind);
    expect(kinds[0]).toBe('wrong-credentials');
    expect(kinds.at(-1)).toBe('throttled');
    const before = corp.asked.length;
    expect((await signIn(names.theirs, 'of corp')).kind).toBe('throttled');
    expect(corp.asked).toHaveLength(before);
  });

  test('computes one hash for whoever is refused, wherever the account is and whether there is one', async () => {
    const hashes = async (identifier: string): Promise<number> => {
      const before = home.hashed.matches;
      await signIn(identifier, 'wrong');
      return home.hashed.matches - before;
    };
    expect([await hashes(names.ours), await hashes(names.theirs), await hashes(newId())]).toEqual([1, 1, 1]);
  });

  test.each(['unavailable', 'upstream-error', 'misconfigured'] as const)(
    'computes no hash while a userstore is %s, and no refusal elsewhere takes as long as its fault',
    async (kind) => {
      corp.state.always = { kind, reason: 'timeout' };
      corp.state.takes = 900;
      const before = home.hashed.matches;
      expect((await signIn(names.theirs, 'of corp')).kind).toBe('userstore-failed');
      expect(home.hashed.matches).toBe(before);
      const refused = signIn(names.ours, 'wrong').then(({ kind: of }) => of);
      expect(await Promise.race([refused, delay(800, 'as long as the fault')])).toBe('wrong-credentials');
    },
  );
});
