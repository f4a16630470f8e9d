import { describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { graceful } from '../../src/http/server/graceful-stop.js';
import { health, type ReadinessCheck } from '../../src/http/server/health.js';
import { ask, listening } from './listening.js';

describe('readiness', () => {
  const served = async (checks: readonly ReadinessCheck[], patience?: number) => {
    const at = await listening((req, res) => void new Koa().use(health(checks, patience)).callback()(req, res));
    const answers = [await ask(at.port, { path: '/healthz' }), await ask(at.port, { path: '/readyz' })] as const;
    await at.close();
    return answers;
  };

  test('what fails is named, and the process stays alive meanwhile', async () => {
    const [alive, ready] = await served([
      { name: 'store', ready: () => Promise.reject(new Error('down')) },
      { name: 'caches', ready: async () => false },
      { name: 'keys', ready: async () => true },
    ]);
    expect(alive.status).toBe(200);
    expect(ready.status).toBe(503);
    expect(JSON.parse(ready.body)).toEqual({ status: 'not-ready', failing: ['store', 'caches'] });
    expect(ready.body).not.toContain('down');
  });

  test('a check that never answers has failed', async () => {
    const [, ready] = await served([{ name: 'store', ready: () => new Promise<boolean>(() => undefined) }], 20);
    expect(ready.status).toBe(503);
  });
});

describe('a stop', () => {
  test('finishes the request under way, ends idle connections and takes no new one', async () => {
    let answer = (): void => undefined;
    const at = await listening((_req, res) => {
      answer = () => res.end('whole');
    });
    const stopper = graceful(at.server);
    const idle = connect(at.port, '127.0.0.1');
    await once(idle, 'connect');
    const authRequest = ask(at.port, { headers: { Connection: 'keep-alive' } });
    await once(at.server, 'request');

    const stopped = stopper.stop(10_000);
    await once(idle.resume(), 'close');
    await expect(ask(at.port)).rejects.toThrow('ECONNREFUSED');
    answer();
    expect(await authRequest).toMatchObject({ status: 200, body: 'whole', headers: { connection: 'close' } });
    expect(await stopped).toEqual({ finished: true });
  });

  test('does not wait for a connection that had been promised to be kept', async () => {
    let end = (): void => undefined;
    const at = await listening((_req, res) => {
      res.write('begun ');
      end = () => res.end('whole');
    });
    const stopper = graceful(at.server);
    const req = request({ host: '127.0.0.1', port: at.port, headers: { Connection: 'keep-alive' } }).end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    const stopped = stopper.stop(10_000);
    end();
    res.resume();
    expect(await stopped).toEqual({ finished: true });
  });

  test('under load loses no request', async () => {
    const codes: string[] = [];
    let answered = 0;
    for (let stops = 0; stops < 20; stops++) {
      const at = await listening((_req, res) => void setImmediate().then(() => res.end('whole')));
      const stopper = graceful(at.server);
      const agent = new Agent({ keepAlive: true, maxSockets: 24 });
      // Each of them repeats requests as long as connections are accepted.
      const clients = Array.from({ length: 24 }, async () => {
        for (;;) {
          const outcome = await askBy(agent, at.port);
          if (outcome !== 'answered') return codes.push(outcome);
          answered++;
        }
      });
      while (answered < (stops + 1) * 200) await setImmediate();
      expect(await stopper.stop(10_000)).toEqual({ finished: true });
      await Promise.all(clients);
      agent.destroy();
    }
    expect(new Set(codes)).toEqual(new Set(['ECONNREFUSED']));
  });

  test('waits for a request that has begun to arrive', async () => {
    const at = await listening((_req, res) => res.end('whole'));
    const stopper = graceful(at.server);
    const socket = connect(at.port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (more: string) => (text += more));
    socket.write('GET / HTTP/1.1\r\nHost: lo');
    await once(at.server, 'connection');
    const stopped = stopper.stop(10_000);
    await expectRefused(at.port);
    socket.write('calhost\r\n\r\n');
    await once(socket, 'close');
    expect(text).toContain('whole');
    expect(await stopped).toEqual({ finished: true });
  });

  test('cuts off what never finishes', async () => {
    const at = await listening(() => undefined);
    const stopper = graceful(at.server);
    const authRequest = ask(at.port);
    const failed = expect(authRequest).rejects.toThrow();
    await once(at.server, 'request');
    expect(await stopper.stop(50)).toEqual({ finished: false });
    await failed;
  });
});

/** Waits until nothing listens there any more. */
async function expectRefused(port: number): Promise<void> {
  for (;;) {
    try {
      await ask(port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return;
    }
  }
}

/** The result of one request from an ordinary client. */
const askBy = (agent: Agent, port: number): Promise<string> =>
  new Promise((resolve) => {
    request({ agent, port, host: '127.0.0.1' }, (res) => {
      res
        .resume()
        .on('end', () => resolve('answered'))
        .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    })
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      .end();
  });

test('headers past the limit are refused', async () => {
  const at = await listening((_req, res) => res.end());
  expect((await ask(at.port, { headers: { Cookie: 'x'.repeat(17_000) } })).status).toBe(431);
  await at.close();
});
