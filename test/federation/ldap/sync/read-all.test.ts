import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { entry, GROUPS, PASSWORD, PEOPLE, person, type Slapd, startSlapd, SUFFIX } from '../../../support/slapd.js';
import { bySearch, connectorToSlapd, type TestConnector } from '../connector.js';
import { named, readAll, readerOf } from './collect.js';

const ELSEWHERE = `ou=elsewhere,${SUFFIX}`;
const PAGED = 1200;

let slapd: Slapd;
const connectors: TestConnector[] = [];

const connector = (changes: Parameters<typeof connectorToSlapd>[1] = {}) => {
  const made = connectorToSlapd(slapd, changes);
  connectors.push(made);
  return made;
};
const reader = (...changes: Parameters<typeof connector>) => readerOf(connector(...changes));

const elsewhere = (uid: string, ...more: readonly string[]): string => person(uid, ...more).replace(PEOPLE, ELSEWHERE);
const moved = (uid: string, from: string, to: string): string =>
  [
    `dn: uid=${uid},${from}`,
    'changetype: modrdn',
    `newrdn: uid=${uid}`,
    'deleteoldrdn: 1',
    `newsuperior: ${to}\n`,
  ].join('\n');

const account = (name: string): string =>
  entry(
    `dn: cn=${name},${SUFFIX}`,
    ...['objectClass: applicationProcess', 'objectClass: simpleSecurityObject', `cn: ${name}`, 'userPassword: secret'],
  );

beforeAll(async () => {
  slapd = await startSlapd({
    people: PAGED,
    entries: [
      elsewhere('ada', 'mail: ada@corp.test'),
      elsewhere('barred', 'pwdAccountLockedTime: 000001010000Z'),
      elsewhere('twice', 'roomNumber: 7', 'roomNumber: 8'),
      elsewhere('huge', ...Array.from({ length: 300 }, (_, at) => `telephoneNumber: ${10_000 + at}`)),
      entry(`dn: cn=sales,${GROUPS}`, ...['objectClass: groupOfNames', 'cn: sales', `member: uid=ada,${ELSEWHERE}`]),
      account('limited'),
      account('small'),
      entry(`dn: ou=referring,${SUFFIX}`, 'objectClass: organizationalUnit', 'ou: referring'),
      entry(
        `dn: cn=away,ou=referring,${SUFFIX}`,
        ...['objectClass: referral', 'objectClass: extensibleObject', 'cn: away', 'ref: ldap://127.0.0.1:1/dc=away'],
      ),
      person('near').replace(PEOPLE, `ou=referring,${SUFFIX}`),
    ].join(''),
    conf: [
      `limits dn.exact="cn=limited,${SUFFIX}" size=700`,
      `limits dn.exact="cn=small,${SUFFIX}" size.pr=100 size.prtotal=unlimited`,
    ].join('\n'),
  });
});

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
});

afterAll(() => slapd.stop());

test('everybody is read once, in pages of 500 at most', async () => {
  const { end, pages, users } = await readAll(reader());
  expect(end).toEqual({ kind: 'complete', unreadable: 0 });
  expect(named(users)).toEqual(Array.from({ length: PAGED }, (_, at) => `p${at}`).sort());
  expect(pages.map((page) => page.users.length)).toEqual([500, 500, 200]);
  expect(new Set(pages.map(({ base }) => base))).toEqual(new Set([PEOPLE]));
});

test('the next page is asked for when the one before was taken', async () => {
  const before = (await slapd.operations()).length;
  const searches: number[] = [];
  await readAll(reader(), async () => {
    searches.push((await slapd.operations()).slice(before).filter((line) => line.startsWith('SRCH')).length);
  });
  expect(searches).toEqual([1, 2, 3]);
});

describe('a user is read with', () => {
  const subject = { base: ELSEWHERE, attributes: ['mail', 'telephoneNumber'], groups: bySearch };
  const userOf = async (uid: string, changes: object = {}) => {
    const { users } = await readAll(reader({ subject: { ...subject, ...changes } }));
    return users.find(({ identity }) => identity.claims.get('uid')?.includes(uid) === true);
  };

  test('what a sign-in reads of them', async () => {
    const one = connector({ subject });
    const signedIn = await one.signIn('ada', PASSWORD);
    const { users } = await readAll(readerOf(one));
    const ada = users.find(({ identity }) => identity.claims.get('uid')?.includes('ada') === true);
    expect(signedIn).toEqual({ kind: 'ok', identity: ada?.identity });
    expect(ada?.identity.groups?.map(({ name }) => name)).toEqual(['sales']);
  });

  test('whether the directory lets them sign in', async () => {
    const account = { locked: 'pwdAccountLockedTime' };
    expect((await userOf('ada', { account }))?.standing).toBe('active');
    expect((await userOf('barred', { account }))?.standing).toBe('locked');
  });

  test('a mark that moves with each change of the entry, within one second too', async () => {
    const marks: (string | undefined)[] = [];
    for (const title of ['one', 'two', 'three']) {
      await slapd.modify(`dn: uid=barred,${ELSEWHERE}\nchangetype: modify\nreplace: title\ntitle: ${title}\n`);
      marks.push((await userOf('barred'))?.changeMark);
    }
    expect(new Set(marks).size).toBe(3);
    expect(marks).not.toContain(undefined);
    expect((await userOf('barred'))?.changeMark).toBe(marks[2]);
  });

  test('no groups, if they cannot be read whole, and the log says so once', async () => {
    const one = connector({ subject: { ...subject, groups: { ...bySearch, base: `ou=nowhere,${SUFFIX}` } } });
    const { end, users } = await readAll(readerOf(one));
    expect(end.kind).toBe('complete');
    expect(users.length).toBeGreaterThan(2);
    expect(users.filter(({ identity }) => identity.groups !== undefined)).toEqual([]);
    expect(one.events).toEqual([{ reason: 'no-base' }]);
  });
});

test('entries without an id, or with several, are counted and not handed out', async () => {
  const { end, users } = await readAll(reader({ subject: { base: ELSEWHERE, id: 'roomNumber' } }));
  expect(end).toEqual({ kind: 'complete', unreadable: 4 });
  expect(users).toEqual([]);
});

describe('with several bases', () => {
  const subject = { base: PEOPLE, moreBases: [ELSEWHERE] };

  test('everybody of each is read, signs in and is looked up', async () => {
    const one = connector({ subject });
    const { end, users, pages } = await readAll(readerOf(one));
    expect(end.kind).toBe('complete');
    expect(users).toHaveLength(PAGED + 4);
    expect(readerOf(one).bases).toEqual([PEOPLE, ELSEWHERE]);
    expect(pages.at(-1)?.base).toBe(ELSEWHERE);
    const ada = await one.signIn('ada', PASSWORD);
    expect(ada).toMatchObject({ kind: 'ok' });
    expect((await one.signIn('p7', PASSWORD)).kind).toBe('ok');
    expect('identity' in ada && (await one.lookup(ada.identity.subject)).kind).toBe('found');
  });

  test('somebody in two of them is one', async () => {
    const one = connector({ subject: { base: ELSEWHERE, moreBases: [SUFFIX, ELSEWHERE.toUpperCase()] } });
    const { users } = await readAll(readerOf(one));
    expect(named(users).filter((uid) => uid === 'ada')).toEqual(['ada']);
    expect((await one.signIn('ada', PASSWORD)).kind).toBe('ok');
  });

  test('a name in two of them signs in nobody', async () => {
    await slapd.modify(elsewhere('p1').replace('\n', '\nchangetype: add\n'));
    expect(await connector({ subject }).signIn('p1', PASSWORD)).toEqual({
      kind: 'misconfigured',
      reason: 'ambiguous-name',
    });
    await slapd.modify(`dn: uid=p1,${ELSEWHERE}\nchangetype: delete\n`);
  });

  test('one that is missing makes the reading partial, and the others are read', async () => {
    const nowhere = `ou=nowhere,${SUFFIX}`;
    const { end, users } = await readAll(reader({ subject: { base: nowhere, moreBases: [ELSEWHERE] } }));
    expect(end).toEqual({ kind: 'partial', reason: 'no-base', base: nowhere });
    expect(named(users)).toContain('ada');
  });

  test.each([
    [PEOPLE, ELSEWHERE],
    [ELSEWHERE, PEOPLE],
  ])('somebody who moves from %s to %s meanwhile is read once', async (from, to) => {
    const mover = person('mover').replace(PEOPLE, from);
    await slapd.modify(mover.replace('\n', '\nchangetype: add\n'));
    const { end, users } = await readAll(reader({ subject }), async (pages) => {
      if (pages === 2) await slapd.modify(moved('mover', from, to));
    });
    await slapd.modify(`dn: uid=mover,${to}\nchangetype: delete\n`);
    expect(end.kind).toBe('complete');
    expect(named(users).filter((uid) => uid === 'mover')).toEqual(['mover']);
  });
});

test('the ids alone are those of everybody', async () => {
  const one = reader({ subject: { base: PEOPLE, moreBases: [ELSEWHERE] } });
  const { users } = await readAll(one);
  const subjects: string[] = [];
  const end = await one.subjects?.(async (page) => void subjects.push(...page.subjects));
  expect(end).toEqual({ kind: 'complete', unreadable: 0 });
  expect(subjects.sort()).toEqual(users.map(({ identity }) => identity.subject).sort());
});

describe('the reading is not complete', () => {
  const as = (dn: string, secret: string) => connector({ connection: { bindDn: dn }, secret });

  test('with a wrong service password: it fails, and is not "nobody"', async () => {
    expect(await readAll(readerOf(as(`cn=service,${SUFFIX}`, 'wrong')))).toEqual({
      end: { kind: 'misconfigured', reason: 'service-bind-refused' },
      ...{ pages: [], users: [] },
    });
  });

  test('beyond the size that the account may read', async () => {
    const { end, users } = await readAll(readerOf(as(`cn=limited,${SUFFIX}`, 'secret')));
    expect(end).toEqual({ kind: 'partial', reason: 'size-limit', base: PEOPLE });
    expect(users).toHaveLength(500);
  });

  test('where another directory has the base', async () => {
    const base = `cn=away,ou=referring,${SUFFIX}`;
    const one = connector({ subject: { base } });
    expect((await readAll(readerOf(one))).end).toEqual({ kind: 'misconfigured', reason: 'referral', base });
    expect(one.events).toEqual([{ reason: 'referral', details: { referral: '127.0.0.1:1', base } }]);
  });
});

test('a directory that refuses the size of a page is read in smaller ones', async () => {
  const { end, users } = await readAll(reader({ connection: { bindDn: `cn=small,${SUFFIX}` }, secret: 'secret' }));
  expect(end.kind).toBe('complete');
  expect(users).toHaveLength(PAGED);
});

test('references to other directories are not followed, and the reading is complete', async () => {
  const { end, users } = await readAll(reader({ subject: { base: `ou=referring,${SUFFIX}` } }));
  expect(end.kind).toBe('complete');
  expect(named(users)).toEqual(['near']);
});
