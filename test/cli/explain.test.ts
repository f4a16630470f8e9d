import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stores } from '../flows/flow-host.js';
import { type Commands, commandsOn } from './in-process.js';

const ORDERS = 'https://orders.test';

describe.each(stores)('gatehouse decide and explain, on %s,', (store) => {
  let realm: Commands;
  beforeAll(async () => {
    realm = await commandsOn(store, 'test/cli/explain.realm.yaml');
  });
  afterAll(() => realm.end());

  const says = (...argv: readonly string[]): Promise<string> => realm.says(...argv);

  test('say yes, by which way, and who gave it', async () => {
    const question = ['ada', 'orders:read', '--at', ORDERS] as const;
    expect(await says('decide', ...question)).toBe('allowed');
    expect(await says('explain', ...question)).toMatch(
      /^ada may orders:read at https:\/\/orders\.test\.\n- ada is in team \(by \S+ at \S+\), which is in company \(by .*\), which has the role reader \(by .*\), which gives orders:read\.$/,
    );
  });

  test('say no, what stands against it, and what would open it', async () => {
    const question = ['ada', 'orders:approve', '--at', ORDERS] as const;
    expect(await says('decide', ...question)).toBe('denied');
    const why = await says('explain', ...question);
    expect(why).toContain('ada may not orders:approve');
    expect(why).toContain('but it is not known from which network they come');
    expect(await says('decide', ...question, '--address', '10.1.2.3')).toBe('allowed');
    expect(await says('explain', ...question, '--address', '192.0.2.1')).toContain('it holds only from 10.0.0.0/8');
  });

  test('name the level that would do', async () => {
    const question = ['ada', 'orders:refund', '--at', ORDERS] as const;
    expect(await says('explain', ...question)).toContain(
      'Signing in again at level urn:gatehouse:acr:two-factor would open it.',
    );
    expect(await says('decide', ...question, '--level', 'urn:gatehouse:acr:two-factor')).toBe('allowed');
  });

  test('know by which connector somebody signed in only if they are told', async () => {
    const question = ['ada', 'orders:close', '--at', ORDERS] as const;
    expect(await says('decide', ...question)).toBe('denied');
    expect(await says('explain', ...question)).toContain('it is not known by which connector they signed in');
    expect(await says('decide', ...question, '--connector', 'corp')).toBe('allowed');
    expect(await says('explain', ...question, '--connector', 'primary')).toContain(
      'it holds only after a sign-in by corp',
    );
  });

  test('know whose a thing is, and of which attributes', async () => {
    const question = ['ada', 'orders:change', '--at', ORDERS] as const;
    expect(await says('decide', ...question, '--owner', 'ada')).toBe('allowed');
    expect(await says('decide', ...question, '--owner', 'bob')).toBe('denied');
    expect(await says('decide', ...question, '--owner', 'bob', '--resource', 'status=draft')).toBe('allowed');
  });

  test('say that nobody has what nobody declared, and that nothing leads there', async () => {
    expect(await says('explain', 'ada', 'orders:eat', '--at', ORDERS)).toContain('declares no permission orders:eat');
    expect(await says('explain', 'bob', 'orders:read', '--at', ORDERS)).toContain(
      'no role, group or permission of theirs',
    );
  });

  test('ask for a client that acts for itself', async () => {
    expect(await says('decide', 'machine', 'orders:read', '--at', ORDERS, '--client-itself')).toBe('allowed');
  });

  test.each([
    [['ada', 'orders:read'], 'gatehouse explain alice'],
    [['adda', 'orders:read', '--at', ORDERS], 'did you mean ada?'],
    [['ada', 'orders:read', '--at', 'https://order.test'], 'did you mean https://orders.test?'],
    [['ada', 'orders:read', '--at', ORDERS, '--level', 'high'], 'There is no level high'],
    [['ada', 'orders:read', '--at', ORDERS, '--address', '010.1.2.3'], '--address takes an IP address'],
  ])('explain %j says what is wrong with it', async (argv, sentence) => {
    const { code, err } = await realm.command('explain', ...argv);
    expect([code > 0, err.join('\n')]).toEqual([true, expect.stringContaining(sentence)]);
  });
});
