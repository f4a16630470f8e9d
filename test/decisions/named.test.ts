import { expect, test } from '@jest/globals';
import { idsFor, nameFor } from '../../src/decisions/named.js';
import { resourceServerOf, resourceServerSecurity } from '../../src/decisions/resource-server-caller.js';
import type { Client } from '../../src/realm/clients/client.js';

const client = (id: string, more: Partial<Client> = {}): Client => ({ id, ...more }) as unknown as Client;
/** `SECTOR:USER`, which only the client of that sector can resolve. */
const open = (sub: string, { id }: Client) => (sub.startsWith(`${id}:`) ? sub.slice(id.length + 1) : undefined);
const make = (userId: string, { id }: Client) => (id === 'public' ? undefined : `${id}:${userId}`);

test('a name is resolved for the sectors that know it, and is an id for all others', () => {
  const idOf = idsFor([client('shop'), client('orders')], open);
  expect(['shop:ada', 'orders:ada', 'other:ada', 'ada'].map(idOf)).toEqual(['ada', 'ada', 'other:ada', 'ada']);
  expect(idsFor([], open)('shop:ada')).toBe('shop:ada');
});

test('a user is named by the caller’s own sector alone', () => {
  expect(nameFor(client('shop'), make)('ada')).toBe('shop:ada');
  expect(nameFor(client('public'), make)('ada')).toBe('ada');
});

test('only a client that is a resource server asks, and never a user', () => {
  const orders = client('orders', { introspects: ['https://orders.example'] });
  const { accepts } = resourceServerSecurity;
  expect(accepts?.({ kind: 'client', client: orders })).toBeUndefined();
  expect(resourceServerOf({ kind: 'client', client: orders }).audiences).toEqual(['https://orders.example']);
  for (const other of [
    { kind: 'client', client: client('shop') },
    { kind: 'client', client: client('shop', { introspects: [] }) },
    { kind: 'user', client: orders, user: { id: 'ada' } as never, scopes: [] },
    { kind: 'anonymous' },
  ] as const) {
    expect(accepts?.(other)).toMatchObject({ reason: 'not-authenticated' });
    expect(() => resourceServerOf(other)).toThrow(/no resource server/);
  }
});
