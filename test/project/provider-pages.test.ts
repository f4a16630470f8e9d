/** The pages for single OpenID providers: their realm files are what the product takes, and each is listed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { byKind, connectorSettings, withPresetMapping } from '../../src/federation/connectors/connector-settings.js';
import { oidcKind } from '../../src/federation/oidc/oidc-kind.js';
import { oidcPresets } from '../../src/federation/oidc/presets/oidc-presets.js';
import { readRealmFile } from '../../src/realm-file/read/read-realm-file.js';
import { blocksOf } from '../support/documents.js';
import { root } from './repository.js';

const KINDS = byKind([oidcKind]);
const read = (file: string): Promise<string> => readFile(join(root, 'docs/federation', file), 'utf8');

const PAGES: ReadonlyMap<string, readonly string[]> = new Map([
  ['google.md', ['google']],
  ['microsoft.md', ['microsoft', 'microsoft-tenants', 'microsoft-personal']],
  ['apple.md', ['apple']],
  ['gitlab.md', ['gitlab']],
  ['linkedin.md', ['linkedin']],
  ['discord.md', ['discord']],
  ['slack.md', ['slack']],
  ['okta.md', ['okta']],
  ['auth0.md', ['auth0']],
  ['keycloak.md', ['keycloak']],
]);

interface WrittenFile {
  readonly connectors: readonly [{ readonly id: string; readonly preset: string }];
}

describe.each([...PAGES])('%s', (file, presets) => {
  test('has a realm file for each of its presets, which is read without a problem', async () => {
    const blocks = blocksOf(await read(file), 'yaml realm');
    const found = blocks.map((block) => {
      expect(readRealmFile(block)).toMatchObject({ ok: true });
      const [written] = (parse(block) as WrittenFile).connectors;
      const connector = withPresetMapping(KINDS, connectorInput.parse(written));
      expect(connectorSettings(KINDS, connector)).toMatchObject({ ok: true });
      expect(connector.mapping.profile.length).toBeGreaterThan(0);
      return written.preset;
    });
    expect(found).toEqual(presets);
  });

  test('says which redirect URI to enter, by the id of its connector', async () => {
    const page = await read(file);
    const [block = ''] = blocksOf(page, 'yaml realm');
    const [{ id }] = (parse(block) as WrittenFile).connectors;
    expect(page).toContain(`https://id.example.com/connector/${id}/callback`);
  });

  test('answers the same questions as the others', async () => {
    const page = await read(file);
    for (const question of ['Who may come', 'Who somebody is', 'E-mail', 'Username', 'Groups', 'Logout'])
      expect(page).toContain(`- *${question}*: `);
  });
});

test('every preset has a page, and is in the list of providers', async () => {
  expect([...PAGES.values()].flat().toSorted()).toEqual([...oidcPresets.keys()].toSorted());
  const list = await read('README.md');
  for (const [file, presets] of PAGES)
    for (const preset of presets) expect(list).toMatch(new RegExp(`\\]\\(${file}\\).*\\| \`oidc\`, \`${preset}\` \\|`));
});

test('the guide names every setting', async () => {
  const guide = await read('openid-connect.md');
  const { connection, subject } = oidcKind.settings.parse({
    connection: { issuer: 'https://a.test', clientId: 'x' },
  });
  for (const name of Object.keys(connection)) expect(guide).toContain(`\`connection.${name}\``);
  for (const name of Object.keys(subject)) expect(guide).toContain(`\`subject.${name}\``);
});
