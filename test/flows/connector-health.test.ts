/** Administrators see whether connectors work and what ends soon; anybody sees their states, and readiness never depends on them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { days } from '../../src/base/clock.js';
import { readConnectorCommand, runConnectorCommand } from '../../src/cli/connector/connector.js';
import { connectorHealth } from '../../src/federation/health/connector-health.js';
import { application, ask, signIn } from '../support/application.js';
import { atTime } from '../support/at-time.js';
import { freePort } from '../support/host/free-port.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { PASSWORD, PEOPLE, person, type Slapd, startSlapd } from '../support/slapd.js';
import { Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET } from './flow-host.js';
import { by, corpInput } from './ldap-realm.js';

const app = application('public');
const dateIn = (ahead: number): string => new Date(Date.now() + days(ahead)).toISOString().slice(0, 10);

describe.each(['sqlite', 'mongodb'] as const)('health of connectors, on %s', (store) => {
  let slapd: Slapd;
  let gone: string;
  const host = useInProcessHost({
    store,
    realmFile: 'test/flows/realm.yaml',
    env: { CONFIDENTIAL_SECRET, MACHINE_SECRET },
    background: false,
  });
  beforeAll(async () => {
    slapd = await startSlapd({ entries: person('anna'), certificate: { days: 5 } });
    gone = `ldaps://127.0.0.1:${await freePort()}`;
  });
  afterAll(() => slapd.stop());

  const create = async (changes: object): Promise<void> =>
    expect(await host.parts.connectors.create(by, corpInput(slapd, changes))).toMatchObject({ ok: true });
  async function readiness() {
    const answer = await fetch(`${host.issuer}/readyz`);
    const text = await answer.text();
    return { status: answer.status, text, body: JSON.parse(text) as unknown };
  }
  async function health(...argv: string[]) {
    const lines: string[] = [];
    const out = { line: (text: string) => void lines.push(text) };
    const ok = await runConnectorCommand(by, readConnectorCommand(['health', ...argv]), host.parts, out);
    return { ok, rows: lines.map((line) => line.split(/ {2,}/)), text: lines.join('\n') };
  }

  test('is nothing at /readyz without connectors, and unknown before the first check', async () => {
    expect(await readiness()).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect((await readiness()).body).not.toHaveProperty('connectors');
    await create({ secretExpiresAt: dateIn(20) });
    expect((await readiness()).body).toEqual({
      status: 'ok',
      connectors: [{ id: 'corp', state: 'unknown', warnings: ['secret-ends'] }],
    });
  });

  test('shows the state and what ends within 30, 7 and 1 days on the command line', async () => {
    expect(await health()).toMatchObject({
      ok: true,
      rows: [
        ['CONNECTOR', 'STATE', 'LAST SUCCESS', 'LAST FAILURE', 'WARNINGS'],
        [
          'corp',
          'ok',
          expect.stringMatching(/UTC$/),
          '-',
          expect.stringMatching(/^certificate ends within 7 days, .+; secret ends within 30 days, .+/),
        ],
      ],
    });
    await create({ id: 'gone', connection: { servers: [gone], anonymous: true } });
    await create({ id: 'off', enabled: false });
    const { ok, text } = await health('--json');
    expect(ok).toBe(false);
    expect(JSON.parse(text)).toMatchObject([
      {
        id: 'corp',
        state: 'ok',
        warnings: [
          { of: 'certificate', within: 7 },
          { of: 'secret', within: 30 },
        ],
      },
      { id: 'gone', state: 'failing', lastFailure: 'connect-refused', warnings: [] },
      { id: 'off', state: 'disabled' },
    ]);
  });

  test('shows anybody states alone, and never makes a server unready', async () => {
    const { status, text, body } = await readiness();
    expect([status, body]).toEqual([
      200,
      {
        status: 'ok',
        connectors: [
          { id: 'corp', state: 'ok', warnings: ['certificate-ends', 'secret-ends'] },
          { id: 'gone', state: 'failing' },
          { id: 'off', state: 'disabled' },
        ],
      },
    ]);
    for (const inner of ['refused', '127.0.0.1', PEOPLE, 'Corp', String(new Date().getUTCFullYear())])
      expect(text).not.toContain(inner);
  });

  test('follows the sign-ins of this server between two checks', async () => {
    const stateOfCorp = async () => (await host.parts.connectorHealth.all()).find(({ id }) => id === 'corp');
    await slapd.kill();
    const page = await signIn(new Visitor(), ask(host, app, { scope: 'openid' }), 'corp/anna', PASSWORD);
    expect(page.status).toBe(503);
    expect(await stateOfCorp()).toMatchObject({ state: 'failing', lastSuccessAt: expect.any(Number) });
    expect((await readiness()).status).toBe(200);
    await slapd.restart();
    await health();
    expect(await stateOfCorp()).toMatchObject({ state: 'ok', lastFailureAt: expect.any(Number) });
  });

  test('reports a failure and what ends soon once a day', async () => {
    const { realm, connectors, userstores, synchronization } = host.parts;
    const reported: string[] = [];
    const watched = connectorHealth({
      ...{ realm, connectors, opened: userstores.connector, lastRuns: synchronization.reports.last },
      report: (connector, { reason }) => void reported.push(`${connector} ${reason}`),
    });
    const after = async (ahead: number): Promise<string[]> => {
      reported.length = 0;
      await atTime(Date.now() + ahead, () => watched.check());
      return [...reported];
    };
    const all = ['corp certificate-ends', 'corp secret-ends', 'gone check-failed'];
    const day = days(1);
    expect(await after(day)).toEqual(all);
    expect(await after(day + 3_600_000)).toEqual([]);
    expect(await after(2 * day + 7_200_000)).toEqual(all);
  });
});
