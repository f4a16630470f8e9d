/** An administrator sees what a sign-in through a connector would do, and the sign-in then does that. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readConnectorCommand, runConnectorCommand } from '../../src/cli/connector/connector.js';
import { countCalls, type CountingStore } from '../../src/storage/counting.js';
import { application, ask, signIn } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { GROUPS, PASSWORD, PEOPLE, person, type Slapd, startSlapd } from '../support/slapd.js';
import { Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET } from './flow-host.js';
import { by, changeConnector, corpInput, salesOf } from './ldap-realm.js';

const ORDERS = { resource: 'https://orders.test', scope: 'openid orders:write' };
const app = application('public');
const READING = /\.(get|getMany|findOne|find|count|currentVersions)$/;
const people = ['anna', 'boris', 'clara', 'dirk', 'ellen', 'fritz', 'gina', 'hugo'];

describe.each(['sqlite', 'mongodb'] as const)('gatehouse connector explain, on %s', (store) => {
  let slapd: Slapd;
  let folder: string;
  let counting: CountingStore;
  const host = useInProcessHost({
    store,
    realmFile: 'test/flows/realm.yaml',
    env: { CONFIDENTIAL_SECRET, MACHINE_SECRET },
    background: false,
    installation: { watch: (opened) => (counting = countCalls(opened)).store },
  });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-explain-'));
    slapd = await startSlapd({
      entries: people.map((uid) => person(uid, `mail: ${uid}@corp.test`)).join(''),
      added: salesOf(people),
    });
    expect(await host.parts.connectors.create(by, corpInput(slapd))).toMatchObject({ ok: true });
  });
  afterAll(async () => {
    await slapd.stop();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => changeConnector(host, { ...corpInput(slapd), id: undefined }));

  /** Writes to the store are counted at each run. */
  async function explain(...argv: string[]) {
    const lines: string[] = [];
    counting.reset();
    const command = readConnectorCommand(['explain', 'corp', ...argv]);
    const ok = await runConnectorCommand(by, command, host.parts, { line: (text) => void lines.push(text) });
    const { calls } = counting.tally();
    expect(calls.filter((call) => !READING.test(call))).toEqual([]);
    return { ok, lines, text: lines.join('\n') };
  }
  async function pasted(identity: unknown) {
    const file = join(folder, 'answer.json');
    await writeFile(file, typeof identity === 'string' ? identity : JSON.stringify(identity));
    return explain('--file', file);
  }
  const enter = async (name: string): Promise<number> =>
    (await signIn(new Visitor(), ask(host, app, ORDERS), name, PASSWORD)).status;
  const named = (name: string) => host.parts.identifiers.holderOf('corp', name);
  const rolesOf = async (name: string) => {
    const { roles } = await host.parts.snapshots.read();
    return (await named(name))?.assignments.map(({ target }) => roles.get(target)?.name);
  };

  test('shows a new user with every step, and the sign-in makes that user', async () => {
    const { ok, lines } = await explain('anna');
    expect(ok).toBe(true);
    expect(lines).toContainEqual(expect.stringMatching(/^mail: +anna@corp.test$/));
    expect(lines).toEqual(
      expect.arrayContaining([
        '  Profile rule 1 (username): set "anna".',
        '  Profile rule 3 (familyName): set "Test".',
        '  Group rule 1: group "sales", set "seller".',
        '  E-mail verified: set "true".',
        'A new user anna would be created in corp, with:',
        '  email: anna@corp.test',
        '  emailVerified: true',
        '  profile.familyName: Test',
        '  role seller: added',
        'Nothing was changed.',
      ]),
    );
    expect(await named('anna')).toBeUndefined();
    counting.reset();
    expect(await enter('anna')).toBeLessThan(400);
    expect(counting.tally().calls.filter((call) => !READING.test(call))).not.toEqual([]);
    expect(await named('anna')).toMatchObject({ email: 'anna@corp.test', emailVerified: true });
    expect(await rolesOf('anna')).toEqual(['seller']);
  });

  test('says why a rule did not apply, and what is left out', async () => {
    const { mapping } = corpInput(slapd);
    await changeConnector(host, {
      mapping: {
        ...mapping,
        profile: [...mapping.profile, { field: 'phoneNumber', from: 'mobile' }],
        groups: [
          ...mapping.groups,
          { exact: 'managers', to: { role: 'reader' } },
          { exact: 'sales', to: { group: 'nobody' } },
        ],
      },
    });
    const { lines, text } = await explain('boris');
    expect(text).toMatch(/Profile rule 5 \(phoneNumber\): no value\. .+/);
    expect(text).toMatch(/Group rule 2: no match\. .+/);
    expect(lines).toContain('  group nobody: does not exist, so it is left out');
  });

  test('shows what changes at a linked user, and the sign-in does it', async () => {
    await enter('clara');
    const { text: unchanged } = await explain('clara');
    expect(unchanged).toMatch(/The user would be clara \(.+\), who is linked to this subject\.\n {2}no changes\n/);
    await slapd.modify(
      `dn: uid=clara,${PEOPLE}\nchangetype: modify\nreplace: sn\nsn: Newname\n\n` +
        `dn: cn=sales,${GROUPS}\nchangetype: modify\ndelete: member\nmember: uid=clara,${PEOPLE}\n`,
    );
    const { lines } = await explain('clara');
    expect(lines).toEqual(expect.arrayContaining(['  profile.familyName: Test -> Newname', '  role seller: removed']));
    expect(await rolesOf('clara')).toEqual(['seller']);
    await enter('clara');
    expect([(await named('clara'))?.profile.familyName, await rolesOf('clara')]).toEqual(['Newname', []]);
  });

  test('says so where a mapped username is somebody else’s', async () => {
    await enter('dirk');
    const { lines } = await pasted({ subject: 'another', claims: { uid: ['dirk'] } });
    expect(lines).toContainEqual(
      expect.stringMatching(/^A new user corp\.[a-z0-9]{10} would be created in corp, with:$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}the mapped username is not taken over: .+/));
    expect(lines).toContain('  groups were not reported, so roles and groups stay as they are');
  });

  test('names the account that an administrator made before', async () => {
    await changeConnector(host, { provisioning: { mode: 'known' } });
    const refused = await explain('ellen');
    expect([refused.ok, await enter('ellen')]).toEqual([false, 403]);
    expect(refused.lines).toContain(
      'The sign-in would be refused: nobody is linked to this subject, and provisioning.mode is known.',
    );
    expect(await host.parts.users.create(by, { username: 'ellen', userstore: 'corp' })).toMatchObject({ ok: true });
    const known = await explain('ellen');
    expect(known.ok).toBe(true);
    expect(known.text).toMatch(/The user would be ellen \(.+\), an account in corp that nobody is linked to\./);
  });

  test('shows what a person would be asked, and what is known of the new user', async () => {
    await changeConnector(host, { provisioning: { require: ['email', 'nickname', 'attributes.office'] } });
    const fields = await explain('hugo');
    expect(fields.ok).toBe(true);
    expect(fields.lines).toEqual(
      expect.arrayContaining([
        'The person would be asked for nickname, attributes.office. Then a new user hugo would be created in corp, with:',
        '  email: hugo@corp.test',
        '  role seller: added',
      ]),
    );
    await changeConnector(host, { linking: 'ask' });
    const account = await explain('hugo');
    expect([account.ok, account.text]).toEqual([
      true,
      expect.stringContaining(
        'asked for an existing account, which would be linked to this subject, or get a new one.\nNothing',
      ),
    ]);
    expect(JSON.parse((await explain('hugo', '--json')).text)).toMatchObject({
      result: 'asks-account',
      mayCreate: true,
    });
  });

  test('says so where the connector is disabled, or the account is closed here or there', async () => {
    await enter('fritz');
    await changeConnector(host, { enabled: false });
    expect(await explain('fritz')).toMatchObject({
      ok: false,
      lines: expect.arrayContaining(['Connector corp is disabled: nobody signs in through it.']),
    });
    const account = { disabled: 'employeeType' };
    await changeConnector(host, { enabled: true, subject: { base: PEOPLE, groups: { base: GROUPS }, account } });
    await slapd.modify(`dn: uid=fritz,${PEOPLE}\nchangetype: modify\nadd: employeeType\nemployeeType: TRUE\n`);
    expect(await explain('fritz')).toMatchObject({
      ok: false,
      lines: expect.arrayContaining(['The directory refuses this user: disabled.']),
    });
    await slapd.modify(`dn: uid=fritz,${PEOPLE}\nchangetype: modify\ndelete: employeeType\n`);
    const id = (await named('fritz'))?.id ?? '';
    expect(await host.parts.users.update(by, id, { block: {} })).toMatchObject({ ok: true });
    const blocked = await explain('fritz');
    expect([blocked.ok, blocked.text]).toEqual([false, expect.stringContaining('refused: blocked by administrator')]);
  });

  test('says so where nobody has the name, and shows the steps', async () => {
    const { ok, lines } = await explain('nobody');
    expect([ok, lines[0]]).toEqual([false, 'The user nobody could not be read:']);
    expect(lines).toContainEqual(expect.stringMatching(/^failed +sample .+sample-unknown/));
  });

  test('gives the same as JSON', async () => {
    const { text } = await explain('gina', '--json');
    expect(JSON.parse(text)).toMatchObject({
      connector: 'corp',
      result: 'creates',
      identity: { claims: expect.arrayContaining([{ name: 'uid', values: ['gina'] }]) },
      fields: expect.arrayContaining([{ field: 'email', after: 'gina@corp.test' }]),
      access: [{ kind: 'role', name: 'seller', change: 'added' }],
      unknown: [],
    });
  });

  test('takes a report of a user, with its level and claims of any name', async () => {
    const { text, ok } = await pasted(
      '{"subject": "x", "claims": {"uid": ["hanna"], "constructor": ["odd"]}, "groups": [{"name": "sales"}], "level": "two"}',
    );
    expect(ok).toBe(true);
    expect(text).toContain('A new user hanna would be created in corp, with:');
    expect(text).toMatch(/^constructor: +odd$/m);
    expect(text).toContain('role seller: added');
    expect((await pasted({ subject: '', claims: {} })).text).toContain('the id of the user is empty or too long');
  });

  test.each([
    ['no JSON', 'is not JSON', '{'],
    ['a field of another name', 'is no report of a user:\n- ', { subject: 'x', claims: {}, roles: ['admin'] }],
    ['values that are no list', 'is no report of a user:\n- claims.uid: ', { subject: 'x', claims: { uid: 'anna' } }],
    ['more claims than a directory reports', 'is no report of a user:\n- ', { subject: 'x', claims: manyClaims() }],
    ['more than a megabyte', 'has more than 1000000 bytes', ' '.repeat(1_000_001)],
  ])('refuses a report with %s', async (_what, said, identity) => {
    await expect(pasted(identity)).rejects.toThrow(said);
  });
});

function manyClaims(): object {
  return Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`c${at}`, ['x']]));
}
