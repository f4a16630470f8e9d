import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { application, ask, codeOf, exchange, refresh } from '../support/application.js';
import type { Host } from '../support/host/host.js';
import { type Mongod, startMongod } from '../support/mongod-process.js';
import { flowHost, flowHostAs } from './flow-host.js';
import { type Answered, signInStorm } from './sign-in-storm.js';

const app = application('public');
const PEOPLE = 6;
const ROTATIONS = 40;

/** What was answered holds: whoever has the answer in hand can go on with it, and nobody can do again what is done once. */
async function expectKept(host: Host, answered: Answered): Promise<void> {
  expect(answered.sessions.length).toBeGreaterThanOrEqual(PEOPLE);
  expect(answered.codes.size).toBeGreaterThan(0);
  expect(answered.exchanged.size).toBeGreaterThan(0);
  expect(answered.refreshTokens.size).toBeGreaterThan(0);

  const signedIn = answered.sessions.map(async (visitor) =>
    codeOf(await visitor.visit(ask(host, app, { prompt: 'none' }).url)),
  );
  expect(await Promise.all(signedIn)).toHaveLength(answered.sessions.length);
  const redeemed = await Promise.all([...answered.codes].map(([code, asked]) => exchange(host, asked, code)));
  expect(redeemed.map(({ status }) => status)).toEqual(redeemed.map(() => 200));
  const rotated = await Promise.all([...answered.refreshTokens].map((token) => refresh(host, app, token)));
  expect(rotated.map(({ status }) => status)).toEqual(rotated.map(() => 200));
  // Last, since it ends the grants.
  const again = await Promise.all([...answered.exchanged].map(([code, asked]) => exchange(host, asked, code)));
  expect(again.map(({ body }) => body.error)).toEqual(again.map(() => 'invalid_grant'));
}

async function ready(host: Host): Promise<void> {
  const until = performance.now() + 20_000;
  while (!(await fetch(`${host.issuer}/readyz`)).ok) {
    if (performance.now() > until) throw new Error(`It did not become ready again:\n${host.logs().slice(-4000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('in a storm of sign-ins, exchanges and rotations, on sqlite:', () => {
  let host: Host;
  beforeAll(async () => {
    host = await flowHost('sqlite');
  });
  afterAll(() => host.end());

  test('a server that is killed has kept all that it answered', async () => {
    const storm = signInStorm(host, PEOPLE);
    await storm.rotated(ROTATIONS);
    await host.kill();
    await storm.end();
    await host.restart();
    await expectKept(host, storm.answered);
  });
});

describe('in a storm of sign-ins, exchanges and rotations, on mongodb:', () => {
  let mongod: Mongod;
  let host: Host;
  beforeAll(async () => {
    mongod = await startMongod();
    host = await flowHostAs({ env: { GATEHOUSE_STORE: `${mongod.url}killed` } });
  });
  afterAll(async () => {
    await host.end();
    await mongod.end();
  });

  test('a server that is killed has kept all that it answered', async () => {
    const storm = signInStorm(host, PEOPLE);
    await storm.rotated(ROTATIONS);
    await host.kill();
    await storm.end();
    await host.restart();
    await expectKept(host, storm.answered);
  });

  test('a mongod that is killed has kept all that the server answered, which goes on without a restart', async () => {
    const storm = signInStorm(host, PEOPLE);
    await storm.rotated(ROTATIONS);
    await mongod.kill();
    await mongod.restart();
    await ready(host);
    await storm.end();
    await expectKept(host, storm.answered);
  });
});
