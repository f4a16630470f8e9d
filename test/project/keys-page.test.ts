/** docs/keys.md promises nothing that does not work: each command that it says to type is typed here. */
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readAuditSecrets } from '../../src/config/audit-keys.js';
import { readRealmFile } from '../../src/realm-file/read/read-realm-file.js';
import { blocksOf, typed } from '../support/documents.js';
import { program } from '../support/gatehouse.js';
import { useHost } from '../support/host/use-host.js';

const page = await readFile(join(import.meta.dirname, '../../docs/keys.md'), 'utf8');

const host = useHost({ realmFile: 'examples/realm.yaml' });

function type(mark: string, env: Readonly<Record<string, string>> = {}, folder = '.'): Promise<string> {
  const [block, more] = blocksOf(page, `sh run ${mark}`);
  if (block === undefined || more !== undefined) throw new Error(`There is not one block marked "${mark}".`);
  const settings = { GATEHOUSE_STORE: host.storeAddress, GATEHOUSE_KEYS: host.keysFolder, NODE_NO_WARNINGS: '1' };
  const shell = `gatehouse() { "${process.execPath}" "${program}" "$@"; }\ncd "${folder}"\n${block}`;
  return typed(shell, {}, { ...settings, ...env });
}
const list = async () =>
  (await type('list'))
    .trim()
    .split('\n')
    .map((line) => line.split(/ {2,}/));

test('what it says is what happens, from the first list to the last look', async () => {
  const before = await list();
  expect(before[0]).toEqual(['USE', 'ALGORITHM', 'KEY', 'STATE', 'SINCE', 'UNTIL']);
  const said = before.map(([use, algorithm, , state]) => [use, algorithm, state].join(' '));
  for (const line of [
    ...['signing ES256 signs', 'signing RSA signs', 'signing EdDSA signs', 'cookies HMAC signs', 'csrf HMAC signs'],
    ...['pepper HMAC for good', 'audit Ed25519 signs', 'sealing AES seals'],
  ])
    expect(said).toContain(line);

  expect(await type('rotate')).toMatch(/ES256 \S+ is published now, and signs from/);
  const kid = before[1]?.[2] ?? '';
  expect(await type('retire', { KEY: kid })).toContain('signs from now on');
  expect((await list()).flat()).not.toContain(kid);

  expect(await type('reseal')).toContain('Everything in this store is sealed under 0002 now');
  expect(await type('again')).toMatch(/^0 documents/);
  expect((await list()).slice(-2).map((line) => line.slice(0, 4))).toEqual([
    ['sealing', 'AES', '0002', 'seals'],
    ['sealing', 'AES', '0001', 'opens'],
  ]);
  // Beside all of that it served.
  expect((await fetch(`${host.issuer}/readyz`)).status).toBe(200);
});

test('an audit key that was made by hand is taken, and signs where its name sorts last', async () => {
  const made = await mkdtemp(join(tmpdir(), 'gatehouse-own-key-'));
  await type('audit key', {}, made);
  expect(await readAuditSecrets(made)).toMatchObject([{ id: '0001' }]);
  await host.stop();
  await copyFile(join(made, '0001.audit-key'), join(host.keysFolder, '0002.audit-key'));
  await rm(made, { recursive: true });
  await host.restart();
  const audit = (await list()).filter(([use]) => use === 'audit').map((line) => line.slice(1, 4));
  expect(audit).toEqual([
    ['Ed25519', '0002', 'signs'],
    ['Ed25519', '0001', 'verifies'],
  ]);
  expect(await host.command('audit', 'verify')).toMatchObject({ code: 0, err: [] });
});

test('the realm file says it so', () => {
  const [block = ''] = blocksOf(page, 'yaml realm');
  expect(readRealmFile(block)).toMatchObject({ ok: true });
});

test('nothing of a key is shown by any command but its name', async () => {
  const shown = JSON.stringify([await host.command('keys', 'list'), await host.command('keys', 'rotate', 'cookies')]);
  // Anything longer than a thumbprint could be key material.
  expect(shown).not.toMatch(/[A-Za-z0-9_-]{44,}/);
});
