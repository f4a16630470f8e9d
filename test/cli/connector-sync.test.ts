/** `gatehouse connector sync` and `history`: what a run shows, what it prints of a hostile directory, and its exit codes. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readConnectorCommand, runConnectorCommand } from '../../src/cli/connector/connector.js';
import { readSyncCommand, runSyncCommand } from '../../src/cli/connector/sync.js';
import { NotUnderstood } from '../../src/cli/arguments/usage-error.js';
import type { ConnectorView } from '../../src/federation/connectors/connector-service.js';
import { by, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';
import { testKind } from '../federation/connectors/test-kind.js';
import {
  diffOf,
  goneDiff,
  NO_CHANGES,
  personDiff,
  type ScriptedSync,
  scriptedSync,
} from '../federation/sync/runs/scripted-sync.js';

// The store is below: the runs have their tests on both.
describe('gatehouse connector', () => {
  let realm: EmptyRealm;
  let sync: ScriptedSync;
  let corp: ConnectorView;
  beforeAll(async () => {
    realm = await emptyRealm('sqlite', { connectorKinds: [testKind().kind] });
    sync = scriptedSync(realm);
    corp = await sync.connector();
  });
  afterAll(() => realm.close());

  const parts = () => ({ ...realm.parts, synchronization: { reports: sync.reports, run: sync.run } });
  async function run(...argv: string[]): Promise<{ readonly outcome: string; readonly text: string }> {
    const lines: string[] = [];
    const out = { line: (line: string) => void lines.push(line) };
    const outcome = await runSyncCommand(by, readSyncCommand([corp.id, ...argv]), parts(), out);
    return { outcome, text: lines.join('\n') };
  }
  async function historyOf(...argv: string[]): Promise<string> {
    const lines: string[] = [];
    const out = { line: (line: string) => void lines.push(line) };
    await runConnectorCommand(by, readConnectorCommand(['history', corp.id, ...argv]), parts(), out);
    return lines.join('\n');
  }

  test('sync says what it did', async () => {
    sync.finds(goneDiff(3));
    const { outcome, text } = await run();
    expect(outcome).toBe('done');
    expect(text.split('\n')).toEqual([
      `Synchronization of ${corp.id}: done (full).`,
      'People: 100 read, 3 changed, 3 gone, 3 roles and groups lost.',
    ]);
  });

  test('sync --preview lists people, losses and reasons, and prints the command that approves them', async () => {
    sync.finds(goneDiff(60));
    const { outcome, text } = await run('--preview');
    expect(outcome).toBe('stopped');
    expect(text).toContain('Changed (60):\n  p0: gone; loses role seller\n');
    expect(text).toContain('  p49: gone; loses role seller\n  and 10 more\n');
    expect(text).toMatch(/^the whole connector +1,000 +60 +0 +60 +0$/m);
    const [header = '', row = ''] = text.match(/^(?:LOSSES IN|the whole connector) .*$/gm) ?? [];
    expect(row.indexOf('1,000')).toBe(header.indexOf('PEOPLE'));
    expect(text).toContain('  60 of 1,000 people of the whole connector would count as gone.');
    expect(text).toMatch(/Nothing was changed\.$/);
    const [, command = ''] = /gatehouse connector sync \S+ (--approve=\S+)/.exec(text) ?? [];
    expect(sync.applied.some(({ hash }) => hash === 'gone-60')).toBe(false);
    expect(await run(command)).toMatchObject({ outcome: 'done' });
    expect(sync.applied.at(-1)?.hash).toBe('gone-60');
  });

  test('sync counts all of a hundred thousand new people, and lists some', async () => {
    const people = Array.from({ length: 2000 }, (_, i) =>
      personDiff(`n${i}`, { kind: 'new', gained: ['role seller'] }),
    );
    sync.finds(diffOf(people, { counts: { ...NO_CHANGES, new: 100_000 }, read: 100_000 }));
    const { text } = await run('--preview');
    expect(text).toContain('New (100,000):\n  n0: gains role seller\n');
    expect(text).toContain('  and 99,950 more\n');
  });

  test('sync prints what a directory says in one line each', async () => {
    const hostile = personDiff('anna\nNothing was changed.', { kind: 'collided', reason: 'username-taken' });
    sync.finds(diffOf([hostile], { counts: { ...NO_CHANGES, collided: 1 } }));
    const { text } = await run('--preview');
    expect(text).toContain('  anna Nothing was changed.: username-taken');
  });

  test('sync --json has the report and the diff', async () => {
    sync.finds(goneDiff(70));
    const { text } = await run('--preview', '--json');
    expect(JSON.parse(text)).toMatchObject({
      report: { mode: 'preview', outcome: 'stopped', hash: 'gone-70', stops: [{ sentence: expect.any(String) }, {}] },
      diff: { hash: 'gone-70', people: expect.arrayContaining([expect.objectContaining({ username: 'p69' })]) },
    });
    expect(text).not.toContain('digest');
  });

  test('sync says that nothing could be read, and why', async () => {
    const { script } = sync;
    const { plan } = script;
    script.plan = async () => ({ kind: 'misconfigured', reason: 'service-bind-refused' });
    expect(await run()).toEqual({
      ...{ outcome: 'failed', text: `Synchronization of ${corp.id}: failed (service-bind-refused).` },
    });
    script.plan = plan;
  });

  test('sync refuses a hash that nobody was shown, and a connector that is disabled', async () => {
    await expect(run('--approve=unseen')).rejects.toThrow('within the last 24 hours');
    const disabled = await sync.connector({ enabled: false });
    await expect(
      runSyncCommand(by, readSyncCommand([disabled.id]), parts(), { line: () => undefined }),
    ).rejects.toThrow('is disabled');
  });

  test.each([
    ['no connector', []],
    ['two', ['a', 'b']],
    ['a preview that approves', ['corp', '--preview', '--approve=h']],
    ['an empty hash', ['corp', '--approve=']],
    ['a hash without end', ['corp', `--approve=${'h'.repeat(101)}`]],
    ['another option', ['corp', '--force']],
  ])('sync takes no %s', (_what, args) => {
    expect(() => readSyncCommand(args)).toThrow(NotUnderstood);
  });

  test('history lists the runs, the newest first', async () => {
    const lines = (await historyOf()).split('\n').map((line) => line.split(/ {2,}/));
    expect(lines[0]).toEqual(['ENDED', 'MODE', 'BY', 'OUTCOME', 'PEOPLE']);
    expect(lines.slice(1).map(([, mode, actor, outcome]) => [mode, actor, outcome])).toEqual([
      ['full', 'host tests', 'failed (service-bind-refused)'],
      ['preview', 'host tests', 'stopped'],
      ['preview', 'host tests', 'done'],
      ['preview', 'host tests', 'done'],
      ['full', 'host tests', 'done'],
      ['preview', 'host tests', 'stopped'],
      ['full', 'host tests', 'done'],
    ]);
    expect(JSON.parse(await historyOf('--json'))).toHaveLength(7);
  });
});
