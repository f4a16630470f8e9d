import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openParts, type Parts } from '../../src/app/parts.js';
import { hours, type Instant, minutes } from '../../src/base/clock.js';
import { readConfig } from '../../src/config/config.js';
import { temporaryPlace, type TemporaryPlace } from '../support/host/temporary-place.js';
import { stores } from '../flows/flow-host.js';
import { by } from '../realm-file/realm.js';
import { commandsAt } from './in-process.js';

const ORDERS = 'https://orders.test';

describe.each(stores)('gatehouse explain and decide --at-time, on %s,', (store) => {
  let place: TemporaryPlace;
  let env: Readonly<Record<string, string>>;
  let commands: ReturnType<typeof commandsAt>;
  let clock: Instant;
  beforeAll(async () => {
    place = await temporaryPlace(store, { realmFile: 'test/cli/time-travel.realm.yaml' });
    env = { ...place.settings, GATEHOUSE_LOG_LEVEL: 'silent' };
    commands = commandsAt(env);
    await commands.says('bootstrap');
    clock = Date.now();
  });
  afterAll(() => place.remove());
  beforeEach(() => {
    clock += hours(1);
    jest.spyOn(Date, 'now').mockImplementation(() => clock);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const says = (...argv: readonly string[]): Promise<string> => commands.says(...argv);
  const time = (at: Instant): string => new Date(at).toISOString();
  const question = (who: string, permission = 'orders:read'): readonly string[] => [who, permission, '--at', ORDERS];
  /** What went wrong, and the exit code. */
  async function fails(...argv: readonly string[]): Promise<readonly [string, number]> {
    const { code, err } = await commands.command(...argv);
    return [err.join('\n'), code];
  }
  async function withParts<T>(work: (parts: Parts) => Promise<T>): Promise<T> {
    const parts = await openParts(readConfig(env));
    try {
      return await work(parts);
    } finally {
      await parts.close();
    }
  }
  const idOf = (username: string): Promise<string> =>
    withParts(async ({ identifiers }) => (await identifiers.findUser(username))?.id ?? 'nobody');

  test('answer as they did then, whatever was changed since', async () => {
    const before = await says('explain', ...question('ada'));
    const then = clock;
    clock += minutes(5);
    await says('group', 'rename', 'team', 'crew');
    await says('role', 'edit', 'reader', '--set', 'policies=[]');
    expect(await says('decide', ...question('ada'))).toBe('denied');
    expect(await says('explain', ...question('ada'), '--at-time', time(then))).toBe(`At ${time(then)}:\n${before}`);
    expect(await says('decide', ...question('ada'), '--at-time', time(then))).toBe('allowed');
    expect(await says('decide', ...question('ada'), '--at-time', time(clock))).toBe('denied');
  });

  test('understand a time as other commands print it', async () => {
    const printed = `${time(clock).slice(0, 16).replace('T', ' ')} UTC`;
    expect(await says('decide', ...question('ada'), '--at-time', printed)).toBe('denied');
  });

  test('ask for a client that acted for itself', async () => {
    const first = clock - hours(2) - minutes(10);
    const machine = [...question('machine'), '--client-itself', '--at-time'];
    expect(await says('decide', ...machine, time(first))).toBe('allowed');
    expect(await says('decide', ...machine, time(clock))).toBe('denied');
    await says('client', 'rename', 'machine', 'robot');
    clock += minutes(5);
    expect(await says('decide', ...machine, time(clock - minutes(10)))).toBe('denied');
    expect(await fails('decide', ...machine, time(clock))).toEqual([
      expect.stringContaining(`There was no client machine at ${time(clock)}.`),
      3,
    ]);
  });

  test('call a user as the user was called then', async () => {
    await says('user', 'edit', 'ada', '--set', 'username=adele');
    clock += minutes(5);
    const then = time(clock - minutes(10));
    expect(await says('explain', ...question('adele'), '--at-time', then)).toContain('ada may not orders:read');
  });

  test('ask about a user who was removed since, by id, and about nobody who was not there', async () => {
    const [id, then] = [await idOf('bob'), clock];
    clock += minutes(5);
    await says('user', 'delete', 'bob', '--yes');
    clock += minutes(5);
    expect(await says('explain', ...question(id), '--at-time', time(then))).toContain('bob may not orders:read');
    expect(await fails('explain', ...question(id), '--at-time', time(clock))).toEqual([
      expect.stringContaining(`The user ${id} was removed before ${time(clock)}.`),
      1,
    ]);
    expect(await fails('explain', ...question('bob'), '--at-time', time(then))).toEqual([
      expect.stringContaining('There is no user bob'),
      1,
    ]);
    await says('user', 'create', 'dora');
    expect(await fails('explain', ...question('dora'), '--at-time', time(then))).toEqual([
      expect.stringContaining(`The user dora did not exist at ${time(then)}`),
      1,
    ]);
  });

  test('say that the access of an erased user is gone', async () => {
    const [id, then] = [await idOf('cleo'), clock];
    clock += minutes(5);
    await withParts(async ({ users, realm, personal }) => {
      expect(await users.remove(by, id)).toMatchObject({ ok: true });
      expect(await realm.commit([personal.destroy(id)])).toEqual({ ok: true });
    });
    expect(await fails('decide', ...question(id), '--at-time', time(then))).toEqual([
      expect.stringContaining(`The user ${id} was erased.`),
      3,
    ]);
  });

  test('name no resource server that was not there', async () => {
    const then = clock;
    clock += minutes(5);
    await says('resource-server', 'create', 'https://stock.test', '--set', 'name=Stock');
    expect(await fails('decide', 'adele', 'stock:read', '--at', 'https://stock.test', '--at-time', time(then))).toEqual(
      [expect.stringContaining(`There was no resource server https://stock.test at ${time(then)}`), 3],
    );
  });

  describe('where the rule of a segment counts activity', () => {
    const [then, refund] = [() => time(clock), question('adele', 'orders:refund')];

    test('say what is not known', async () => {
      expect(await says('decide', ...refund)).toBe('denied');
      const { code, out } = await commands.command('decide', ...refund, '--at-time', then());
      expect([code, out]).toEqual([3, ['not known']]);
      const why = await says('explain', ...refund, '--at-time', then());
      expect(why.split('\n').slice(1)).toEqual([
        'It is not known whether adele could orders:refund at https://orders.test.',
        '- Not known: whether adele was in regulars. Its rule counts activity, and the counts have no history.',
        expect.stringMatching(/^- If so: adele is in regulars \(by its rule\), which has the role refunder /),
      ]);
    });

    test('do not take today’s counts for those of then', async () => {
      await withParts(async ({ behaviours }) => {
        await behaviours.count(await idOf('adele'), [{ event: 'bought', count: 3, at: clock }]);
      });
      expect(await says('decide', ...refund)).toBe('allowed');
      expect((await commands.command('decide', ...refund, '--at-time', then())).out).toEqual(['not known']);
    });

    test('say no where it is no in either case, with what is not known', async () => {
      const approve = question('adele', 'orders:approve');
      expect(await says('decide', ...approve, '--at-time', then())).toBe('denied');
      const why = await says('explain', ...approve, '--at-time', then());
      expect(why).toContain('adele may not orders:approve');
      expect(why).toContain('- Not known: whether adele was in regulars.');
      expect(why).toContain('but it is not known from which network they come');
      expect(await says('explain', ...question('adele', 'orders:delete'), '--at-time', then())).not.toContain(
        'Not known',
      );
    });
  });

  test.each([
    ['yesterday', '--at-time takes a time with its zone, as 2027-01-31T18:00:00+01:00, and "yesterday" is none.'],
    ['2026-01-01T00:00:00', '--at-time takes a time with its zone'],
    ['2999-01-01T00:00:00Z', '--at-time takes a time in the past.'],
  ])('refuse the time %s', async (text, sentence) => {
    expect(await fails('explain', ...question('adele'), '--at-time', text)).toEqual([
      expect.stringContaining(sentence),
      2,
    ]);
  });
});
