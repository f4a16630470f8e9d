/** Several processes at one port (GATEHOUSE_PROCESSES): the built program, its workers and what clients see of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CONFIDENTIAL_SECRET, flowRealm, MACHINE_SECRET } from '../flows/flow-host.js';
import { useHost } from '../support/host/use-host.js';

const main = join(import.meta.dirname, '../../dist/main.js');
const LEDGER = 'https://ledger.test';

/** Milliseconds after which a client connects again. */
const GIVES_UP = 10_000;

interface LogLine {
  readonly msg: string;
  readonly pid: number;
  readonly worker?: number;
  readonly requestId?: string;
}

interface Answered {
  readonly status: number;
  readonly requestId: string;
  readonly body: string;
}

describe.each(['sqlite', 'mongodb'] as const)('two processes on %s', (store) => {
  const host = useHost(flowRealm(store));
  let program: ChildProcess | undefined;
  let output = '';
  const agents: Agent[] = [];

  beforeAll(async () => {
    await host.stop();
  });
  afterEach(async () => {
    for (const agent of agents.splice(0)) agent.destroy();
    if (program?.exitCode === null && program.signalCode === null) {
      program.kill('SIGTERM');
      await once(program, 'exit');
    }
  });

  const lines = (): LogLine[] =>
    output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogLine);
  const listening = (): LogLine[] => lines().filter(({ msg }) => msg === 'listening');

  async function until<T>(look: () => T | undefined): Promise<T> {
    const end = performance.now() + 60_000;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (performance.now() > end) throw new Error(`It did not come to that:\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Returns when every worker listens. */
  async function start(env: Readonly<Record<string, string>> = {}): Promise<ChildProcess> {
    output = '';
    program = spawn(process.execPath, [main, 'serve'], {
      env: {
        PATH: process.env['PATH'] ?? '',
        GATEHOUSE_ISSUER: host.issuer,
        GATEHOUSE_STORE: host.storeAddress,
        GATEHOUSE_KEYS: host.keysFolder,
        GATEHOUSE_REALM_FILE: join(import.meta.dirname, '../flows/realm.yaml'),
        GATEHOUSE_STOP_DELAY: '0',
        GATEHOUSE_PROCESSES: '2',
        ...{ CONFIDENTIAL_SECRET, MACHINE_SECRET },
        ...env,
      },
    });
    for (const stream of [program.stdout, program.stderr]) stream?.on('data', (text) => (output += String(text)));
    await until(() => (listening().length === 2 ? true : undefined));
    return program;
  }

  /** A client with one connection, which one worker therefore serves. */
  function client() {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agents.push(agent);
    const ask = (path: string, form?: Readonly<Record<string, string>>): Promise<Answered> =>
      new Promise((resolve, reject) => {
        const body = form && new URLSearchParams({ client_id: 'machine', client_secret: MACHINE_SECRET, ...form });
        const options = {
          agent,
          method: form ? 'POST' : 'GET',
          ...(form && { headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
        };
        const sent = request(`${host.issuer}${path}`, options, (answer: IncomingMessage) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (more: string) => (text += more));
          answer.on('error', reject);
          answer.on('end', () => {
            resolve({
              status: answer.statusCode ?? 0,
              requestId: String(answer.headers['x-request-id']),
              body: text,
            });
          });
        });
        sent.on('error', reject);
        sent.setTimeout(GIVES_UP, () => sent.destroy(new Error('No answer came.')));
        sent.end(body?.toString());
      });
    return { ask };
  }

  const workerOf = ({ requestId }: Answered): Promise<LogLine> =>
    until(() => lines().find((line) => line.msg === 'request' && line.requestId === requestId));

  test('answer at one port; what one revokes, the other refuses at once', async () => {
    await start();
    const [a, b] = [client(), client()];
    const [atA, atB] = [await a.ask('/readyz'), await b.ask('/readyz')];
    expect([atA.status, atB.status]).toEqual([200, 200]);
    expect([(await workerOf(atA)).worker, (await workerOf(atB)).worker].sort()).toEqual([1, 2]);

    for (let again = 0; again < 5; again++) {
      const issued = await a.ask('/token', { grant_type: 'client_credentials', resource: LEDGER });
      const { access_token: token } = JSON.parse(issued.body) as { readonly access_token: string };
      const isActive = async ({ ask }: typeof a): Promise<unknown> =>
        (JSON.parse((await ask('/token/introspection', { token })).body) as { readonly active?: boolean }).active;
      for (const each of [a, b, a, b]) expect(await isActive(each)).toBe(true);
      expect((await a.ask('/token/revocation', { token })).status).toBe(200);
      for (const each of [b, a]) expect(await isActive(each)).toBe(false);
    }
  });

  test('one that is killed is replaced, and only its own requests are lost', async () => {
    await start();
    const clients = [];
    for (const { ask } of Array.from({ length: 6 }, client)) {
      clients.push({ ask, worker: (await workerOf(await ask('/jwks'))).worker, lost: 0 });
    }
    expect(clients.filter(({ worker }) => worker === 1)).toHaveLength(3);
    let isOver = false;
    let answered = 0;
    const asking = clients.map(async (each) => {
      while (!isOver) {
        try {
          expect((await each.ask('/token', { grant_type: 'client_credentials', resource: LEDGER })).status).toBe(200);
          answered++;
        } catch {
          each.lost++;
        }
      }
    });
    await until(() => (answered > 30 ? true : undefined));
    const killed = listening().find(({ worker }) => worker === 1);
    process.kill(killed?.pid ?? 0, 'SIGKILL');
    await until(() => (listening().length === 3 ? true : undefined));
    isOver = true;
    await Promise.all(asking);

    // Its own request, and the next one if it connects again before the death is known.
    for (const { worker, lost } of clients) expect(lost).toBeLessThanOrEqual(worker === 1 ? 2 : 0);
    expect(lines()).toContainEqual(
      expect.objectContaining({ msg: 'a worker ended and is replaced', worker: 1, ended: 'SIGKILL' }),
    );
    const { worker, pid } = listening()[2] ?? {};
    expect([worker, pid === killed?.pid]).toEqual([1, false]);
    const served = [];
    for (const { ask } of [client(), client()]) served.push((await workerOf(await ask('/readyz'))).pid);
    expect(served).toContain(pid);
  });

  test('stop without dropping a request', async () => {
    const running = await start({ GATEHOUSE_STOP_DELAY: '1' });
    const outcomes = new Set<string>();
    const unready: Answered[] = [];
    let answered = 0;
    const asking = Array.from({ length: 8 }, async () => {
      const { ask } = client();
      for (;;) {
        try {
          const { status } = await ask('/token', { grant_type: 'client_credentials', resource: LEDGER });
          outcomes.add(String(status));
          answered++;
        } catch (error) {
          outcomes.add((error as NodeJS.ErrnoException).code ?? String(error));
          return;
        }
      }
    });
    await until(() => (answered > 30 ? true : undefined));
    running.kill('SIGTERM');
    await until(() => (lines().filter(({ msg }) => msg === 'stopping').length === 2 ? true : undefined));
    for (const { ask } of [client(), client()]) unready.push(await ask('/readyz'));
    const [code] = (await once(running, 'exit')) as [number | null];
    await Promise.all(asking);
    expect(code).toBe(0);
    expect(unready.map(({ status, body }) => [status, JSON.parse(body) as unknown])).toEqual(
      [1, 2].map(() => [503, { status: 'not-ready', failing: ['stopping'] }]),
    );
    expect([...outcomes].sort()).toEqual(['200', 'ECONNREFUSED']);
  });
});

describe('a supervisor', () => {
  const host = useHost(flowRealm('sqlite'));
  beforeAll(async () => {
    await host.stop();
  });

  /** Runs it to its end. @param seen hears what it has printed so far */
  async function run(env: Readonly<Record<string, string>>, seen: (output: string, child: ChildProcess) => void) {
    const child = spawn(process.execPath, [main, 'serve'], {
      env: {
        PATH: process.env['PATH'] ?? '',
        GATEHOUSE_ISSUER: host.issuer,
        GATEHOUSE_STORE: host.storeAddress,
        GATEHOUSE_KEYS: host.keysFolder,
        GATEHOUSE_STOP_DELAY: '0',
        GATEHOUSE_PROCESSES: '2',
        ...env,
      },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text) => seen((out += String(text)), child));
    child.stderr.on('data', (text) => (err += String(text)));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, out, err };
  }

  test('ends when a worker dies again and again, and says so', async () => {
    let first: number | undefined;
    let killing: NodeJS.Timeout | undefined;
    const { code, out, err } = await run({}, (output, child) => {
      first ??= Number(/"pid":(\d+)[^\n]*"msg":"listening"/.exec(output)?.[1] ?? Number.NaN) || undefined;
      if (first === undefined || killing) return;
      killing = setInterval(() => {
        for (const pid of childrenOf(child)) if (pid !== first) process.kill(pid, 'SIGKILL');
      }, 20);
    });
    clearInterval(killing);
    expect({ code, err }).toEqual({
      code: 1,
      err: 'Gatehouse stopped on an error of its own: worker 2 ended 8 times in a row, last with SIGKILL; the log says why.\n',
    });
    expect(out.match(/a worker ended and is replaced/g)).toHaveLength(7);
  });

  test('reports once why the first worker could not start', async () => {
    const { code, err } = await run({ GATEHOUSE_REALM_FILE: '/nowhere/realm.yaml' }, () => undefined);
    expect(code).toBe(1);
    expect(err).toBe('GATEHOUSE_REALM_FILE (/nowhere/realm.yaml) must be a file that can be read.\n');
  });

  test('gives the realm file and the first password to the first worker alone', async () => {
    const env = {
      GATEHOUSE_REALM_FILE: join(import.meta.dirname, '../flows/realm.yaml'),
      GATEHOUSE_ADMIN_PASSWORD: 'a quiet morning',
      ...{ CONFIDENTIAL_SECRET, MACHINE_SECRET },
    };
    const given = new Map<number, string>();
    let isStopped = false;
    const { code } = await run(env, (output, child) => {
      const listening = [...output.matchAll(/"pid":(\d+)[^\n]*"worker":(\d)[^\n]*"msg":"listening"/g)];
      for (const [, pid, worker] of listening) given.set(Number(worker), readFileSync(`/proc/${pid}/environ`, 'utf8'));
      // A second signal would end it at once.
      if (listening.length === 2 && !isStopped) isStopped = child.kill('SIGTERM');
    });
    expect(code).toBe(0);
    expect([...given.keys()].sort()).toEqual([1, 2]);
    for (const name of ['GATEHOUSE_REALM_FILE', 'GATEHOUSE_ADMIN_PASSWORD']) {
      expect([given.get(1)?.includes(name), given.get(2)?.includes(name)]).toEqual([true, false]);
    }
  });
});

function childrenOf({ pid = 0, exitCode }: ChildProcess): number[] {
  if (exitCode !== null || !existsSync(`/proc/${pid}/task/${pid}/children`)) return [];
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return children.filter((child) => existsSync(`/proc/${child}`));
}
