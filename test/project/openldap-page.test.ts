/** docs/federation/openldap.md: its commands and settings work with a real directory, and its tables have every reason code. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { byKind, connectorSettings } from '../../src/federation/connectors/connector-settings.js';
import { ldapKind } from '../../src/federation/ldap/ldap-kind.js';
import { mappingInput } from '../../src/federation/mapping/mapping-input.js';
import { application, ask, claimsOf, codeOf, exchange, signIn } from '../support/application.js';
import { blocksOf } from '../support/documents.js';
import { useHost } from '../support/host/use-host.js';
import { pageCommands } from '../support/page-commands.js';
import { entry, GROUPS, PASSWORD, PEOPLE, person, SERVICE, type Slapd, startSlapd, SUFFIX } from '../support/slapd.js';
import { Visitor } from '../support/visitor.js';
import { files, root } from './repository.js';

const page = await readFile(join(root, 'docs/federation/openldap.md'), 'utf8');

interface CorpFile {
  readonly connectors: readonly [{ readonly connection: object; readonly subject: object }];
}

/** anna, and her group in each form. */
const directory = {
  entries: [
    person('anna', 'mail: anna@corp.test'),
    entry(`dn: ou=contractors,${SUFFIX}`, 'objectClass: organizationalUnit', 'ou: contractors'),
    ...['unique', 'posix'].map((unit) =>
      entry(`dn: ou=${unit},${GROUPS}`, 'objectClass: organizationalUnit', `ou: ${unit}`),
    ),
    salesGroup(`ou=unique,${GROUPS}`, 'objectClass: groupOfUniqueNames', `uniqueMember: uid=anna,${PEOPLE}`),
    salesGroup(`ou=posix,${GROUPS}`, 'objectClass: posixGroup', 'gidNumber: 7', 'memberUid: anna'),
  ].join(''),
  // Through LDAP, so that the overlay memberof sees it.
  added: salesGroup(GROUPS, 'objectClass: groupOfNames', `member: uid=anna,${PEOPLE}`).replace(
    '\n',
    '\nchangetype: add\n',
  ),
};

function salesGroup(base: string, ...lines: readonly string[]): string {
  return entry(`dn: cn=sales,${base}`, 'cn: sales', ...lines);
}

/** The names of the page, and those of the test's directory. */
const placesIn = (slapd: Slapd): Readonly<Record<string, string>> => ({
  'ldaps://ldap1.example.com': `ldaps://127.0.0.1:${slapd.securePort}`,
  'ldaps://ldap2.example.com': `ldaps://localhost:${slapd.securePort}`,
  'ldaps://ldap.example.com': slapd.secureUrl,
  'ldap://ldap.example.com': slapd.url,
  'cn=admin,dc=example,dc=com': `cn=root,${SUFFIX}`,
  'dc=example,dc=com': SUFFIX,
});
const here = (slapd: Slapd, text: string): string =>
  Object.entries(placesIn(slapd)).reduce((before, [there, place]) => before.replaceAll(there, place), text);

/** The file of the page, with the certificate of this directory in its place. */
function corpFile(slapd: Slapd, bindDn?: string): CorpFile {
  const [block = ''] = blocksOf(page, 'yaml realm');
  const file = parse(here(slapd, block)) as CorpFile;
  Object.assign(file.connectors[0].connection, { ca: slapd.ca, ...(bindDn !== undefined && { bindDn }) });
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
  let slapd: Slapd;
  const commands = pageCommands(page, host);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-page-'));
    slapd = await startSlapd(directory);
    await writeFile(join(folder, 'ca.pem'), slapd.ca);
    await writeFile(join(folder, 'admin-password'), 'rootpw');
  });
  afterAll(async () => {
    await slapd.stop();
    await rm(folder, { recursive: true });
    expect(commands.untyped()).toEqual([]);
  });

  const type = (mark: string): Promise<string> =>
    commands.type(mark, { folder, places: { ...placesIn(slapd), 'keys/': `${host.keysFolder}/` } });

  test('the guide leads from the service account to the first sign-in and its role', async () => {
    await type('account');
    await writeFile(join(folder, 'corp.yaml'), JSON.stringify(corpFile(slapd)));
    expect(await type('apply')).toContain('Connector corp created.');
    const tested = await type('test');
    expect(tested).not.toContain('failed');
    expect(tested).toMatch(/ok +groups .*groups: 1/);
    expect(tested).toMatch(/mail: +anna@corp\.test/);

    const app = application('shop');
    const asked = ask(host, app, { scope: 'openid profile email' });
    const { body } = await exchange(host, asked, codeOf(await signIn(new Visitor(), asked, 'anna', PASSWORD)));
    expect(claimsOf(body.id_token)['sub']).toEqual(expect.any(String));
    const shown = await type('user');
    expect(shown).toContain('corp');
    expect(shown).toMatch(/anna has the role stock-reader .*which gives stock:read/);
  });

  test('a connector is disabled, enabled, and not removed without --yes', async () => {
    const output = await type('disable');
    expect(output).toContain('Connector corp is disabled.');
    expect(output).toContain('Nothing was changed. To do it, add --yes.');
    expect(output).toContain('exit code 1');
    expect((await host.command('connector', 'show', 'corp')).code).toBe(0);
  });
});

describe('each form of the settings', () => {
  let slapd: Slapd;
  beforeAll(async () => {
    slapd = await startSlapd(directory);
  });
  afterAll(() => slapd.stop());

  const forms = [...page.matchAll(/^```yaml settings (.+)\n([^]*?)^```/gm)];
  test.each(forms.map(([, name = '', block = '']) => [name, block] as const))(
    '%s: reads anna with her group',
    async (_, block) => {
      const { connection, subject, ...fields } = corpFile(slapd, SERVICE.dn).connectors[0];
      const changes = parse(here(slapd, block)) as { connection?: object; subject?: object };
      // The page says to leave out what has no value.
      const given = Object.entries({ ...connection, ...changes.connection }).filter(([, value]) => value !== null);
      const input = connectorInput.parse({
        ...fields,
        connection: Object.fromEntries(given),
        subject: { ...subject, ...changes.subject },
        secret: SERVICE.password,
      });
      const settings = connectorSettings(byKind([ldapKind]), input);
      if (!settings.ok) throw new Error(JSON.stringify(settings.problems));
      const connector = ldapKind.create({
        ...{ id: 'corp', settings: ldapKind.settings.parse(settings.value), secret: SERVICE.password },
        report: () => undefined,
      });
      const known = { user: async () => undefined, mayGuess: async () => true };
      const outcome = await connector.authenticate({ name: 'anna', password: PASSWORD }, known);
      expect(outcome).toMatchObject({ kind: 'ok', identity: { groups: [{ name: 'sales' }] } });
      await connector.close();
    },
  );

  test('every rule for groups is accepted', () => {
    const [block = ''] = blocksOf(page, 'yaml mapping');
    expect(mappingInput.parse(parse(block)).groups).toHaveLength(4);
  });

  test('the lockout is a field of a connector', () => {
    const [block = ''] = blocksOf(page, 'yaml fields lockout');
    const [corp] = corpFile(slapd).connectors;
    const fields = parse(block) as object;
    expect(connectorInput.parse({ ...corp, secret: 'x', ...fields })).toMatchObject(fields);
  });
});

test('the tables have every reason code, each once, and no other', async () => {
  const documented = [...page.matchAll(/^\| `([a-z-]+|result-N)` +\|/gm)].map(([, code = '']) => code);
  expect(new Set(documented).size).toBe(documented.length);
  const sources = files.filter((file) => /^src\/federation\/(?:ldap|provisioning|userstores)\/.*\.ts$/.test(file));
  const text = (await Promise.all(sources.map((file) => readFile(join(root, file), 'utf8')))).join('\n');
  expect(documented.filter((code) => code !== 'result-N' && !text.includes(`'${code}'`))).toEqual([]);
  const types = /export type (?:Loss|Certificate|Breach)Reason =[^]*?;/g;
  const inTypes = [...text.matchAll(types)].flatMap(([type]) => [...type.matchAll(/'([a-z-]+)'/g)]);
  const used = [...inTypes, ...text.matchAll(/(?:reason: |reason = [^;]*\? |refused\(connector, )'([a-z-]+)'/g)];
  expect(used.length).toBeGreaterThan(60);
  expect([...new Set(used.map(([, code = '']) => code))].filter((code) => !documented.includes(code))).toEqual([]);
});
