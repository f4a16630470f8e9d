/** While links change from one id attribute to another, people are known by the former one first. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ldapKind } from '../../../src/federation/ldap/ldap-kind.js';
import { PASSWORD, person, type Slapd, startSlapd } from '../../support/slapd.js';
import { connectorToSlapd, type TestConnector } from './connector.js';

const subject = { base: 'dc=corp,dc=test', id: 'employeeType' };

describe('the id by which a directory knows people', () => {
  const idOf = (connection: object, id = 'entryUUID') =>
    ldapKind.idOf?.(
      ldapKind.settings.parse({
        connection: { servers: ['ldaps://corp.test'], ...connection },
        subject: {
          ...subject,
          id,
          ...('bindDn' in connection ? {} : { bindTemplate: 'uid={name},dc=corp,dc=test' }),
        },
      }),
    );

  test('is the attribute, however it is spelled', () => {
    const bindDn = 'cn=service,dc=corp,dc=test';
    expect([idOf({ bindDn }), idOf({ bindDn }, 'EntryUuid'), idOf({ bindDn }, 'uid')]).toEqual([
      ...['entryuuid', 'entryuuid', 'uid'],
    ]);
  });

  test('has no runs that could change it where nobody reads the directory but its people', () => {
    expect(idOf({})).toBeUndefined();
  });
});

describe('a connector whose people are linked by the former id', () => {
  let slapd: Slapd;
  let connector: TestConnector;
  beforeAll(async () => {
    slapd = await startSlapd({
      entries: [
        person('both', 'departmentNumber: 1', 'employeeType: a'),
        person('new-only', 'employeeType: b'),
        person('former-only', 'departmentNumber: 3'),
        person('none'),
        person('unclear', 'departmentNumber: 5', 'departmentNumber: 6', 'employeeType: e'),
      ].join(''),
    });
    connector = connectorToSlapd(slapd, { subject: { id: 'employeeType' }, formerId: 'departmentNumber' });
  });
  afterAll(async () => {
    await connector.close();
    await slapd.stop();
  });

  const none = { kind: 'misconfigured', reason: 'no-subject' };
  test.each([
    ['both', { kind: 'ok', identity: { subject: '1', otherSubject: 'a' } }],
    ['new-only', { kind: 'ok', identity: { subject: 'b' } }],
    ['former-only', { kind: 'ok', identity: { subject: '3' } }],
    ['none', none],
    // The link may be by either value: the other id would make a second account.
    ['unclear', { kind: 'misconfigured', reason: 'ambiguous-subject' }],
  ])('knows %s', async (name, outcome) => {
    expect(await connector.signIn(name, PASSWORD)).toMatchObject(outcome);
  });

  test.each([
    ['1', { kind: 'found', identity: { subject: '1', otherSubject: 'a' } }],
    ['a', { kind: 'found', identity: { subject: 'a', otherSubject: '1' } }],
    ['b', { kind: 'found', identity: { subject: 'b' } }],
    ['4', { kind: 'unknown' }],
  ])('finds the person of %s, by either id', async (id, outcome) => {
    expect(await connector.lookup(id)).toMatchObject(outcome);
  });

  test('lets somebody change the password whose link has the new id already', async () => {
    const typed = { name: 'both', password: PASSWORD, next: 'a longer password', subject: 'a' };
    const known = { user: async () => undefined, mayGuess: async () => true };
    expect(await connector.changePassword?.(typed, known)).toMatchObject({
      ...{ kind: 'changed', signIn: { kind: 'ok', identity: { subject: '1', otherSubject: 'a' } } },
    });
  });

  test('reads everybody by the new one, with the former one beside it', async () => {
    const read: unknown[] = [];
    await connector.reader?.all(async ({ users }) => {
      read.push(...users.map(({ identity }) => [identity.subject, identity.otherSubject]));
    });
    expect(read.toSorted()).toEqual([
      ['a', '1'],
      ['b', undefined],
      ['e', undefined],
    ]);
  });
});
