import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mavenBuilt } from '../harness/installs.js';
import type { Stranger } from '../harness/stranger.js';

const API = 'https://api.example.com';
const RESOURCE = 'https://orders.example.com';
const install = (): Promise<string> => mavenBuilt(import.meta.dirname);

export const stranger: Stranger = {
  name: 'spring-resource-server',
  kind: 'api',
  origins: [API],
  set: [],
  async install() {
    await install();
  },
  async start(here) {
    const cwd = join(here.folder, 'orders');
    await mkdir(cwd);
    await writeFile(join(cwd, 'application.yaml'), here.block('yaml application'));
    const port = `--server.port=${here.port(API)}`;
    here.run('java', ['-Xmx256m', '-jar', await install(), port], { cwd });
    await here.answers(here.origin(API));
  },
  async tries(here) {
    const call = async (method: string, token: string): Promise<string> => {
      const answer = await fetch(`${here.origin(API)}/orders`, {
        method,
        headers: { authorization: `Bearer ${token}` },
      });
      return answer.ok ? 'ok' : `${answer.status} ${answer.headers.get('www-authenticate') ?? ''}`;
    };
    const scope = 'openid orders:read orders:write';
    const ada = await here.token({ username: 'ada', scope, resource: RESOURCE });
    assert.deepEqual([await call('GET', ada), await call('POST', ada)], ['ok', 'ok']);
    const rea = await here.token({ username: 'rea', scope, resource: RESOURCE });
    assert.equal(await call('GET', rea), 'ok');
    assert.match(await call('POST', rea), /^403/);
    assert.match(await call('GET', `${ada}x`), /^401/);
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
