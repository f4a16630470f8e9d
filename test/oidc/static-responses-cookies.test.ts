import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import Koa from 'koa';
import { keptAnswers } from '../../src/oidc/endpoints/static-responses.js';

test('an answer that sets a cookie is its asker’s own, and is given to nobody else', async () => {
  let asked = 0;
  const application = new Koa().use(keptAnswers(['/kept', '/own'])).use((ctx) => {
    asked++;
    if (ctx.path === '/own') ctx.cookies.set('whose', String(asked));
    ctx.body = { asked };
  });
  const server = application.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    return { cookies: answer.headers.getSetCookie(), body: (await answer.json()) as unknown };
  };
  expect(await ask('/own')).toEqual({ cookies: ['whose=1; path=/; httponly'], body: { asked: 1 } });
  expect(await ask('/own')).toEqual({ cookies: ['whose=2; path=/; httponly'], body: { asked: 2 } });
  expect([await ask('/kept'), await ask('/kept')]).toEqual([
    { cookies: [], body: { asked: 3 } },
    { cookies: [], body: { asked: 3 } },
  ]);
  server.closeAllConnections();
  server.close();
});
