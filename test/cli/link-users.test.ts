import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NotUnderstood } from '../../src/cli/arguments/usage-error.js';
import { readConnectorCommand, runConnectorCommand } from '../../src/cli/connector/connector.js';
import { connectorOf } from '../federation/connectors/test-kind.js';
import { directoryKind } from '../federation/connectors/directory-kind.js';
import { made } from '../identity/identity-store.js';
import { by, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';

const NAMES = ['ada', 'bob', 'cleo', 'dora', 'emma', 'fritz'];

describe.each(['sqlite', 'mongodb'] as const)('gatehouse connector link-users on %s', (store) => {
  const directory = directoryKind([...NAMES, 'other'].map((name) => `uuid-${name}`));
  const ids = new Map<string, string>();
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(store, { connectorKinds: [directory.kind] });
    const { connectors, users, links } = realm.parts;
    made(await connectors.create(by, connectorOf({ id: 'corp', enabled: false })));
    for (const username of NAMES) ids.set(username, made(await users.create(by, { username })).id);
    const held = { connector: 'corp', issuer: '', subject: 'uuid-cleo' };
    made(await links.add(by, ids.get('cleo') ?? '', held));
    made(await users.create(by, { username: 'gina', userstore: 'corp' }));
  });
  afterAll(() => realm.close());

  async function run(text: string | Buffer, ...more: string[]) {
    const file = join(realm.folder, 'people.csv');
    await writeFile(file, text);
    const lines: string[] = [];
    const command = readConnectorCommand(['link-users', 'corp', '--file', file, ...more]);
    const ok = await runConnectorCommand(by, command, realm.parts, { line: (line) => void lines.push(line) });
    return { ok, lines };
  }
  const linksOf = async (name: string) =>
    (await realm.parts.links.of(ids.get(name) ?? '')).map(({ subject }) => subject);

  const everything = () =>
    [
      'user,subject',
      'ada,uuid-ada',
      `${ids.get('bob')},"uuid-bob"`,
      'cleo,uuid-cleo',
      'nobody,uuid-other',
      'dora,uuid-cleo',
      'dora,uuid-ada',
      'cleo,uuid-other',
      'dora,uuid-typo',
      'dora',
      'dora,"uuid-dora',
      '',
      'DORA, uuid-dora ',
    ].join('\r\n');
  const why = (lines: readonly string[]) => lines.map((line) => line.replace(/^line (\d+): (?:\S+ \S+: )?/, '$1 '));

  test('shows what would become of each line, and changes nothing', async () => {
    const { ok, lines } = await run(everything());
    expect(ok).toBe(false);
    expect(why(lines)).toEqual([
      '2 would be linked',
      '3 would be linked',
      '4 linked already',
      '5 failed, there is no such user',
      '6 failed, the subject is linked to the user cleo',
      '7 failed, the subject is linked to the user ada',
      '8 failed, the user is linked to another subject: uuid-cleo',
      '9 failed, nobody there has this id',
      '10 failed, the line is not `user,subject`',
      '11 failed, the line is not `user,subject`',
      '13 would be linked',
      '3 to link, 1 linked already, 7 failed.',
      'Nothing was changed. To do it, add --apply.',
    ]);
    expect(await Promise.all(['ada', 'bob', 'dora'].map(linksOf))).toEqual([[], [], []]);
  });

  test('does the same with --apply, past the lines that fail, and again without a change', async () => {
    const before = why((await run(everything())).lines).slice(0, -2);
    const { ok, lines } = await run(everything(), '--apply');
    expect([ok, why(lines).slice(0, -1)]).toEqual([false, before.map((line) => line.replace('would be ', ''))]);
    expect(lines.at(-1)).toBe('3 linked, 1 linked already, 7 failed.');
    expect(await Promise.all(['ada', 'bob', 'dora'].map(linksOf))).toEqual([['uuid-ada'], ['uuid-bob'], ['uuid-dora']]);
    expect((await run(everything(), '--apply')).lines.at(-1)).toBe('0 linked, 4 linked already, 7 failed.');
  });

  test('ends well where no line fails', async () => {
    const { ok, lines } = await run('\uFEFFuser,subject\nemma,uuid-emma\n', '--apply');
    expect([ok, lines]).toEqual([true, ['line 2: emma uuid-emma: linked', '1 linked, 0 linked already, 0 failed.']]);
  });

  test('fails a line while the directory does not answer, unless it is not to be asked', async () => {
    directory.answers.set('uuid-fritz', { kind: 'unavailable', reason: 'connect-timeout' });
    const text = 'user,subject\nfritz,uuid-fritz\n';
    expect((await run(text, '--apply')).lines[0]).toMatch(/failed, could not be looked up there: connect-timeout$/);
    expect((await run(text, '--apply', '--unchecked')).ok).toBe(true);
    expect(await linksOf('fritz')).toEqual(['uuid-fritz']);
  });

  test('gives nobody a link because their name is the id of another user', async () => {
    const { users } = realm.parts;
    made(await users.create(by, { username: 'holder', id: 'ID-OF-HOLDER' }));
    made(await users.create(by, { username: 'ID-OF-HOLDER' }));
    const { lines } = await run('user,subject\nID-OF-HOLDER,uuid-other\n');
    expect(lines[0]).toContain('failed, this is the name of one user and the id of another');
  });

  test('names a user of a directory with it', async () => {
    expect((await run('user,subject\ncorp/gina,uuid-other\n')).lines[0]).toContain('would be linked');
  });

  test('fails a line that is too long, or not UTF-8, and reads on', async () => {
    const long = Buffer.alloc(200_000, 'x');
    const text = Buffer.concat([
      Buffer.from('user,subject\nada,'),
      long,
      Buffer.from([0x0a, 0x61, 0x2c, 0xff, 0x0a]),
      Buffer.from('ada,uuid-ada'),
    ]);
    expect(why((await run(text)).lines).slice(0, 3)).toEqual([
      '2 failed, the line is not `user,subject`',
      '3 failed, the line is not `user,subject`',
      '4 linked already',
    ]);
  });

  test('takes no other file', async () => {
    for (const text of ['', 'subject,user\nuuid,ada\n', 'ada,uuid-ada\n']) {
      await expect(run(text)).rejects.toThrow('must be `user,subject`');
    }
    const command = readConnectorCommand(['link-users', 'corp', '--file', join(realm.folder, 'none.csv')]);
    const out = { line: () => undefined };
    await expect(runConnectorCommand(by, command, realm.parts, out)).rejects.toThrow("can't be read: ENOENT");
  });
});

test.each([
  ['link-users', 'corp'],
  ['link-users', '--file', 'x'],
  ['link-users', 'corp', 'more', '--file', 'x'],
])('%j is not understood', (...argv: string[]) => {
  expect(() => readConnectorCommand(argv)).toThrow(NotUnderstood);
});
