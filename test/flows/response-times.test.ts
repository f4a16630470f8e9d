/** The duration of a refused sign-in reveals nothing: measured at a cost at which a skipped hash would show. */
import { beforeAll, expect, test } from '@jest/globals';
import { application, ask } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET } from './flow-host.js';

/** A hash takes some 65 ms of a core, all the rest of an answer less than 10. */
const options = { passwordCost: 10 };
const ROUNDS = 18;
const by = { kind: 'host', id: 'tests', requestId: 'test' } as const;

const host = useInProcessHost({
  realmFile: 'test/flows/realm.yaml',
  env: { GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1,::1', CONFIDENTIAL_SECRET, MACHINE_SECRET },
  installation: options,
});
beforeAll(async () => {
  for (let i = 0; i < ROUNDS; i++) {
    const password = { clear: 'a password of theirs', generated: false };
    await host.parts.users.create(by, { username: `known-${i}`, password });
    await host.parts.users.create(by, {
      username: `disabled-${i}`,
      password,
      blocks: [{ by: 'administrator', since: 0 }],
    });
    await host.parts.users.create(by, { username: `bare-${i}` });
  }
}, 60_000);

/** Milliseconds that the answer to a posted wrong password takes, and its status. */
async function guess(identifier: string, address: string): Promise<{ readonly took: number; readonly status: number }> {
  const visitor = new Visitor();
  const page = await visitor.visit(ask(host, application('public')).url);
  const body = new URLSearchParams({ ...page.fields, identifier, password: 'a guess' });
  const began = performance.now();
  const { status } = await visitor.request(page.action, {
    method: 'POST',
    body,
    headers: { 'x-forwarded-for': address },
  });
  return { took: performance.now() - began, status };
}

const median = (of: readonly number[]): number => of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0;

test('an unknown name, a wrong password, a disabled account and one without a password take the same time', async () => {
  const cases = ['unknown', 'known', 'disabled', 'bare'] as const;
  const times = new Map<string, number[]>(cases.map((name) => [name, []]));
  await guess('warm', '198.51.100.250');
  // One of each in turn, so that whatever else the machine does meets all of them.
  for (let i = 0; i < ROUNDS; i++) {
    for (const name of cases) {
      const { took, status } = await guess(`${name}-${i}`, `198.51.100.${i}`);
      expect([name, status]).toEqual([name, 403]);
      times.get(name)?.push(took);
    }
  }
  const known = median(times.get('known') ?? []);
  for (const name of cases) {
    const ratio = median(times.get(name) ?? []) / known;
    // A skipped hash leaves less than a quarter; hashing twice would double it.
    expect({ name, ratio, alike: ratio > 0.6 && ratio < 1.6 }).toEqual({ name, ratio, alike: true });
  }
});

test('a name that is locked for now is answered before any hash, and whether it is there is not told', async () => {
  const names = { known: 'known-0', unknown: 'unknown-0' };
  for (const name of Object.values(names)) for (let i = 0; i < 6; i++) await guess(name, '198.51.100.200');
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let i = 0; i < ROUNDS; i++) {
    for (const name of ['known', 'unknown'] as const) {
      const { took, status } = await guess(names[name], '198.51.100.200');
      expect([name, status]).toEqual([name, 429]);
      times[name].push(took);
    }
  }
  const ratio = median(times.unknown) / median(times.known);
  expect({ ratio, alike: ratio > 0.4 && ratio < 2.5 }).toEqual({ ratio, alike: true });
});
