import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { PASSWORD, PEOPLE, person, type Slapd, startSlapd, SUFFIX } from '../../support/slapd.js';
import { bySearch, connectorToSlapd, type TestConnector } from './connector.js';

let slapd: Slapd;
const connectors: TestConnector[] = [];

const connector = (...changes: Parameters<typeof connectorToSlapd> extends [Slapd, ...infer Rest] ? Rest : never) => {
  const made = connectorToSlapd(slapd, ...changes);
  connectors.push(made);
  return made;
};

const picture = `jpegPhoto:: ${Buffer.alloc(3000, 0xff).toString('base64')}`;
const numbers = (count: number, length: number): string[] =>
  Array.from({ length: count }, (_, at) => `telephoneNumber: ${1000 + at}${'0'.repeat(length)}`);

beforeAll(async () => {
  slapd = await startSlapd({
    entries: [
      person('alice', 'uid: alison', picture),
      person('numbers', ...numbers(300, 5)),
      person('long', ...numbers(199, 996)),
      person('married'),
      person('leaver'),
      person('barred', 'pwdAccountLockedTime: 000001010000Z'),
      person('guessed', 'pwdAccountLockedTime: 20260101000000Z'),
      ...[
        ['inactive', 'TRUE'],
        ['active', 'FALSE'],
      ].map(([uid = '', value = '']) => person(uid, `employeeType: ${value}`)),
      ...[
        ['ended', '20200101000000Z'],
        ['ending', '20990101000000Z'],
        ['ended-days', '18000'],
        ['endless', '-1'],
      ].map(([uid = '', value = '']) => person(uid, `employeeNumber: ${value}`)),
    ].join(''),
  });
});

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
});

afterAll(() => slapd.stop());

async function subjectOf(name: string): Promise<string> {
  const outcome = await connector().signIn(name, PASSWORD);
  return 'identity' in outcome ? outcome.identity.subject : outcome.kind;
}

test('a user is read again without a password, as a sign-in reads them', async () => {
  const one = connector({ subject: { groups: bySearch, attributes: ['cn'] } });
  const outcome = await one.signIn('alice', PASSWORD);
  const subject = await subjectOf('alice');
  expect(await one.lookup(subject)).toEqual({ ...outcome, kind: 'found' });
});

test('a user who was renamed and moved is the same user', async () => {
  const subject = await subjectOf('married');
  await slapd.modify(
    [
      `dn: uid=married,${PEOPLE}`,
      'changetype: modrdn',
      'newrdn: uid=newname',
      'deleteoldrdn: 1',
      `newsuperior: ou=elsewhere,${SUFFIX}\n`,
    ].join('\n'),
  );
  const whole = connector({ subject: { base: SUFFIX } });
  expect(await whole.lookup(subject)).toMatchObject({ kind: 'found', identity: { subject } });
  expect(await whole.signIn('newname', PASSWORD)).toMatchObject({ kind: 'ok', identity: { subject } });
  expect(await whole.signIn('married', PASSWORD)).toEqual({ kind: 'unknown' });
});

test('a user who was deleted and made anew under the same name is another', async () => {
  const subject = await subjectOf('leaver');
  await slapd.modify(`dn: uid=leaver,${PEOPLE}\nchangetype: delete\n`);
  await slapd.modify(person('leaver').replace('\n', '\nchangetype: add\n'));
  expect(await connector().lookup(subject)).toEqual({ kind: 'unknown' });
  expect(await subjectOf('leaver')).not.toBe(subject);
});

test.each(['', '*', 'nonsense', '11111111-2222-3333-4444-555555555555', '11111111-2222-3333-4444-55555555555*'])(
  'nobody has the id %j',
  async (subject) => {
    expect(await connector().lookup(subject)).toEqual({ kind: 'unknown' });
  },
);

test('without a service account nobody can be looked up, and that is not "nobody"', async () => {
  const own = connector({ subject: { bindTemplate: `uid={name},${PEOPLE}` } });
  expect(await own.lookup(await subjectOf('alice'))).toEqual({ kind: 'misconfigured', reason: 'no-service-account' });
});

test('an account that an administrator locked is locked; after wrong passwords, which anybody can send, it is not', async () => {
  const one = connector({ subject: { account: { locked: 'pwdAccountLockedTime' } } });
  const subject = (uid: string) =>
    connector({ subject: { names: ['uid'] } })
      .test(uid)
      .then((steps) => steps.find(({ step }) => step === 'sample')?.identity?.subject ?? '');
  expect(await one.lookup(await subject('barred'))).toEqual({ kind: 'locked' });
  expect(await one.lookup(await subject('guessed'))).toMatchObject({ kind: 'found' });
});

test.each([
  ['inactive', 'disabled'],
  ['active', undefined],
  ['ended', 'expired'],
  ['ending', undefined],
  ['ended-days', 'expired'],
  ['endless', undefined],
] as const)('the account of %s is %s, in a look-up and in a sign-in', async (uid, bar) => {
  const one = connector({ subject: { account: { disabled: 'employeeType', expired: 'employeeNumber' } } });
  expect((await one.lookup(await subjectOf(uid))).kind).toBe(bar ?? 'found');
  expect((await one.signIn(uid, PASSWORD)).kind).toBe(bar ?? 'ok');
});

test('a name is read in one order in every run, and a picture is no claim', async () => {
  const outcome = await connector({ subject: { attributes: ['jpegPhoto'] } }).signIn('alice', PASSWORD);
  expect(outcome).toMatchObject({ kind: 'ok', identity: { claims: new Map([['uid', ['alice', 'alison']]]) } });
});

test.each([
  ['numbers', 200],
  // 64 KB in all, of a thousand bytes each.
  ['long', 65],
])('the values of %s are cut off at %i, and that is reported', async (uid, count) => {
  const one = connector({ subject: { attributes: ['telephoneNumber'] } });
  const outcome = await one.signIn(uid, PASSWORD);
  expect(outcome.kind).toBe('partial');
  expect('identity' in outcome && outcome.identity.claims.get('telephonenumber')).toHaveLength(count);
  expect(one.events).toEqual([{ reason: 'too-many-values' }]);
});
