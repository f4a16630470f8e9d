import { Breaker } from './breaker.js';
import { type ConnectionOptions, LdapConnection } from './ldap-connection.js';
import { failed, type LdapAnswer, type LdapFailure } from './ldap-failure.js';
import type { LdapServer } from './ldap-server.js';

interface WatchedServer {
  readonly server: LdapServer;
  readonly breaker: Breaker;
}

/** The servers of one directory, in order. A server that fails again and again rests. */
export class Servers {
  readonly #servers: readonly WatchedServer[];
  readonly #options: ConnectionOptions;
  readonly #onReplaced: (failure: LdapFailure) => void;
  /** The server that answered last. */
  #answering: LdapServer | undefined;

  /** @param onReplaced told of a server that failed, when another takes its place */
  constructor(servers: readonly LdapServer[], options: ConnectionOptions, onReplaced: (failure: LdapFailure) => void) {
    this.#onReplaced = onReplaced;
    this.#servers = servers.map((server) => ({ server, breaker: new Breaker() }));
    this.#options = options;
  }

  /**
   * Makes a connection ready at the first server where that succeeds.
   *
   * @param options how long an operation may take, and how large an answer may be
   * @param prepare what follows on the open connection; if it loses the connection, the next server is tried
   */
  async connect(
    options: ConnectionOptions,
    prepare?: (connection: LdapConnection) => Promise<LdapAnswer<LdapConnection>>,
  ): Promise<LdapAnswer<LdapConnection>> {
    return this.#connectIn(this.#servers, options, prepare);
  }

  /** The same, beginning with the server that answered last: what it found may not have reached the others yet. */
  async connectWhereFound(): Promise<LdapAnswer<LdapConnection>> {
    const isFirst = ({ server }: WatchedServer): boolean => server === this.#answering;
    const others = this.#servers.filter((one) => !isFirst(one));
    return this.#connectIn([...this.#servers.filter(isFirst), ...others], this.#options);
  }

  async #connectIn(
    order: readonly WatchedServer[],
    options: ConnectionOptions,
    prepare?: (connection: LdapConnection) => Promise<LdapAnswer<LdapConnection>>,
  ): Promise<LdapAnswer<LdapConnection>> {
    const failures: LdapFailure[] = [];
    for (const { server, breaker } of order) {
      if (!breaker.mayTry()) continue;
      const opened = await LdapConnection.open(server, options);
      const ready = opened.ok && prepare ? await prepare(opened.value) : opened;
      if (ready.ok) {
        for (const failure of failures) this.#onReplaced(failure);
        return ready;
      }
      if (opened.ok) opened.value.close();
      const { failure } = ready;
      failures.push(failure);
      // Another server would refuse the same password, and may count it as a guess.
      if (failure.kind === 'service-bind' && !isBusy(failure.code)) break;
      breaker.failed();
    }
    return failed(failures.at(-1) ?? { kind: 'lost', reason: 'servers-resting' });
  }

  /** To be told of every answer and failure of a connection, so that a server that accepts connections and then hangs rests too. */
  judge(server: LdapServer, answer: LdapAnswer<{ readonly code: number }>): void {
    const breaker = this.#servers.find((one) => one.server === server)?.breaker;
    // A broken answer concerns one entry: other people are not kept out by it.
    if (answer.ok && !isBusy(answer.value.code)) {
      this.#answering = server;
      breaker?.succeeded();
    } else if (answer.ok || answer.failure.kind === 'lost') breaker?.failed();
  }
}

/** RFC 4511 A.2: busy, unavailable. */
const BUSY: ReadonlySet<number> = new Set([51, 52]);

/** Whether the directory can't answer now, by its own words. */
export const isBusy = (code: number): boolean => BUSY.has(code);
