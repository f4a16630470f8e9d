/**
 * A Gatehouse of a test's own: the built server in a process of its own, on a new store, with a clock that the test moves. The run builds it before
 * the first test. Tests get one by the fixture in use-host.ts, which also ends it.
 *
 *     const host = await startHost({ realmFile: 'examples/realm.yaml' });
 *     await fetch(`${host.issuer}/.well-known/openid-configuration`);
 *     await host.advance(hours(1));
 *     await host.end();
 */
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { frontDoor } from './front-door.js';
import { startMovedProcess, type MovedProcess } from './moved-process.js';
import { type StoreKind, temporaryPlace, type TestRealm } from './temporary-place.js';

const child = join(import.meta.dirname, 'child.ts');

/** The realm is applied by bootstrap and at each start. */
export interface HostOptions extends TestRealm {
  /** `sqlite`, a file of its own, when absent; `mongodb` is a database of its own. */
  store?: StoreKind;
  /** More settings, or other ones, and what the realm file takes from the environment. */
  env?: Readonly<Record<string, string>>;
  /** The issuer's path, with a leading slash; none when absent. */
  issuerPath?: string;
  /** The issuer, where a proxy of the test's own stands before the server. */
  issuer?: string;
  /** How many serve at once, behind one front door; 1 when absent, and then without one. */
  servers?: number;
  /** The command that runs it, such as one that enters a namespace. */
  inside?: readonly string[];
}

export interface Host {
  readonly issuer: string;
  readonly port: number;
  /** Selects the server that gets the next requests: one by its index, or each in turn (the default). */
  to(server: number | 'each'): void;
  /** All that lies in the store at this moment: its files as they are on the disk, or every document of its database. */
  dump(): Promise<string>;
  /** As GATEHOUSE_STORE named it at the start. */
  readonly storeAddress: string;
  readonly keysFolder: string;
  /** The realm file that it applies, if there is one. */
  readonly realmFile: string | undefined;
  /** Replaces the realm file that it was started with; it is applied at the next start, or by `apply`. */
  writeRealm(realm: object | string): Promise<void>;
  readonly administrator: { readonly username: string; readonly password: string };
  /** The passwords that bootstrap generated, by username, including the administrator's. */
  readonly passwords: Readonly<Record<string, string>>;
  /** The server's output over every start, without the output of bootstrap. */
  logs(): string;
  /** Runs a command of `gatehouse` on the same store and keys, in a process of its own whose clock is theirs. */
  command(...argv: readonly string[]): Promise<Commanded>;
  /** The same, but for SIGKILL after so long, if it is still at work. */
  killedCommand(afterMs: number, ...argv: readonly string[]): Promise<void>;
  /** Milliseconds that its clock is ahead of the real one. */
  ahead(): number;
  /** Moves its clock forward, timers not included; of several servers all clocks, or that of one. @throws {RangeError} for a step back */
  advance(ms: number, server?: number): Promise<void>;
  /** Bytes of memory that its servers need, after what they can throw away is thrown away. */
  memory(): Promise<number>;
  /** SIGTERM, as an operator would; the store stays. @throws {Error} when it does not end well */
  stop(): Promise<void>;
  /** The same for one of several servers; gives how long it took, in milliseconds. @throws as `stop` */
  stopOne(server: number): Promise<number>;
  /** Serves again with that one. @throws {Error} when it can't */
  startOne(server: number): Promise<void>;
  /** SIGKILL, as a power cut would. */
  kill(): Promise<void>;
  /** Serves again on the same store, keys, port and clock, or with other settings from then on; ends it first where it still runs. */
  restart(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** Ends it and removes its folder. */
  end(): Promise<void>;
}

export interface Commanded {
  readonly code: number;
  /** Lines. */
  readonly out: readonly string[];
  readonly err: readonly string[];
}

/** Bootstraps and serves. @throws {Error} with what the server said, when it can't */
export async function startHost(options: HostOptions = {}): Promise<Host> {
  const place = await temporaryPlace(options.store, options);
  const port = await freePort();
  const issuer = options.issuer ?? `http://localhost:${port}${options.issuerPath ?? ''}`;
  const { servers = 1 } = options;
  const ports = servers === 1 ? [port] : await Promise.all(Array.from({ length: servers }, freePort));
  const door = servers === 1 ? undefined : await frontDoor(port, ports);
  let env: Readonly<Record<string, string>> & { readonly GATEHOUSE_STORE: string } = {
    GATEHOUSE_ISSUER: issuer,
    ...place.settings,
    // No load balancer is to be told.
    GATEHOUSE_STOP_DELAY: '0',
    // Log lines must be free of secrets at every level.
    GATEHOUSE_LOG_LEVEL: 'trace',
    ...options.env,
  };

  let earlier = '';
  let ahead = 0;
  let running: readonly MovedProcess[] = [];
  const { inside = [] } = options;
  const start = (own: number): MovedProcess =>
    startMovedProcess(child, { env: { GATEHOUSE_PORT: String(own), ...env }, aheadMs: ahead, inside });
  const output = (): string => running.map((each) => each.output()).join('');
  const gone = (): void => {
    earlier += output();
    running = [];
  };
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((each) => each.stop()));
    gone();
  };
  const kill = async (): Promise<void> => {
    await Promise.all(running.map((each) => each.kill()));
    gone();
  };
  const serve = (): Promise<unknown> => Promise.all(running.map((each) => ordered(each, 'serve')));
  const end = async (): Promise<void> => {
    await kill();
    await door?.close();
    await place.remove();
  };

  try {
    const [first, ...others] = ports;
    const bootstrapping = start(first ?? port);
    running = [bootstrapping];
    const { lines } = (await ordered(bootstrapping, 'bootstrap')) as { lines: string[] };
    running = [bootstrapping, ...others.map(start)];
    await serve();
    const printed = readPrinted(lines);
    return {
      issuer,
      port,
      dump: () => place.dump(),
      storeAddress: env.GATEHOUSE_STORE,
      keysFolder: place.keysFolder,
      realmFile: place.realmFile,
      writeRealm: (realm) => place.writeRealm(realm),
      ...printed,
      to: (server) => door?.to(server),
      logs: () => earlier + output(),
      async command(...argv) {
        const commanded = start(port);
        try {
          return (await commanded.ask('command', { argv })) as Commanded;
        } finally {
          await commanded.kill();
        }
      },
      async killedCommand(afterMs, ...argv) {
        const commanded = start(port);
        const over = commanded.ask('command', { argv }).catch(() => undefined);
        await Promise.race([over, new Promise((resolve) => setTimeout(resolve, afterMs))]);
        await commanded.kill();
      },
      ahead: () => ahead,
      async advance(ms, server) {
        const moved = server === undefined ? running : running.slice(server, server + 1);
        await Promise.all(moved.map((each) => each.advance(ms)));
        if (server === undefined) ahead += ms;
      },
      async memory() {
        const each = await Promise.all(running.map((one) => one.ask('heap') as Promise<{ readonly bytes: number }>));
        return each.reduce((sum, { bytes }) => sum + bytes, 0);
      },
      stop,
      async stopOne(server) {
        const began = performance.now();
        await running[server]?.stop();
        return performance.now() - began;
      },
      async startOne(server) {
        const [before, own] = [running[server], ports[server]];
        if (!before || own === undefined) throw new RangeError(`There is no server ${server}.`);
        await before.kill();
        earlier += before.output();
        const anew = start(own);
        running = running.map((each) => (each === before ? anew : each));
        await ordered(anew, 'serve');
      },
      kill,
      async restart(settings = {}) {
        await stop();
        env = { ...env, ...settings };
        running = ports.map(start);
        await serve();
      },
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function ordered(host: MovedProcess, order: string): Promise<object> {
  const answer = (await host.ask(order)) as { error?: string };
  if (answer.error !== undefined) throw new Error(`${order}: ${answer.error}\n${host.output()}`);
  return answer;
}

/** As `gatehouse bootstrap` prints them. */
function readPrinted(lines: readonly string[]): Pick<Host, 'administrator' | 'passwords'> {
  const passwords: Record<string, string> = {};
  let username = '';
  for (const line of lines) {
    username = /^Administrator: (.+)$/.exec(line)?.[1] ?? username;
    const [, name, password] = /^Password of (.+): (\S+)$/.exec(line) ?? [];
    if (name !== undefined && password !== undefined) passwords[name] = password;
  }
  return { administrator: { username, password: passwords[username] ?? '' }, passwords };
}
