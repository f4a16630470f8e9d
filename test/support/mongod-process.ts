/**
 * A MongoDB replica set of one member, in a process and a folder of its own, which never outlives the process that started it.
 *
 * Node may run this file as it is (jest's global setup does), so it imports only a file of ours that Node can run too.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import mongoose from 'mongoose';
import { freePort } from './host/free-port.ts';
import { pauseProcess } from './paused-process.ts';

const binary = join(import.meta.dirname, '../../.cache/mongod/fiftyone/db/bin/mongod');

export interface Mongod {
  readonly port: number;
  /** With a slash at its end, and no database. */
  readonly url: string;
  readonly pid: number;
  /** The data folder. */
  readonly folder: string;
  /** SIGKILL, as a power cut would. */
  kill(): Promise<void>;
  /** On the same folder and port; resolves when it takes writes, or answers, where it is one of several. */
  restart(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Ends it and removes its folder. */
  end(): Promise<void>;
}

export interface MongodOptions {
  /** No replica set. */
  readonly standalone?: boolean;
  /** Part of a set that nobody has initiated. */
  readonly uninitiated?: boolean;
  readonly args?: readonly string[];
  /** The cache size; a quarter when absent, since several run in parallel. */
  readonly cacheGigabytes?: number;
  /** Where it keeps its files, and the command that runs it where that is seen; a folder of its own when absent. */
  readonly disk?: { readonly folder: string; readonly inside: readonly string[] };
}

// The guard ends mongod and removes its folder when the process at the other end of its stdin ends, for any reason.
const GUARD = `trap '' INT TERM HUP
"$@" >"$FOLDER/log" 2>&1 </dev/null & pid=$!
echo $pid
while read -r line; do kill -9 $pid; wait $pid; exit 0; done
kill -9 $pid; wait $pid; rm -rf "$FOLDER"
`;

export async function startMongod(options: MongodOptions = {}): Promise<Mongod> {
  const folder = options.disk?.folder ?? (await mkdtemp(join(tmpdir(), 'gatehouse-mongod-')));
  const port = await freePort();
  const url = `mongodb://127.0.0.1:${port}/`;
  let running = await start(folder, port, options);
  try {
    if (!options.standalone && !options.uninitiated) await initiate(port, url);
    else await reachable(url);
  } catch (error) {
    await end(running.process);
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    port,
    url,
    folder,
    get pid() {
      return running.pid;
    },
    kill: () => end(running.process),
    async restart() {
      running = await start(folder, port, options);
      // A member of a set comes back as a secondary.
      if (options.uninitiated) await reachable(url);
      else await writable(url);
    },
    signal(name) {
      if (name === 'SIGSTOP') pauseProcess(running.pid);
      else process.kill(running.pid, name);
    },
    async end() {
      await end(running.process);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function start(
  folder: string,
  port: number,
  options: MongodOptions,
): Promise<{ process: ChildProcess; pid: number }> {
  const args = [
    ...['--port', String(port), '--bind_ip', '127.0.0.1', '--dbpath', folder, '--nounixsocket'],
    ...['--wiredTigerCacheSizeGB', String(options.cacheGigabytes ?? 0.25)],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    // Expired documents go within seconds, and so does what a client that died had under way.
    ...['--setParameter', 'ttlMonitorSleepSecs=1', '--setParameter', 'transactionLifetimeLimitSeconds=3'],
    ...(options.standalone ? [] : ['--replSet', 'rs0', '--oplogSize', '64']),
    ...(options.args ?? []),
  ];
  const child = spawn('/bin/sh', ['-c', GUARD, 'mongod', ...(options.disk?.inside ?? []), binary, ...args], {
    env: { PATH: process.env['PATH'] ?? '', FOLDER: folder },
    stdio: ['pipe', 'pipe', 'ignore'],
    // In a group of its own, so that a Ctrl-C ends jest first.
    detached: true,
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  child.unref();
  return { process: child, pid: Number(line.toString()) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.ref();
  child.stdin?.write('KILL\n');
  await gone;
}

async function initiate(port: number, url: string): Promise<void> {
  const admin = await reachable(url, true);
  await admin.db?.admin().command({
    replSetInitiate: {
      _id: 'rs0',
      members: [{ _id: 0, host: `127.0.0.1:${port}` }],
      settings: { electionTimeoutMillis: 500 },
    },
  });
  await admin.close();
  await writable(url);
}

async function reachable(url: string, keep = false): Promise<mongoose.Connection> {
  const direct = { directConnection: true, serverSelectionTimeoutMS: 20_000 };
  const connection = await mongoose.createConnection(url, direct).asPromise();
  if (!keep) await connection.close();
  return connection;
}

async function writable(url: string): Promise<void> {
  const until = Date.now() + 30_000;
  for (;;) {
    const connection = await reachable(url, true);
    const hello = await connection.db?.admin().command({ hello: 1 });
    await connection.close();
    if (hello?.['isWritablePrimary']) return;
    if (Date.now() > until) throw new Error('The MongoDB of the tests elected no primary.');
    await delay(50);
  }
}
