/** docs/federation/saml.md, whose commands are run, and the pages for single SAML identity providers, whose realm files are read. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { byKind, connectorSettings, withPresetMapping } from '../../src/federation/connectors/connector-settings.js';
import { samlPresets } from '../../src/federation/saml/presets/saml-presets.js';
import { samlKind } from '../../src/federation/saml/saml-kind.js';
import { samlSettings } from '../../src/federation/saml/settings/saml-settings.js';
import { pemOf, rsaKeys } from '../federation/saml/stand-in/keys.js';
import { blocksOf } from '../support/documents.js';
import { useHost } from '../support/host/use-host.js';
import { pageCommands } from '../support/page-commands.js';
import { root } from './repository.js';

const KINDS = byKind([samlKind]);
const read = (file: string): Promise<string> => readFile(join(root, 'docs/federation', file), 'utf8');
const PAGES: ReadonlyMap<string, string> = new Map([
  ['entra-id.md', 'entra-id'],
  ['adfs.md', 'adfs'],
  ['okta-saml.md', 'okta'],
  ['google-workspace.md', 'google-workspace'],
  ['keycloak-saml.md', 'keycloak'],
  ['simplesamlphp.md', 'simplesamlphp'],
]);

describe.each([...PAGES])('%s', (file, preset) => {
  test('has a realm file for its preset, which is read without a problem, and our addresses by its id', async () => {
    const page = await read(file);
    const [block = '', ...others] = blocksOf(page, 'yaml realm');
    expect(others).toEqual([]);
    const certificate = pemOf(rsaKeys().certificate).trim().replaceAll('\n', '\n          ');
    const [written] = (parse(block.replace('CERTIFICATE', certificate)) as { connectors: [{ id: string }] }).connectors;
    const connector = withPresetMapping(KINDS, connectorInput.parse(written));
    expect(connectorSettings(KINDS, connector)).toMatchObject({ ok: true });
    expect(connector.preset).toBe(preset);
    expect(page).toContain(`https://id.example.com/connector/${written.id}/metadata`);
  });

  test('answers the same questions as the others', async () => {
    const page = await read(file);
    for (const question of ['Who somebody is', 'E-mail', 'Groups', 'Logout'])
      expect(page).toContain(`- *${question}*: `);
  });
});

test('every preset has a page', () => {
  expect([...PAGES.values()].sort()).toEqual([...samlPresets.keys()].sort());
});

test('saml.md lists every setting', async () => {
  const page = await read('saml.md');
  const { connection, subject } = samlSettings.shape;
  const names = [...Object.keys(connection.shape), ...Object.keys(subject.unwrap().shape)];
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

describe.each(['sqlite', 'mongodb'] as const)('the guide on %s', (store) => {
  const host = useHost({ store });
  let folder: string;
  let page: string;
  beforeAll(async () => {
    page = await read('saml.md');
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-page-'));
    const [block = ''] = blocksOf(page, 'yaml realm');
    // Nobody answers there, at once.
    await writeFile(
      join(folder, 'university.yaml'),
      block.replaceAll('https://login.university.example', 'http://127.0.0.1:9'),
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('leads from a realm file to a certificate and its successor', async () => {
    const commands = pageCommands(page, host);
    const type = (mark: string): Promise<string> =>
      commands.type(mark, { folder, env: { GATEHOUSE_ISSUER: host.issuer }, places: {} });
    expect(await type('apply')).toContain('Connector university created.');
    expect(await type('keys')).toContain('-----BEGIN CERTIFICATE-----');
    expect(await type('test')).toMatch(/failed +metadata/);
    expect(await type('roll')).toContain('current');
    expect(commands.untyped()).toEqual([]);
  });
});
