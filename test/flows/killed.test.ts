import { afterAll, beforeAll, describe, test } from '@jest/globals';
import type { Host } from '../support/host/host.js';
import { type Mongod, startMongod } from '../support/mongod-process.js';
import { flowHost, flowHostAs, ready } from './flow-host.js';
import { expectKept } from './answered.js';
import { signInStorm } from './sign-in-storm.js';

const PEOPLE = 6;
const ROTATIONS = 40;

async function killed(host: Host): Promise<void> {
  const storm = signInStorm(host, PEOPLE);
  await storm.rotated(ROTATIONS);
  await host.kill();
  await storm.end();
  await host.restart();
  await expectKept(host, storm.answered);
}

describe('in a storm of sign-ins, exchanges and rotations, on sqlite:', () => {
  let host: Host;
  beforeAll(async () => {
    host = await flowHost('sqlite');
  });
  afterAll(() => host.end());

  test('a server that is killed has kept all that it answered', () => killed(host));
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

  test('a server that is killed has kept all that it answered', () => killed(host));

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
