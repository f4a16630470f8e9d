/** The pages of providers with OAuth 2 alone: their files can be applied as they stand, and the tables have every setting and preset. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { byKind, connectorSettings } from '../../src/federation/connectors/connector-settings.js';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { oauth2Kind } from '../../src/federation/oidc/oauth2/oauth2-kind.js';
import { oauth2Settings } from '../../src/federation/oidc/oauth2/oauth2-settings.js';
import { bring, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';
import { blocksOf } from '../support/documents.js';
import { root } from './repository.js';

const pageOf = (name: string): Promise<string> => readFile(join(root, `docs/federation/${name}.md`), 'utf8');
const presets = [...oauth2Kind.presets.keys()];

/** @throws where the kind refuses the fields */
function settingsOf(fields: object) {
  const input = connectorInput.parse({ id: 'x', displayName: 'X', kind: 'oauth2', ...fields });
  const read = connectorSettings(byKind([oauth2Kind]), input);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return oauth2Settings.parse(read.value);
}

describe('the realm file', () => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm();
  });
  afterAll(() => realm.close());

  test.each(['oauth2', ...presets])('of %s can be applied as it stands', async (name) => {
    const [block = ''] = blocksOf(await pageOf(name), 'yaml realm');
    const withSecret = block.replace(/\$\{file:[a-z0-9]+-client-secret\}/, '${CLIENT_SECRET}');
    expect(withSecret).not.toBe(block);
    expect(await bring(realm.parts, withSecret, { env: { CLIENT_SECRET: 'secret-of-the-client' } })).toEqual([]);
  });
});

test.each([
  ['github', 'enterprise', 'https://git.example.com/api/v3/user'],
  ['amazon', 'europe', 'https://api.amazon.co.uk/user/profile'],
])('the other addresses of %s are settings', async (preset, mark, profile) => {
  const [block = ''] = blocksOf(await pageOf(preset), `yaml fields ${mark}`);
  const { connection, subject } = settingsOf({ preset, ...(parse(block) as object) });
  expect(subject.profile.url).toBe(profile);
  const addresses = [connection.authorizationEndpoint, connection.tokenEndpoint, subject.emails?.url ?? profile];
  for (const address of addresses) expect(address).not.toMatch(/github\.com|www\.amazon\.com|api\.amazon\.com/);
});

test('the version of Facebook is that of the preset', async () => {
  const { connection } = settingsOf({ preset: 'facebook', connection: { clientId: 'x' } });
  const [version = ''] = /v\d+\.\d+/.exec(connection.tokenEndpoint) ?? [];
  expect(await pageOf('facebook')).toContain(`\`${version}\``);
});

test('the table has every setting with its default, and no other', async () => {
  const page = await pageOf('oauth2');
  const rows = page.slice(page.indexOf('| setting |')).split('\n\n')[0]?.split('\n').slice(2) ?? [];
  const listed = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([A-Za-z0-9.]+)`/g)].map(([, name = '']) => name),
  );
  const { connection, subject } = oauth2Settings.shape;
  const all = [
    ...Object.keys(connection.shape).map((name) => `connection.${name}`),
    ...Object.keys(subject.shape).map((name) => `subject.${name}`),
  ];
  expect(listed.toSorted()).toEqual(all.toSorted());
  const { connection: defaults } = settingsOf({
    connection: { authorizationEndpoint: 'https://a.test/', tokenEndpoint: 'https://a.test/', clientId: 'x' },
    subject: { profile: { url: 'https://a.test/' }, id: ['id'] },
  });
  for (const [name, value] of Object.entries(defaults)) {
    const cell = rows
      .find((row) => row.includes(`\`connection.${name}\``))
      ?.split('|')[2]
      ?.trim();
    if (cell) expect([name, cell]).toEqual([name, `\`${typeof value === 'object' ? '[]' : value}\``]);
  }
});

test('README.md lists every preset, with its page', async () => {
  const readme = await pageOf('README');
  for (const preset of presets)
    expect(readme).toMatch(new RegExp(`\\(${preset}\\.md\\) \\| \`oauth2\`, \`${preset}\``));
});
