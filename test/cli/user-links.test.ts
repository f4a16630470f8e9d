import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NotUnderstood } from '../../src/cli/arguments/usage-error.js';
import { findUser } from '../../src/cli/arguments/find-user.js';
import { linksCommand, readLinksCommand } from '../../src/cli/user/links.js';
import { showUser } from '../../src/cli/user/show-user.js';
import { MOST_LINKS } from '../../src/identity/links/identity-link.js';
import { credentials } from '../../src/identity/passwords/credential.js';
import { insert } from '../../src/storage/write.js';
import { connectorOf } from '../federation/connectors/test-kind.js';
import { directoryKind } from '../federation/connectors/directory-kind.js';
import { made } from '../identity/identity-store.js';
import { by, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';

const password = { clear: 'a quiet morning', generated: false };

describe.each(['sqlite', 'mongodb'] as const)('links on the command line, on %s', (store) => {
  const directory = directoryKind(['uuid-ada', 'uuid-ada-2', 'uuid-bob']);
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(store, { connectorKinds: [directory.kind] });
    const { connectors, users } = realm.parts;
    made(await connectors.create(by, connectorOf({ id: 'corp' })));
    for (const username of ['ada', 'bob']) made(await users.create(by, { username, password }));
    const link = { connector: 'corp', issuer: '', subject: 'uuid-cleo' };
    made(await users.create(by, { username: 'cleo', userstore: 'corp', link }));
  });
  afterAll(() => realm.close());

  async function says(action: 'links' | 'link' | 'unlink', ...argv: string[]): Promise<string> {
    const lines: string[] = [];
    const command = readLinksCommand(action, argv);
    const user = await findUser(realm.parts, command.name);
    await linksCommand(realm.parts, by, command, user, { line: (text) => void lines.push(text) });
    return lines.join('\n');
  }
  const link = (name: string, subject: string, ...more: string[]) =>
    says('link', name, '--connector', 'corp', '--subject', subject, ...more);

  test('a link is made, listed, and removed', async () => {
    expect(await says('links', 'ada')).toBe('ada has no links.');
    expect(await link('ada', 'uuid-ada')).toBe('ada is linked to uuid-ada of corp.');
    expect(await says('links', 'ada')).toMatch(/^CONNECTOR +SUBJECT +SINCE\ncorp +uuid-ada +\d{4}-/);
    expect(JSON.parse(await says('links', 'ada', '--json'))).toEqual([
      { connector: 'corp', subject: 'uuid-ada', linkedAt: expect.any(String) },
    ]);
    expect(await says('unlink', 'ada', '--connector', 'corp')).toBe(
      'The link of ada to uuid-ada of corp is removed, and the access that corp gave.',
    );
    expect(await says('links', 'ada')).toBe('ada has no links.');
  });

  test('a link to remove is named where there are several', async () => {
    await link('ada', 'uuid-ada');
    await link('ada', 'uuid-ada-2');
    await expect(says('unlink', 'ada', '--connector', 'corp')).rejects.toThrow(/several links.*\n {2}uuid-ada\n/);
    expect(await says('unlink', 'ada', '--connector', 'corp', '--subject', 'uuid-ada-2')).toBe(
      'The link of ada to uuid-ada-2 of corp is removed.',
    );
    await expect(says('unlink', 'ada', '--connector', 'corp', '--subject', 'uuid-bob')).rejects.toThrow('no such link');
    await says('unlink', 'ada', '--connector', 'corp');
  });

  test('a subject has one user', async () => {
    await link('ada', 'uuid-ada');
    await expect(link('bob', 'uuid-ada')).rejects.toThrow('is linked to a user already');
    await says('unlink', 'ada', '--connector', 'corp');
  });

  test('a subject that the directory does not have, or cannot be asked for, is linked only unchecked', async () => {
    await expect(link('bob', 'uuid-typo')).rejects.toThrow('nobody there has this id');
    directory.answers.set('uuid-later', { kind: 'unavailable', reason: 'connect-timeout' });
    await expect(link('bob', 'uuid-later')).rejects.toThrow('could not be looked up there: connect-timeout');
    expect(await says('links', 'bob')).toBe('bob has no links.');
    expect(await link('bob', 'uuid-later', '--unchecked')).toContain('bob is linked');
    await says('unlink', 'bob', '--connector', 'corp');
    expect(directory.closed()).toBe(directory.created.length);
  });

  test('a user of a directory is named with it, and keeps the only way in', async () => {
    await expect(findUser(realm.parts, 'cleo')).rejects.toThrow('There is no user cleo; did you mean corp/cleo?');
    await expect(says('unlink', 'CORP/Cleo', '--connector', 'corp')).rejects.toThrow('the only way for this user');
    expect(await says('links', 'corp/cleo')).toContain('uuid-cleo');
  });

  test('the last link to the userstore of a user stays', async () => {
    const { users, links, connectors } = realm.parts;
    made(await connectors.create(by, connectorOf({ id: 'other' })));
    const home = { connector: 'corp', issuer: '', subject: 'uuid-fritz' };
    const { id } = made(await users.create(by, { username: 'fritz', userstore: 'corp', link: home }));
    made(await links.add(by, id, { ...home, connector: 'other' }));
    await expect(says('unlink', 'corp/fritz', '--connector', 'corp')).rejects.toThrow('lives in corp');
    expect(await says('unlink', 'corp/fritz', '--connector', 'other')).toContain('is removed');
  });

  test('a password that is compared nowhere is no way in', async () => {
    // Left from when a user of a directory could be given one.
    const [ada, cleo] = await Promise.all([findUser(realm.parts, 'ada'), findUser(realm.parts, 'corp/cleo')]);
    const { realm: documents } = realm.parts;
    const credential = await documents.of(credentials).get(ada.id);
    if (!credential) throw new Error('Ada has no password.');
    const { version: _, ...fields } = credential;
    expect(await documents.commit([insert(credentials, { ...fields, id: cleo.id })])).toEqual({ ok: true });
    await expect(says('unlink', 'corp/cleo', '--connector', 'corp')).rejects.toThrow('the only way for this user');
  });

  test('of two links that are removed at once, one stays', async () => {
    const { users, links } = realm.parts;
    const first = { connector: 'corp', issuer: '', subject: 'uuid-dora-1' };
    const { id } = made(await users.create(by, { username: 'dora', userstore: 'corp', link: first }));
    made(await links.add(by, id, { ...first, subject: 'uuid-dora-2' }));
    const both = await links.of(id);
    await Promise.all(both.map((each) => links.remove(by, id, each.id)));
    expect(await links.of(id)).toHaveLength(1);
  });

  test('a user has no more links than are removed with them', async () => {
    const { users, links } = realm.parts;
    const { id } = made(await users.create(by, { username: 'emma', password }));
    const add = (n: number) => links.add(by, id, { connector: 'corp', issuer: '', subject: `emma-${n}` });
    for (let n = 0; n < MOST_LINKS; n++) made(await add(n));
    expect(await add(MOST_LINKS)).toMatchObject({ refusal: { problems: [{ code: 'too-many-links' }] } });
    made(await users.remove(by, id));
    expect(await links.count('corp', 100)).toBe(3);
  });

  test('user show names the userstore and the links', async () => {
    const lines: string[] = [];
    const show = async (name: string) => {
      lines.splice(0);
      await showUser(realm.parts, await findUser(realm.parts, name), { line: (text) => void lines.push(text) });
      return lines.join('\n');
    };
    expect(await show('corp/cleo')).toMatch(
      /^Userstore +corp$[^]*^Password +at corp$[^]*^Links +corp uuid-cleo since /m,
    );
    expect(await show('ada')).toMatch(/^Userstore +primary$[^]*^Password +set$[^]*^Links +none$/m);
  });

  test('an unknown connector is named', async () => {
    const at = ['--connector', 'nowhere', '--subject', 'x'];
    await expect(says('link', 'ada', ...at)).rejects.toThrow('There is no connector nowhere');
  });
});

test.each([
  ['links'],
  ['links', 'ada', 'bob'],
  ['link', 'ada', '--connector', 'corp'],
  ['link', 'ada', '--subject', 'x'],
  ['link', 'ada', '--connector', 'corp', '--subject', ''],
  ['link', 'ada', '--connector', 'corp', '--subject', 'x'.repeat(256)],
  ['link', 'ada', '--connector', 'corp', '--subject', 'a\nb'],
  ['unlink', 'ada'],
  ['unlink', '--all'],
] as const)('%s %j is not understood', (action, ...argv: string[]) => {
  expect(() => readLinksCommand(action, argv)).toThrow(NotUnderstood);
});
