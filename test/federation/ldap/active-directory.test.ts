/** The connector with the preset `active-directory`, against a real domain controller. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { byKind, connectorSettings } from '../../../src/federation/connectors/connector-settings.js';
import type { ConnectorEvent } from '../../../src/federation/contract/connector-kind.js';
import { LdapConnection } from '../../../src/federation/ldap/connection/ldap-connection.js';
import { ldapKind } from '../../../src/federation/ldap/ldap-kind.js';
import { AD_PASSWORD, AD_PEOPLE, AD_SERVICE, fileTime, type Samba, startSamba } from '../../support/samba.js';

const NEXT = 'Another-horse-8';
let samba: Samba;

beforeAll(async () => {
  samba = await startSamba();
  for (const name of ['anna', 'boris', 'carla', 'doris', 'emil', 'finn', 'gerd'])
    await samba.addUser({ name, password: true, attributes: { mail: `${name}@corp.test` } });
});
afterAll(() => samba.stop());

interface Changes {
  readonly connection?: object;
  readonly subject?: object;
}

/** What an administrator writes, and what a test wants to differ. */
function connectorTo({ connection, subject }: Changes = {}, secret = AD_SERVICE.password) {
  const written = {
    ...{ kind: 'ldap', preset: 'active-directory' },
    connection: { servers: [samba.url], ca: samba.ca, bindDn: AD_SERVICE.dn, timeout: 2000, ...connection },
    subject: { base: samba.base, groups: { from: 'none' }, ...subject },
  };
  const settings = connectorSettings(byKind([ldapKind]), written);
  if (!settings.ok) throw new Error(JSON.stringify(settings.problems));
  const events: ConnectorEvent[] = [];
  const connector = ldapKind.create({
    ...{ id: 'corp', settings: ldapKind.settings.parse(settings.value), secret },
    report: (event) => events.push(event),
  });
  const asked: string[] = [];
  const known = {
    user: async () => undefined,
    mayGuess: async (account: string) => asked.push(account) < 100,
  };
  return {
    ...connector,
    events,
    /** The accounts whose password was to be sent. */
    asked,
    signIn: (name: string, password = AD_PASSWORD) => connector.authenticate({ name, password }, known),
    change: (name: string, password: string, next: string) =>
      connector.changePassword?.({ name, password, next }, known),
  };
}

const idOf = async (name: string): Promise<string> => {
  const bytes = await samba.valueOf(name, 'objectGUID');
  const hex = bytes?.toString('hex') ?? '';
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  const text = order.map((at) => hex.slice(at * 2, at * 2 + 2)).join('');
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

describe('a name', () => {
  test.each([['anna'], ['ANNA'], ['anna@ad.test'], ['ad\\anna'], ['AD\\Anna']])(
    '%s signs in with one id',
    async (name) => {
      const connector = connectorTo();
      expect(await connector.signIn(name)).toMatchObject({ kind: 'ok', identity: { subject: await idOf('anna') } });
      expect(await connector.signIn(name, 'wrong')).toEqual({ kind: 'wrong-credentials' });
      await connector.close();
    },
  );

  test.each([
    ['other\\anna'],
    ['ad\\'],
    ['\\anna'],
    ['ad\\anna\\x'],
    ['ad\\*'],
    ['ad\\anna@ad.test'],
    ['nobody'],
    ['an*'],
  ])('%s is nobody’s, and no password is sent', async (name) => {
    const connector = connectorTo();
    expect(await connector.signIn(name)).toEqual({ kind: 'unknown' });
    expect(connector.asked).toEqual([]);
    await connector.close();
  });

  test('of a computer or a contact is nobody’s', async () => {
    await samba.modify(
      [
        `dn: CN=pc,${AD_PEOPLE}\nchangetype: add\nobjectClass: computer\nsAMAccountName: pc$\nuserAccountControl: 4096\n`,
        `dn: CN=friend,${AD_PEOPLE}\nchangetype: add\nobjectClass: contact\nmail: friend@corp.test\n`,
      ].join('\n'),
    );
    const connector = connectorTo({ subject: { names: ['sAMAccountName', 'mail', 'cn'] } });
    for (const name of ['pc$', 'pc', 'friend', 'friend@corp.test', 'ad\\pc$'])
      expect(await connector.signIn(name, 'x')).toEqual({ kind: 'unknown' });
    await connector.close();
  });

  test('of the domain is read once, and a sign-in is two operations beside the bind', async () => {
    const connector = connectorTo();
    await connector.signIn('anna');
    const search = jest.spyOn(LdapConnection.prototype, 'search');
    const bind = jest.spyOn(LdapConnection.prototype, 'bind');
    try {
      await connector.signIn('ad\\anna');
      expect([search.mock.calls.length, bind.mock.calls.length]).toEqual([2 + 2, 1]);
      search.mockClear();
      bind.mockClear();
      for (const name of ['ad\\anna', 'anna', 'anna@ad.test']) await connector.signIn(name);
      expect([search.mock.calls.length, bind.mock.calls.length]).toEqual([3 * 2, 3]);
    } finally {
      search.mockRestore();
      bind.mockRestore();
    }
    await connector.close();
  });
});

describe('an account', () => {
  test('that is disabled says so after the right password alone, and to a look-up', async () => {
    const connector = connectorTo();
    await samba.disable('boris');
    expect(await connector.signIn('boris')).toEqual({ kind: 'disabled' });
    expect(await connector.signIn('boris', 'wrong')).toEqual({ kind: 'wrong-credentials' });
    expect(await connector.lookup(await idOf('boris'))).toEqual({ kind: 'disabled' });
    await samba.enable('boris');
    expect(await connector.lookup(await idOf('boris'))).toMatchObject({ kind: 'found' });
    await connector.close();
  });

  test.each([
    ['ended', fileTime(Date.now() - 1000), 'expired', 'expired'],
    ['ends tomorrow', fileTime(Date.now() + 86_400_000), 'ok', 'found'],
    ['never ends', '0', 'ok', 'found'],
    ['never ends, in the other spelling', '9223372036854775807', 'ok', 'found'],
  ])('that %s', async (_, accountExpires, kind, later) => {
    const connector = connectorTo();
    await samba.set('boris', { accountExpires });
    expect(await connector.signIn('boris')).toMatchObject({ kind });
    expect(await connector.lookup(await idOf('boris'))).toMatchObject({ kind: later });
    expect(await connector.signIn('boris', 'wrong')).toEqual({ kind: 'wrong-credentials' });
    await connector.close();
  });

  test('that is locked is refused with any password, and what began before goes on', async () => {
    const connector = connectorTo();
    await samba.lock('carla');
    expect(await connector.signIn('carla')).toEqual({ kind: 'locked' });
    expect(await connector.signIn('carla', 'wrong')).toEqual({ kind: 'locked' });
    expect(await connector.lookup(await idOf('carla'))).toMatchObject({ kind: 'found' });
    await samba.unlock('carla');
    expect(await connector.signIn('carla')).toMatchObject({ kind: 'ok' });
    await connector.close();
  });

  test('keeps its id under another name in another place', async () => {
    const connector = connectorTo();
    const id = await idOf('emil');
    await samba.set('emil', { sAMAccountName: 'emma', userPrincipalName: 'emma@ad.test', mail: 'emma@corp.test' });
    await samba.rename('emma', 'Emma, "E." Ernst'.replace(',', '\\,').replaceAll('"', '\\"'));
    await samba.move('emma');
    expect(await connector.signIn('emma')).toMatchObject({ kind: 'ok', identity: { subject: id } });
    expect(await connector.signIn('emil')).toEqual({ kind: 'unknown' });
    await connector.close();
  });

  test('made anew with the same name is another person', async () => {
    const connector = connectorTo();
    const id = await idOf('finn');
    await samba.remove('finn');
    expect(await connector.lookup(id)).toEqual({ kind: 'unknown' });
    await samba.addUser({ name: 'finn', password: true });
    const again = await connector.signIn('finn');
    expect(again).toMatchObject({ kind: 'ok' });
    expect(again).not.toMatchObject({ identity: { subject: id } });
    await connector.close();
  });
});

describe('a password that must be changed', () => {
  test('is asked for, and changed with the right present one alone', async () => {
    const connector = connectorTo();
    await samba.mustChange('doris');
    expect(await connector.signIn('doris')).toEqual({ kind: 'must-change' });
    expect(await connector.signIn('doris', 'wrong')).toEqual({ kind: 'wrong-credentials' });
    expect(await connector.change('doris', 'wrong', NEXT)).toEqual({ kind: 'wrong-credentials' });
    expect(await connector.change('doris', AD_PASSWORD, 'weak')).toMatchObject({ fault: 'against-rules' });
    expect(await connector.change('doris', AD_PASSWORD, AD_PASSWORD)).toMatchObject({ fault: 'against-rules' });
    expect(await connector.signIn('doris')).toEqual({ kind: 'must-change' });
    expect(connector.asked).toHaveLength(6);
    expect(await connector.change('doris', AD_PASSWORD, NEXT)).toMatchObject({
      kind: 'changed',
      signIn: { kind: 'ok' },
    });
    expect(await connector.signIn('doris', NEXT)).toMatchObject({ kind: 'ok' });
    expect(await connector.signIn('doris')).toEqual({ kind: 'wrong-credentials' });
    expect(await connector.change('doris', NEXT, AD_PASSWORD)).toMatchObject({ fault: 'against-rules' });
    expect(await connector.lookup(await idOf('doris'))).toMatchObject({ kind: 'found' });
    await connector.close();
  });

  test('is one that an administrator sets, if the service account may', async () => {
    const reset = { next: 'Reset-horse-9', mustChange: true };
    const bindDn = `CN=Administrator,CN=Users,${samba.base}`;
    const may = connectorTo({ connection: { bindDn } }, samba.administrator.password);
    const mayNot = connectorTo();
    const refused = { kind: 'not-changed', fault: 'change-not-allowed' };
    expect(await mayNot.setPassword?.(await idOf('anna'), reset)).toMatchObject(refused);
    expect(await may.setPassword?.(await idOf('anna'), reset)).toEqual({ kind: 'set', mustChange: true });
    expect(await may.signIn('anna', reset.next)).toEqual({ kind: 'must-change' });
    const again = { next: AD_PASSWORD, mustChange: false };
    expect(await may.setPassword?.(await idOf('anna'), again)).toEqual({ kind: 'set', mustChange: false });
    expect(await may.signIn('anna')).toMatchObject({ kind: 'ok' });
    await Promise.all([may.close(), mayNot.close()]);
  });

  test('by the computed control of the entry bars a sign-in, and nothing that began before', async () => {
    const connector = connectorTo({ subject: { account: { computed: 'description' } } });
    await samba.set('gerd', { description: String(0x80_0000) });
    expect(await connector.signIn('gerd')).toEqual({ kind: 'must-change' });
    expect(await connector.signIn('gerd', 'wrong')).toEqual({ kind: 'wrong-credentials' });
    expect(await connector.lookup(await idOf('gerd'))).toMatchObject({ kind: 'found' });
    await connector.close();
  });

  test('is not sent where the account may not be guessed at', async () => {
    const connector = connectorTo();
    const known = { user: async () => undefined, mayGuess: async () => false };
    const typed = { name: 'doris', password: NEXT, next: 'Third-horse-9' };
    expect(await connector.changePassword?.(typed, known)).toEqual({ kind: 'held-back' });
    await connector.close();
  });
});

test('the base of the domain is searched without its references, and another domain is a wrong setting', async () => {
  const whole = connectorTo();
  expect(await whole.signIn('anna')).toMatchObject({ kind: 'ok' });
  await whole.close();
  const elsewhere = connectorTo({ subject: { base: 'DC=other,DC=test' } });
  expect(await elsewhere.signIn('anna')).toEqual({ kind: 'misconfigured', reason: 'no-base' });
  await elsewhere.close();
});

test('the test of a connector warns of a global catalogue', async () => {
  const connector = connectorTo({ connection: { servers: [samba.globalCatalogUrl, samba.url] } });
  const steps = await connector.test('AD\\anna');
  expect(steps.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(steps.filter(({ step }) => step === 'connect')).toMatchObject([
    { outcome: 'warning', reason: 'global-catalogue' },
    { outcome: 'ok' },
  ]);
  await connector.close();
});
