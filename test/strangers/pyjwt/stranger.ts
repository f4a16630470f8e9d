import { join } from 'node:path';
import { pythonPackages } from '../harness/installs.js';
import { slashTooMany, triesOrdersApi } from '../harness/orders-api.js';
import { environmentOf, runFlask } from '../harness/page-programs.js';
import type { Stranger } from '../harness/stranger.js';

const API = 'https://api.example.com';
const packages = (): Promise<string> => pythonPackages(join(import.meta.dirname, 'requirements.txt'));

export const stranger: Stranger = {
  name: 'pyjwt',
  kind: 'api',
  origins: [API],
  set: ['algorithms=["ES256"]'],
  async install() {
    await packages();
  },
  async start(here) {
    const env = environmentOf(here.block('sh env'));
    await runFlask(here, { code: here.block('py application'), packages: await packages(), env }, here.port(API));
    await here.answers(here.origin(API));
  },
  tries: (here) => triesOrdersApi(here, here.origin(API)),
  mistake: slashTooMany,
};
