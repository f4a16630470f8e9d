/** `gatehouse audit verify`, on a trail that a bootstrap wrote. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commandsOn, type Commands } from './in-process.js';

describe.each(['sqlite', 'mongodb'] as const)('gatehouse audit verify, on %s', (kind) => {
  let commands: Commands;
  beforeAll(async () => {
    commands = await commandsOn(kind, 'test/cli/holders.realm.yaml');
  });
  afterAll(() => commands.end());

  test('says how many records wait for the chain, and since when', async () => {
    const { code, out } = await commands.command('audit', 'verify');
    expect(out.join('\n')).toMatch(
      /^Verified 0 links and \d+ records: nothing is wrong\.\n\d+ records are not in the chain yet, the oldest since \d{4}-/,
    );
    expect(code).toBe(0);
  });

  test('has no checkpoint of a chain without links, and refuses what is none', async () => {
    const without = await commands.command('audit', 'verify', '--checkpoint');
    expect(without).toMatchObject({ code: 1, err: ['The audit chain has no link yet.'] });
    const refused = await commands.command('audit', 'verify', '--since', '12.abc');
    expect(refused.code).toBe(2);
    expect(refused.err.join('\n')).toContain('A checkpoint is SEQUENCE.HASH');
    expect((await commands.command('audit', 'verify', '--whole')).code).toBe(2);
  });

  test('ends with 1 where the chain lacks its checkpoint, and says so', async () => {
    const checkpoint = `7.${'A'.repeat(43)}`;
    const { code, out } = await commands.command('audit', 'verify', '--since', checkpoint);
    expect(out[0]).toBe('WRONG: The end of the chain was cut: it ends at 0, and the checkpoint is at 7.');
    expect(code).toBe(1);
  });
});
