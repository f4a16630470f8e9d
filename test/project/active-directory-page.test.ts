/** docs/federation/active-directory.md: its commands and settings work with a real domain controller. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { ldapPresets } from '../../src/federation/ldap/presets.js';
import { application, ask, claimsOf, codeOf, exchange, signIn } from '../support/application.js';
import { blocksOf } from '../support/documents.js';
import { useHost } from '../support/host/use-host.js';
import { pageCommands } from '../support/page-commands.js';
import { AD_BASE, AD_PASSWORD, AD_SERVICE, type Samba, startSamba } from '../support/samba.js';
import { Visitor } from '../support/visitor.js';
import { root } from './repository.js';

const page = await readFile(join(root, 'docs/federation/active-directory.md'), 'utf8');
const NEXT = 'Another-horse-8';

interface CorpFile {
  readonly connectors: readonly [{ readonly connection: object; readonly subject: object }];
}

/** The file of the page, with the addresses and certificate of this directory in their place. */
function corpFile(samba: Pick<Samba, 'url' | 'ca'>): CorpFile {
  const [block = ''] = blocksOf(page, 'yaml realm');
  const here = block.replaceAll('ldaps://dc.example.com', samba.url).replaceAll('dc=example,dc=com', AD_BASE);
  const file = parse(here) as CorpFile;
  Object.assign(file.connectors[0].connection, { ca: samba.ca });
  return file;
}

describe.each(['sqlite', 'mongodb'] as const)('on %s', (store) => {
  const host = useHost({
    store,
    clients: [
      {
        ...{ id: 'shop', name: 'Shop', authentication: 'none', redirectUris: ['https://shop.test/callback'] },
        ...{ grantTypes: ['authorization_code'], firstParty: true, scopes: ['openid', 'profile', 'email'] },
      },
    ],
  });
  let folder: string;
  let samba: Samba;
  const commands = pageCommands(page, host);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-page-'));
    samba = await startSamba();
    const attributes = { mail: 'anna@corp.test', displayName: 'Anna Arnold' };
    await samba.addGroup('sales', [await samba.addUser({ name: 'anna', password: true, attributes })]);
  });
  afterAll(async () => {
    await samba.stop();
    await rm(folder, { recursive: true });
    expect(commands.untyped()).toEqual([]);
  });

  const type = (mark: string): Promise<string> => commands.type(mark, { folder });

  async function enter(name: string, password = AD_PASSWORD) {
    const asked = ask(host, application('shop'), { scope: 'openid profile email' });
    const visitor = new Visitor();
    return { asked, visitor, page: await signIn(visitor, asked, name, password) };
  }

  test('the guide leads from the connector to the first sign-in and its role, by each of the names', async () => {
    await mkdir(join(host.keysFolder, 'secrets'), { recursive: true });
    await writeFile(join(host.keysFolder, 'secrets/corp-bind-password'), AD_SERVICE.password, { mode: 0o600 });
    await writeFile(join(folder, 'corp.yaml'), JSON.stringify(corpFile(samba)));
    expect(await type('apply')).toContain('Connector corp created.');
    const tested = await type('test');
    expect(tested).not.toContain('failed');
    expect(tested).toMatch(/mail: +anna@corp\.test/);
    const subjects = new Set<unknown>();
    for (const name of ['anna', 'ANNA', 'anna@ad.test', 'AD\\anna', 'corp/AD\\anna']) {
      const { asked, page: shown } = await enter(name);
      const { body } = await exchange(host, asked, codeOf(shown));
      subjects.add(claimsOf(body.id_token)['sub']);
    }
    expect(subjects.size).toBe(1);
    expect((await enter('OTHER\\anna')).page.status).toBe(403);
    const shown = await type('user');
    expect(shown).toMatch(/anna has the role stock-reader .*which gives stock:read/);
  });

  test('a person keeps the sub under another name, is told that the account is disabled, and chooses a new password', async () => {
    const before = await enter('anna');
    const { body } = await exchange(host, before.asked, codeOf(before.page));
    await samba.set('anna', { sAMAccountName: 'berta', userPrincipalName: 'berta@ad.test', sn: 'Other' });
    await samba.rename('berta', 'Berta Other');
    await samba.move('berta');
    await samba.disable('berta');
    const disabled = (await enter('berta')).page;
    const wrong = (await enter('berta', 'wrong')).page;
    expect([disabled.status, wrong.status]).toEqual([403, 403]);
    const errorOf = ({ text }: { text: string }) => /id="error"[^>]*>([^<]*)</.exec(text)?.[1];
    expect(errorOf(disabled)).not.toBe(errorOf(wrong));
    await samba.enable('berta');
    await samba.mustChange('berta');
    const asked = await enter('AD\\berta');
    expect(asked.page.heading).toBe('Your directory asks for a new password');
    const choosing = (current: string, next: string) => ({ current, password: next, again: next });
    const weak = await asked.visitor.submit(asked.page, choosing(AD_PASSWORD, 'weak'));
    expect([weak.status, errorOf(weak)]).toEqual([422, expect.stringContaining('does not take this password')]);
    expect((await asked.visitor.submit(asked.page, choosing('wrong', NEXT))).status).toBe(403);
    const done = await asked.visitor.submit(asked.page, choosing(AD_PASSWORD, NEXT));
    const after = await exchange(host, asked.asked, codeOf(done));
    expect(claimsOf(after.body.id_token)['sub']).toBe(claimsOf(body.id_token)['sub']);
    expect((await enter('berta')).page.status).toBe(403);
  });
});

test('the table of the preset is the preset', () => {
  const { subject } = ldapPresets.get('active-directory') as { readonly subject: Readonly<Record<string, unknown>> };
  const rows = [...page.matchAll(/^\| `subject\.(\w+)` +\| (.*) \|$/gm)];
  expect(rows.map(([, name]) => name).sort()).toEqual(Object.keys(subject).sort());
  for (const [, name = '', said = ''] of rows) {
    const value = subject[name];
    const values = typeof value === 'object' && value !== null ? Object.values(value) : [value];
    for (const text of values) expect(said).toContain(text);
  }
});

test('the lockout is a field of a connector', () => {
  const [block = ''] = blocksOf(page, 'yaml fields lockout');
  const [corp] = corpFile({ url: 'ldaps://dc.test', ca: '' }).connectors;
  const { connection, ...more } = corp;
  expect(connectorInput.parse({ ...more, connection, secret: 'x', ...(parse(block) as object) })).toMatchObject({
    lockout: { failures: 5, minutes: 30 },
  });
});
