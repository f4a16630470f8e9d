import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { problemsError } from '../../src/realm-file/read/problem.js';
import { readRealmFile } from '../../src/realm-file/read/read-realm-file.js';
import { bring, emptyRealm, type EmptyRealm } from './realm.js';
import { cpuMilliseconds } from '../support/cpu-milliseconds.js';

let realm: EmptyRealm;
beforeAll(async () => {
  realm = await emptyRealm();
  const secrets = join(realm.keys, 'secrets');
  await mkdir(secrets);
  const put = async (name: string, text: string, mode = 0o600): Promise<void> => {
    await writeFile(join(secrets, name), text);
    await chmod(join(secrets, name), mode);
  };
  await put('good', 'Zm9yIHRlc3RzIG9ubHkgYW5kIG5vdGhpbmcgZWxzZQ\n');
  await put('weak', 'changeme');
  await put('open', 'Zm9yIHRlc3RzIG9ubHkgYW5kIG5vdGhpbmcgZWxzZQ', 0o644);
  await put('empty', '\n');
  await put('long', 'x'.repeat(5000));
  await symlink(join(realm.keys, '0001.key'), join(secrets, 'link'));
  await mkdir(join(secrets, 'folder'));
  execFileSync('/usr/bin/mkfifo', ['-m', '600', join(secrets, 'pipe')]);
});
afterAll(() => realm.close());

const client = (lines: string): string => `clients:\n  - id: app\n    name: App\n${lines}`;
const machine = (secret: string): string =>
  client(`    grantTypes: [client_credentials]\n    scopes: []\n    secret: ${secret}\n`);

describe('a realm file is refused, with line and field, for', () => {
  test.each<[string, string, string]>([
    ['what is no YAML', 'clients: [\n  a: b\n', '3 : '],
    ['a name twice', 'settings:\n  name: a\n  name: b\n', '3 : Map keys must be unique'],
    ['an unknown tag', 'settings:\n  name: !!js/function x\n', '2 : '],
    ['a second document', 'settings: {}\n---\nroles: []\n', '2 : '],
    ['something that is no mapping', '- a\n- b\n', '1 : '],
    ['an unknown section', 'roels: []\n', '1 roels: There is no such field; did you mean roles?'],
    [
      'an unknown field',
      client('    redirectUri: x\n'),
      '4 clients[0].redirectUri: There is no such field; did you mean redirectUris?',
    ],
    [
      'a colour that cannot be read',
      'settings:\n  colours:\n    accent: "#ffd800"\n',
      '3 settings.colours.accent: Its contrast on the light page (#ffffff) is 1.39 to 1',
    ],
    [
      'a logo from elsewhere',
      'settings:\n  logo:\n    dark: https://elsewhere.example/logo.png\n',
      '3 settings.logo.dark: Write the picture itself: data:TYPE;base64,DATA',
    ],
    [
      'an unknown field far from any other',
      'settings:\n  hat: red\n',
      '2 settings.hat: There is no such field; known here: name, locale, colours, logo, session, rememberedSession, ',
    ],
    [
      'an unknown field in a list in a list',
      'roles:\n  - name: r\n    policies:\n      - resourceServer: x\n        permision: y\n',
      '5 roles[0].policies[0].permision: There is no such field; did you mean permission?',
    ],
    ['a field that is missing', 'roles:\n  - description: x\n', '2 roles[0].name: '],
    ['a value of another kind', 'settings:\n  session:\n    idleSeconds: soon\n', '3 settings.session.idleSeconds: '],
    [
      'a redirect URI on plain http',
      client(
        '    authentication: none\n    redirectUris:\n      - https://a.example/cb\n      - http://a.example/cb\n',
      ),
      '7 clients[0].redirectUris[1]: "http://a.example/cb" is on plain http',
    ],
    [
      'a username that can be none',
      'users:\n  - username: a/b\n',
      '2 users[0].username: A username must not contain /',
    ],
    [
      'a person twice',
      'users:\n  - username: Ann\n  - username: ANN\n',
      '3 users[1].username: ANN is in the file twice',
    ],
    [
      'an address twice',
      'users:\n  - username: a\n    email: x@y.example\n    emailVerified: true\n  - username: X@Y.example\n',
      '5 users[1].username: X@Y.example is in the file twice',
    ],
    ['a role twice', 'roles:\n  - name: r\n  - name: r\n', '3 roles[1].name: r is in the file twice.'],
    [
      'passwords that would be hashed too cheaply',
      'settings:\n  passwordHash: { scheme: argon2id, argon2MemoryKiB: 7168, argon2Passes: 1 }\n',
      'settings.passwordHash.argon2Passes: argon2MemoryKiB times argon2Passes must be at least 35840',
    ],
    [
      'the client of people’s own pages',
      'clients:\n  - id: gatehouse-account\n    firstParty: false\n    name: x\n',
      '2 clients[0].id: gatehouse-account is built in, and stays as it is. Take another id.',
    ],
    [
      'a role nobody knows',
      'users:\n  - username: a\n    roles: [administratr]\n',
      '3 users[0].roles[0]: There is no role administratr; did you mean administrator?',
    ],
    [
      'a group nobody knows',
      'groups:\n  - name: a\n    groups:\n      - a2\n      - zzzz\n',
      '5 groups[0].groups[1]: There is no group zzzz.',
    ],
    [
      'a permission nobody declares',
      'roles:\n  - name: r\n    policies:\n      - resourceServer: urn:gatehouse:api\n        permission: users:raed\n',
      '5 roles[0].policies[0].permission: There is no permission of urn:gatehouse:api called users:raed; did you mean users:read?',
    ],
    [
      'a resource server nobody knows',
      client(
        '    authentication: none\n    redirectUris: [https://a.example/cb]\n    resourceServers: [https://b.example]\n',
      ),
      '6 clients[0].resourceServers[0]: There is no resource server https://b.example.',
    ],
    [
      'groups that go round in a circle',
      'groups:\n  - name: a\n    groups: [b]\n  - name: b\n    groups: [c]\n  - name: c\n    groups: [a]\n',
      'The groups would go round in a circle: a > b > c > a.',
    ],
    [
      'a secret in the file',
      machine('Zm9yIHRlc3RzIG9ubHkgYW5kIG5vdGhpbmcgZWxzZQ'),
      '6 clients[0].secret: A secret is named, never written here',
    ],
    [
      'a secret among others that is written out',
      machine('["${WEAK}", hunter2]'),
      '6 clients[0].secret[1]: A secret is named',
    ],
    ['a secret outside of its folder', machine('${file:../0001.key}'), '6 clients[0].secret: A secret is named'],
    ['a secret by an absolute path', machine('${file:/etc/passwd}'), '6 clients[0].secret: A secret is named'],
    ['a secret in a hidden file', machine('${file:.hidden}'), '6 clients[0].secret: A secret is named'],
    ['a secret behind a link', machine('${file:link}'), 'must be a plain file, not a link'],
    ['a secret that is a folder', machine('${file:folder}'), 'must be a plain file'],
    ['a secret that is a pipe', machine('${file:pipe}'), 'must be a plain file'],
    ['a secret that others read', machine('${file:open}'), 'must have mode 0600'],
    ['a secret that is empty', machine('${file:empty}'), 'is empty'],
    ['a secret that is endless', machine('${file:long}'), 'is longer than'],
    ['a secret that is weak', machine('${file:weak}'), '6 clients[0].secret: The secret has fewer than 32 characters'],
    ['a secret that is not there', machine('${file:absent}'), '`gatehouse bootstrap` makes it.'],
    [
      'a variable that is not set',
      machine('${NOT_SET}'),
      '6 clients[0].secret: The environment variable NOT_SET is not set.',
    ],
    [
      "one of Gatehouse's own variables",
      machine('${GATEHOUSE_ADMIN_PASSWORD}'),
      '6 clients[0].secret: A secret is named',
    ],
    [
      'no secret',
      client('    grantTypes: [client_credentials]\n'),
      '2 clients[0].secret: A client that authenticates by a secret needs one',
    ],
    [
      'a weak password',
      'users:\n  - username: a\n    password: ${WEAK}\n',
      '3 users[0].password: The password must be at least 8',
    ],
    [
      'two usernames that look alike',
      'users:\n  - username: alice\n  - username: аӏісе\n',
      '3 users[1].username: A username looks like alice, which is somebody else',
    ],
    [
      'a common password',
      'users:\n  - username: a\n    password: ${COMMON}\n',
      '3 users[0].password: The password is too easy to guess: it is a common password',
    ],
    [
      'a password in the file',
      'users:\n  - username: a\n    password: a quiet morning\n',
      '3 users[0].password: A secret is named',
    ],
    ['an alias', 'roles: &x []\ngroups: *x\n', '2 : *x is an alias'],
  ])('%s', async (_what, text, problem) => {
    const before = realm.gate.writes;
    const problems = await bring(realm.parts, text, { env: { WEAK: 'weak', COMMON: 'password123456' } });
    expect(problems.join('\n')).toContain(problem);
    expect(realm.gate.writes).toBe(before);
  });

  test('everything at once, and changes nothing', async () => {
    const text = [
      'settings: {nmae: x}',
      'roles:',
      '  - name: fine',
      'groups:',
      '  - name: " padded"',
      'users:',
      '  - username: ""',
    ].join('\n');
    const read = readRealmFile(text);
    if (read.ok) throw new Error('it was read');
    expect(problemsError('GATEHOUSE_REALM_FILE (realm.yaml)', read.problems).message).toBe(
      [
        'GATEHOUSE_REALM_FILE (realm.yaml) has 3 problems, and nothing was changed:',
        '  line 1, settings.nmae: There is no such field; did you mean name?',
        '  line 5, groups[0].name: A group name has a space at its start or end, two in a row, or one that is not the usual space.',
        '  line 7, users[0].username: A username must not be empty.',
      ].join('\n'),
    );
    const references = await bring(realm.parts, 'roles:\n  - name: new\nusers:\n  - username: a\n    groups: [none]\n');
    expect(references).toHaveLength(1);
    expect(await realm.parts.roles.findByName('new')).toBeUndefined();
  });

  test('aliases that stand for more than memory holds, at once', async () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 30; i++)
      bomb.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`);
    const spent = await cpuMilliseconds(() => {
      expect(readRealmFile(bomb.join('\n'))).toMatchObject({ ok: false });
    });
    expect(spent).toBeLessThan(2000);
  });

  test.each([
    ['brackets', '['.repeat(200_000)],
    ['braces', '{a: '.repeat(100_000)],
    ['dashes', '- '.repeat(100_000)],
  ])('%s nested deeper than the parser bears', (_what, text) => {
    expect(readRealmFile(text)).toMatchObject({ ok: false });
  });

  test('whatever it is, it is an answer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.json({ maxDepth: 6 })), (text) => {
        readRealmFile(text);
      }),
    );
  });

  test('prototypes are fields like any other', () => {
    expect(readRealmFile('__proto__: {polluted: true}\nsettings:\n  constructor: x\n')).toMatchObject({ ok: false });
    expect({}).not.toHaveProperty('polluted');
  });
});

test('an empty file is a realm file that says nothing', async () => {
  const before = realm.gate.writes;
  for (const text of ['', '# nothing yet\n', '---\n']) expect(await bring(realm.parts, text)).toEqual([]);
  expect(realm.gate.writes).toBe(before);
});

test('a secret comes from its file or its variable', async () => {
  expect(await bring(realm.parts, machine('${file:good}'))).toEqual([]);
  const { compareSecret } = await import('../../src/realm/clients/client-secret.js');
  const client = await realm.parts.clients.get('app');
  expect(client && compareSecret(client, 'Zm9yIHRlc3RzIG9ubHkgYW5kIG5vdGhpbmcgZWxzZQ', Date.now())).toBe(true);
  const env = { OTHER: 'b3RoZXIgdGVzdHMgb25seSBhbmQgbm90aGluZyBlbHNl' };
  expect(await bring(realm.parts, machine('${OTHER}'), { env })).toEqual([]);
  const changed = await realm.parts.clients.get('app');
  expect(changed && compareSecret(changed, env.OTHER, Date.now())).toBe(true);
});

test('of several secrets all are good, and one that is no longer named is not', async () => {
  const env = { OTHER: 'b3RoZXIgdGVzdHMgb25seSBhbmQgbm90aGluZyBlbHNl' };
  const GOOD = 'Zm9yIHRlc3RzIG9ubHkgYW5kIG5vdGhpbmcgZWxzZQ';
  const { compareSecret } = await import('../../src/realm/clients/client-secret.js');
  const good = async (): Promise<readonly (boolean | undefined)[]> => {
    const client = await realm.parts.clients.get('app');
    return [GOOD, env.OTHER].map((secret) => client && compareSecret(client, secret, Date.now()));
  };
  expect(await bring(realm.parts, machine('["${OTHER}", "${file:good}"]'), { env })).toEqual([]);
  expect(await good()).toEqual([true, true]);
  // A secret that the host added beside them stays; so does what is named already.
  const { writes } = realm.gate;
  expect(await bring(realm.parts, machine('${OTHER}'), { env })).toEqual([]);
  expect(realm.gate.writes).toBe(writes);
  expect(
    await bring(realm.parts, machine('${NEW}'), { env: { NEW: 'bmV3IHRlc3RzIG9ubHkgYW5kIG5vdGhpbmcgZWxzZQ' } }),
  ).toEqual([]);
  expect(await good()).toEqual([false, false]);
});
