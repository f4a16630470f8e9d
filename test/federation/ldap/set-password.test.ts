/** An administrator's new password for a person is set as the service account; its owner's is set by proof of the present one. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LosingLdap, losingLdap } from '../../support/losing-ldap.js';
import { entry, PASSWORD, PEOPLE, person, SERVICE, type Slapd, startSlapd, SUFFIX } from '../../support/slapd.js';
import { connectorTo, connectorToSlapd, type TestConnector } from './connector.js';

const NEXT = 'ein längeres Paßwort 😀';
const policy = (name: string, ...lines: readonly string[]): string =>
  entry(
    `dn: cn=${name},ou=policies,${SUFFIX}`,
    ...['objectClass: device', 'objectClass: pwdPolicy', `cn: ${name}`, 'pwdAttribute: userPassword'],
    ...lines,
  );
const under = (name: string): string => `pwdPolicySubentry: cn=${name},ou=policies,${SUFFIX}`;

let slapd: Slapd;
let lossy: LosingLdap;
let connector: TestConnector;
let losing: TestConnector;

beforeAll(async () => {
  slapd = await startSlapd({
    access: [
      `access to dn.base="uid=closed,${PEOPLE}" attrs=userPassword by anonymous auth by * none`,
      `access to attrs=userPassword by dn.exact="${SERVICE.dn}" write by self write by anonymous auth by * none`,
      `access to dn.base="uid=unmarked,${PEOPLE}" attrs=pwdReset by * read`,
      `access to attrs=pwdReset by dn.exact="${SERVICE.dn}" write by * read`,
    ].join('\n'),
    entries: [
      policy('strict', 'pwdCheckQuality: 2', 'pwdMinLength: 10', 'pwdInHistory: 3'),
      person('strict', under('strict')),
      ...['anna', 'unmarked', 'boris', 'closed', 'lost', 'own', 'other', 'moved'].map((uid) => person(uid)),
    ].join(''),
  });
  lossy = await losingLdap(slapd.port);
  connector = connectorToSlapd(slapd);
  losing = connectorTo([lossy.url]);
});
afterAll(async () => {
  await Promise.all([connector.close(), losing.close(), lossy.close()]);
  await slapd.stop();
});

const known = { user: async () => undefined, mayGuess: async () => true };

async function subjectOf(uid: string): Promise<string> {
  const found = await connector.signIn(uid, PASSWORD);
  if (found.kind !== 'ok') throw new Error(found.kind);
  return found.identity.subject;
}
const signIn = async (uid: string, password: string) => (await connector.signIn(uid, password)).kind;

describe('a reset', () => {
  test('sets the password, which must be changed at the next sign-in if that was asked', async () => {
    const subject = await subjectOf('anna');
    expect(await connector.setPassword?.(subject, { next: NEXT, mustChange: false })).toEqual({
      kind: 'set',
      mustChange: false,
    });
    expect([await signIn('anna', PASSWORD), await signIn('anna', NEXT)]).toEqual(['wrong-credentials', 'ok']);
    const further = { next: `${NEXT}!`, mustChange: true };
    expect(await connector.setPassword?.(subject, further)).toEqual({ kind: 'set', mustChange: true });
    expect(await signIn('anna', further.next)).toBe('must-change');
    // The mark of the reset before still stands, and is told.
    expect(await connector.setPassword?.(subject, { ...further, mustChange: false })).toEqual({
      kind: 'set',
      mustChange: (await signIn('anna', further.next)) === 'must-change',
    });
  });

  test('says when nobody can mark the password as one to be changed', async () => {
    expect(await connector.setPassword?.(await subjectOf('unmarked'), { next: NEXT, mustChange: true })).toEqual({
      kind: 'set',
      mustChange: false,
    });
    expect(connector.events.at(-1)).toEqual({ reason: 'must-change-not-set', details: { cause: 'result-50' } });
  });

  test.each([
    ['strict', 'short', 'too-short', 'too-short'],
    ['strict', PASSWORD, 'used-before', 'in-history'],
    ['closed', NEXT, 'change-not-allowed', 'result-50'],
    ['boris', '', 'refused', 'result-53'],
  ])('is refused for %s: %s', async (uid, next, fault, reason) => {
    const outcome = await connector.setPassword?.(await subjectOf(uid), { next, mustChange: true });
    expect(outcome).toMatchObject({ kind: 'not-changed', fault, reason });
    expect(await signIn(uid, PASSWORD)).toBe('ok');
  });

  test('concerns the person of the id, whoever has the name by now', async () => {
    const subject = await subjectOf('moved');
    await slapd.modify(
      `dn: uid=moved,${PEOPLE}\nchangetype: modrdn\nnewrdn: uid=moved2\ndeleteoldrdn: 1\n\n${person('moved').replace('\n', '\nchangetype: add\n')}`,
    );
    expect(await connector.setPassword?.(subject, { next: NEXT, mustChange: false })).toMatchObject({ kind: 'set' });
    expect([await signIn('moved', PASSWORD), await signIn('moved2', PASSWORD)]).toEqual(['ok', 'wrong-credentials']);
    const unknown = '00000000-0000-0000-0000-000000000000';
    expect(await connector.setPassword?.(unknown, { next: NEXT, mustChange: false })).toEqual({ kind: 'unknown' });
  });

  test('whose answer is lost may be done, and is said to be neither', async () => {
    const subject = await subjectOf('lost');
    for (const [what, now] of [
      ['request', [PASSWORD, 'ok']],
      ['answer', [NEXT, 'ok']],
    ] as const) {
      lossy.lose(what);
      expect(await losing.setPassword?.(subject, { next: NEXT, mustChange: true })).toMatchObject({
        kind: 'not-changed',
        fault: 'unanswered',
      });
      lossy.lose('nothing');
      expect(await signIn('lost', now[0])).toBe(now[1]);
    }
  });
});

describe("a change of one's own", () => {
  test('concerns the person of the id, whatever the name means', async () => {
    const typed = { name: 'other', password: PASSWORD, next: NEXT, subject: await subjectOf('own') };
    const asked: string[] = [];
    const mayGuess = async (account: string) => asked.push(account) > 0;
    expect(await connector.changePassword?.(typed, { ...known, mayGuess })).toMatchObject({ kind: 'changed' });
    expect(asked).toEqual([typed.subject]);
    expect([await signIn('other', PASSWORD), await signIn('own', NEXT)]).toEqual(['ok', 'ok']);
  });

  test('is compared with the id, where the name alone leads to the entry', async () => {
    const template = connectorToSlapd(slapd, { subject: { bindTemplate: `uid={name},${PEOPLE}` } });
    const typed = { name: 'other', password: PASSWORD, next: NEXT };
    expect(await template.changePassword?.({ ...typed, subject: 'another' }, known)).toEqual({ kind: 'unknown' });
    expect(await signIn('other', PASSWORD)).toBe('ok');
    const subject = await subjectOf('other');
    expect(await template.changePassword?.({ ...typed, subject }, known)).toMatchObject({ kind: 'changed' });
    await template.close();
  });
});
