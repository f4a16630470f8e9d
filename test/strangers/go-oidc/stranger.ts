import assert from 'node:assert/strict';
import { goBuilt } from '../harness/installs.js';
import type { Stranger } from '../harness/stranger.js';

const API = 'https://api.example.com';
const RESOURCE = 'https://orders.example.com';
let program = '';

export const stranger: Stranger = {
  name: 'go-oidc',
  kind: 'api',
  origins: [API],
  set: [],
  async install(block) {
    program = await goBuilt(import.meta.dirname, { 'main.go': block('go application') });
  },
  async start(here) {
    here.run(program, [], { env: { ISSUER: here.issuer, LISTEN: `localhost:${here.port(API)}` } });
    await here.answers(here.origin(API));
  },
  async tries(here) {
    const call = async (method: string, token: string): Promise<number> =>
      (await fetch(`${here.origin(API)}/orders`, { method, headers: { authorization: `Bearer ${token}` } })).status;
    const scope = 'openid orders:read orders:write';
    const ada = await here.token({ username: 'ada', scope, resource: RESOURCE });
    assert.deepEqual([await call('GET', ada), await call('POST', ada)], [200, 200]);
    const rea = await here.token({ username: 'rea', scope, resource: RESOURCE });
    assert.deepEqual([await call('GET', rea), await call('POST', rea)], [200, 403]);
    assert.equal(await call('GET', `${ada}x`), 401);
  },
  mistake: {
    what: 'the resource is not one of the client',
    reason: 'resource-not-allowed',
    async make(here) {
      const resource = `${RESOURCE}/`;
      await assert.rejects(here.token({ username: 'ada', scope: 'openid orders:read', resource }));
    },
  },
};
