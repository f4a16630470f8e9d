import { afterAll, beforeAll, describe, test } from '@jest/globals';
import type { Host } from '../support/host/host.js';
import { useHost } from '../support/host/use-host.js';
import { type Mongod, startMongod } from '../support/mongod-process.js';
import { flowRealm, ready } from './flow-host.js';
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
  const host = useHost(flowRealm('sqlite'));

  test('a server that is killed has kept all that it answered', () => killed(host));
});

describe('in a storm of sign-ins, exchanges and rotations, on mongodb:', () => {
  let mongod: Mongod;
  beforeAll(async () => {
    mongod = await startMongod();
  });
  const host = useHost(() => flowRealm('sqlite', { env: { GATEHOUSE_STORE: `${mongod.url}killed` } }));
  afterAll(() => mongod.end());

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
