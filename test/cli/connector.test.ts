import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Saved } from '../../src/changes/change-result.js';
import { readConnectorCommand, runConnectorCommand } from '../../src/cli/connector/connector.js';
import { NotUnderstood } from '../../src/cli/arguments/usage-error.js';
import type { TestStep } from '../../src/federation/contract/connector-condition.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { connectorOf, testKind } from '../federation/connectors/test-kind.js';
import { by, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';

const SECRET = 'the password of the service account';

function done<T>(saved: Saved<T>): T {
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  return saved.value;
}

describe.each(['sqlite', 'mongodb'] as const)('gatehouse connector on %s', (store) => {
  const steps: TestStep[] = [];
  const { kind, closed } = testKind(steps);
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(store, { connectorKinds: [kind] });
    const { connectors } = realm.parts;
    const domains = [{ name: 'corp.example', enforce: true }];
    done(await connectors.create(by, connectorOf({ id: 'corp', order: 2, domains, secret: SECRET })));
    done(await connectors.create(by, connectorOf({ id: 'first', order: 1, enabled: false, displayName: 'First' })));
  });
  afterAll(() => realm.close());

  async function run(...argv: string[]): Promise<{ readonly ok: boolean; readonly lines: readonly string[] }> {
    const lines: string[] = [];
    const out = { line: (text: string) => void lines.push(text) };
    const ok = await runConnectorCommand(by, readConnectorCommand(argv), realm.parts, out);
    return { ok, lines };
  }
  const says = async (...argv: string[]) => (await run(...argv)).lines.join('\n');

  test('list shows state, kind, order and domains, in order', async () => {
    expect((await run('list')).lines.map((line) => line.split(/ {2,}/))).toEqual([
      ['CONNECTOR', 'STATE', 'KIND', 'ORDER', 'DOMAINS', 'NAME'],
      ['first', 'disabled', 'test', '1', '-', 'First'],
      ['corp', 'enabled', 'test', '2', 'corp.example (enforced)', 'Example Corp'],
    ]);
    expect(JSON.parse(await says('list', '--json'))).toMatchObject([{ id: 'first' }, { id: 'corp' }]);
  });

  test('show prints every field but the secret', async () => {
    const text = await says('show', 'corp');
    expect(text).toMatch(/^connection: +\{"server":"ldaps:\/\/directory.example"\}$/m);
    expect(text).toMatch(/^secretSetAt: +\d{4}-/m);
    expect(text + (await says('show', 'corp', '--json'))).not.toContain(SECRET);
  });

  test('disable and enable change its state', async () => {
    expect(await says('disable', 'corp')).toBe('Connector corp is disabled. Nobody signs in through it.');
    expect((await realm.parts.connectors.get('corp'))?.enabled).toBe(false);
    expect(await says('enable', 'corp')).toBe('Connector corp is enabled.');
    expect((await realm.parts.connectors.get('corp'))?.enabled).toBe(true);
  });

  test('test --sign-in is refused where people type their password here', async () => {
    await expect(run('test', 'corp', '--sign-in')).rejects.toThrow(
      'Connector corp asks for passwords, so there is nothing to open in a browser: `gatehouse connector test corp USER`.',
    );
    await expect(run('test', 'nobody', '--sign-in')).rejects.toThrow('There is no connector nobody');
    for (const argv of [
      ['test', 'corp', 'kim', '--sign-in'],
      ['show', 'corp', '--sign-in'],
      ['test', '--sign-in'],
    ])
      expect(() => readConnectorCommand(argv)).toThrow(NotUnderstood);
  });

  test('remove shows first what hangs on it, and takes two words to do it', async () => {
    const { clients, connectors, users } = realm.parts;
    done(await connectors.create(by, connectorOf({ id: 'old' })));
    const redirectUris = ['https://shop.example/cb'];
    done(await clients.create(by, clientInput.parse({ id: 'shop', name: 'Shop', redirectUris, connectors: ['old'] })));
    done(await users.create(by, { username: 'kim', userstore: 'old' }));
    const listed = /client shop: offers it for sign-in\n {2}user kim: keeps the account, and can no longer sign in/;
    await expect(run('remove', 'old')).rejects.toThrow(listed);
    await expect(run('remove', 'old', '--cascade')).rejects.toThrow(listed);
    expect(await connectors.get('old')).toBeDefined();
    expect(await says('remove', 'old', '--cascade', '--yes')).toBe('Connector old removed.');
    expect(await connectors.get('old')).toBeUndefined();
    await expect(run('remove', 'old')).rejects.toThrow('There is no connector old');
  });

  describe('test', () => {
    test('prints each step in a line, and closes the connector', async () => {
      steps.splice(
        0,
        Infinity,
        { step: 'resolve', outcome: 'ok', at: 'ldaps://a' },
        { step: 'connect', outcome: 'ok' },
      );
      const before = closed();
      expect(await run('test', 'corp')).toEqual({ ok: true, lines: ['ok  resolve  ldaps://a', 'ok  connect'] });
      expect((await run('test', 'corp', 'ada')).lines.at(-1)).toBe('ok  sample   ada');
      expect(closed()).toBe(before + 2);
    });

    test('says which lockout counts, and what it was taken from', async () => {
      const lockout = { rule: { failures: 7, within: 600_000 }, at: 'cn=default' };
      steps.splice(0, Infinity, { step: 'lockout', outcome: 'ok', lockout });
      const says = async () => (await run('test', 'corp')).lines.at(-1);
      expect(await says()).toMatch(/a lockout after 7 wrong passwords within 10 minutes \(from the directory\)\.$/);
      steps.splice(0, Infinity, { step: 'lockout', outcome: 'warning', reason: 'no-base' });
      expect(await says()).toMatch(/after 5 wrong passwords within 30 minutes \(the default,/);
    });

    test('fails with a failed step, not with a warning', async () => {
      steps.splice(0, Infinity, { step: 'tls', outcome: 'warning', reason: 'ends-soon', details: ['until 2027'] });
      expect(await run('test', 'corp')).toEqual({ ok: true, lines: ['warning  tls    ends-soon; until 2027'] });
      steps.push({ step: 'bind', outcome: 'failed', reason: 'refused' }, { step: 'search', outcome: 'skipped' });
      expect((await run('test', 'corp')).ok).toBe(false);
      expect((await run('test', 'corp', '--json')).ok).toBe(false);
    });

    test('shows the sample user, whose values do not look like lines of ours', async () => {
      const claims = new Map([
        ['mail', ['ada@example.com', 'x\nok  bind']],
        ['jpegphoto', ['x'.repeat(10_000)]],
        ['__proto__', ['odd']],
      ]);
      const identity = { subject: 'uuid', claims, groups: [{ name: 'sales', dn: 'cn=sales' }] };
      steps.splice(0, Infinity, { step: 'sample', outcome: 'ok', identity });
      const { lines } = await run('test', 'corp');
      expect(lines).toContainEqual(expect.stringMatching(/^mail: +ada@example.com, x ok bind$/));
      expect(lines).toContainEqual(expect.stringMatching(/^groups: +cn=sales$/));
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(300);
      const json = JSON.parse(await says('test', 'corp', '--json')) as { steps: { identity: { claims: unknown[] } }[] };
      expect(json.steps[0]?.identity.claims).toHaveLength(3);
    });
  });

  test('says so where a connector is unknown', async () => {
    for (const action of ['show', 'enable', 'disable', 'remove', 'test']) {
      await expect(run(action, 'nothing')).rejects.toThrow('There is no connector nothing');
    }
  });

  test.each([
    [],
    ['list', 'corp'],
    ['show'],
    ['show', 'a', 'b'],
    ['test', 'a', 'b', 'c'],
    ['make', 'a'],
    ['show', '-x'],
  ])('is not understood with %j', (...argv: string[]) => {
    expect(() => readConnectorCommand(argv)).toThrow(NotUnderstood);
  });
});
