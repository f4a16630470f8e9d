/** docs/federation/synchronization.md: its commands work with a real directory, and its settings are those of a connector. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { blocksOf } from '../support/documents.js';
import { useHost } from '../support/host/use-host.js';
import { pageCommands } from '../support/page-commands.js';
import { PEOPLE, SERVICE, type Slapd, startSlapd } from '../support/slapd.js';
import { root } from './repository.js';

const page = await readFile(join(root, 'docs/federation/synchronization.md'), 'utf8');
const COUNT = 60;

const corp = (slapd: Pick<Slapd, 'secureUrl' | 'ca'>, secret: string) => ({
  ...{ id: 'corp', displayName: 'Example Corp', kind: 'ldap', preset: 'openldap' },
  connection: { servers: [slapd.secureUrl], ca: slapd.ca, bindDn: SERVICE.dn },
  subject: { base: PEOPLE },
  secret,
  mapping: { profile: [{ field: 'username', from: 'uid' }] },
});

describe.each(['sqlite', 'mongodb'] as const)('on %s', (store) => {
  const host = useHost({ store, env: { CORP_SECRET: SERVICE.password } });
  let folder: string;
  let slapd: Slapd;
  const commands = pageCommands(page, host);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-page-'));
    slapd = await startSlapd({ people: COUNT });
    const file = join(folder, 'corp.yaml');
    await writeFile(file, JSON.stringify({ name: 'corp', connectors: [corp(slapd, '${CORP_SECRET}')] }));
    expect(await host.command('apply', file)).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await slapd.stop();
    await rm(folder, { recursive: true });
    expect(commands.untyped()).toEqual([]);
  });

  const isKnown = async () => (await host.command('user', 'show', 'corp/p0')).code === 0;

  test('the guide leads from a preview to an approval', async () => {
    expect(await commands.type('preview')).toContain('p7');
    expect(await isKnown()).toBe(false);
    expect(await commands.type('import')).toMatch(new RegExp(`\\b${COUNT}\\b`));
    expect(await isKnown()).toBe(true);
    const gone = Array.from({ length: 6 }, (_, at) => `dn: uid=p${at},${PEOPLE}\nchangetype: delete\n`);
    await slapd.modify(gone.join('\n'));
    const stopped = await commands.type('stopped');
    expect(stopped).toContain('exit code 3');
    const [approval = ''] = /gatehouse connector sync corp --approve=[\w-]+/.exec(stopped) ?? [];
    expect(approval).not.toBe('');
    await commands.run(approval);
    expect((await host.command('user', 'show', 'corp/p0')).out.join('\n')).toContain('quarantine');
    expect((await commands.type('history')).split('\n').length).toBeGreaterThan(3);
  });
});

test('its settings are those of a connector', () => {
  const [block = ''] = blocksOf(page, 'yaml fields schedule');
  const { sync } = parse(block) as { readonly sync: object };
  const input = connectorInput.parse({ ...corp({ secureUrl: 'ldaps://x', ca: '' }, 's'), sync });
  expect(input.sync).toEqual({ every: 60, full: 24, limits: { count: 10, percent: 5 } });
});
