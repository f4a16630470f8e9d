/** docs/order-api.md: each command is typed as it stands, and does what the page says. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { blocksOf, typed } from '../support/documents.js';
import { program } from '../support/gatehouse.js';
import { useHost } from '../support/host/use-host.js';

const page = await readFile(join(import.meta.dirname, '../../docs/order-api.md'), 'utf8');

describe.each(['sqlite', 'mongodb'] as const)('on %s', (store) => {
  const [realm = ''] = blocksOf(page, 'yaml realm');
  const host = useHost({ store, realm });

  function type(mark: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
    const [block, another] = blocksOf(page, `sh run ${mark}`);
    if (block === undefined || another !== undefined) throw new Error(`There is not one block marked "${mark}".`);
    const shell = `gatehouse() { "${process.execPath}" "${program}" "$@"; }\n${block}`;
    const places = { 'http://localhost:3000': host.issuer, 'keys/': `${host.keysFolder}/`, ...more };
    const settings = { GATEHOUSE_STORE: host.storeAddress, GATEHOUSE_KEYS: host.keysFolder, NODE_NO_WARNINGS: '1' };
    return typed(shell, places, settings);
  }

  test('the guide leads from the file to tokens and decisions', async () => {
    expect(await type('decide')).toBe('allowed\ndenied\nexit code 1\n');
    const why = await type('explain');
    expect(why).toMatch(/ada has the role approver \(by .*\), which includes reader, which gives orders:read\./);
    expect(why).toContain('but it is not known from which network they come');
    expect(await type('network')).toBe('allowed\n');
    const before = new Date().toISOString();
    expect(await type('assign')).toMatch(/role seller +2098-12-31 23:00 UTC .*holiday cover/);
    await expect(type('exclude')).rejects.toThrow(
      /hold both .*approver.* and .*seller|hold both .*seller.* and .*approver/,
    );
    const [atTime, then, reason, today] = (await type('at-time', { '2026-03-01T09:00:00Z': before })).split('\n');
    expect([atTime, then]).toEqual([`At ${before}:`, 'bob may not orders:write at https://orders.example.com.']);
    expect(reason).toContain('Nothing gives it to bob');
    expect(today).toBe('bob may orders:write at https://orders.example.com.');
    expect(JSON.parse(await type('token'))).toMatchObject({
      active: true,
      roles: ['seller'],
      permissions: ['orders:read', 'orders:write'],
    });
    expect(JSON.parse(await type('evaluation'))).toMatchObject({
      decision: false,
      context: { reasons: expect.any(Array) },
    });
  });
});
