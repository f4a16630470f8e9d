import { join } from 'node:path';
import { pythonPackages } from '../harness/installs.js';
import { triesOrdersApi } from '../harness/orders-api.js';
import { environmentOf, runFlask } from '../harness/page-programs.js';
import type { Here, Stranger } from '../harness/stranger.js';

const API = 'https://api.example.com';
const packages = (): Promise<string> => pythonPackages(join(import.meta.dirname, 'requirements.txt'));

async function startApi(here: Here, issuer: string): Promise<void> {
  const env = { ...environmentOf(here.block('sh env')), ISSUER: issuer };
  await runFlask(here, { code: here.block('py application'), packages: await packages(), env }, here.port(API));
  await here.answers(here.origin(API));
}

export const stranger: Stranger = {
  name: 'pyjwt',
  kind: 'api',
  origins: [API],
  set: ['algorithms=["ES256"]'],
  async install() {
    await packages();
  },
  start: (here) => startApi(here, here.issuer),
  tries: (here) => triesOrdersApi(here, here.origin(API)),
  mistake: {
    what: 'the issuer ends in a slash',
    reason: 'issuer-trailing-slash',
    async make(here) {
      await startApi(here, `${here.issuer}/`);
      const token = await here.token({ username: 'ada', scope: 'orders:read', resource: 'https://orders.example.com' });
      await fetch(`${here.origin(API)}/orders`, { headers: { authorization: `Bearer ${token}` } });
    },
  },
};
