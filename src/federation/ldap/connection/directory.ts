import type { Control } from 'ldapts';
import { type Instant, minutes, now, seconds } from '../../../base/clock.js';
import type { Dn } from '../../../base/text/distinguished-name.js';
import type { PagedResultsRequest } from './controls.js';
import type { LdapEntry } from './answers.js';
import type { BindAnswer, ConnectionOptions, LdapConnection, SearchAnswer, SearchRequest } from './ldap-connection.js';
import { answered, failed, type LdapAnswer, type LdapFailure } from './ldap-failure.js';
import type { LdapServer } from './ldap-server.js';
import { searchPages } from './paged-search.js';
import { isBusy, Servers } from './servers.js';
import { WaitingLine } from './waiting-line.js';

/** Who searches before a person has proved a password. */
export type ServiceAccount =
  /** Anonymous search is a setting of its own, never what is left when a bind was lost. */
  { readonly kind: 'anonymous' } | { readonly kind: 'bind'; readonly dn: Dn; readonly password: string | undefined };

export interface DirectoryOptions extends ConnectionOptions {
  readonly servers: readonly LdapServer[];
  /** Absent: people only read their own entries. */
  readonly service?: ServiceAccount;
  /** How many operations run at once. */
  readonly poolSize: number;
  /** Told of a server that failed, when another takes its place. */
  readonly onReplaced: (failure: LdapFailure) => void;
}

/** Searches as somebody. */
export type SearchAs = (request: SearchRequest) => Promise<LdapAnswer<SearchAnswer>>;

/** How a search of many entries ended. */
export interface AllEntries {
  readonly code: number;
  readonly entries: readonly LdapEntry[];
  /** There are more than asked for. */
  readonly isCut: boolean;
}

/** Waiting operations for each one that runs. */
const WAITING_PER_PLACE = 64;
const IDLE_LIMIT = seconds(50);
const AGE_LIMIT = minutes(10);
const SUCCESS = 0;
const SIZE_LIMIT_EXCEEDED = 4;
const REFUSED_REST = seconds(10);

/** A page of a long reading takes longer than the entry of a sign-in, and is larger. */
const READING_TIMEOUTS = 6;
const READING_LIMIT = 32_000_000;

/** A connection of the service account for one long reading. */
export interface DedicatedConnection {
  readonly server: string;
  /** For what searches on a given connection. One operation at a time. */
  readonly own: LdapConnection;
  /** Believed only while the connection stays bound. */
  search(request: SearchRequest, ...controls: readonly Control[]): Promise<LdapAnswer<SearchAnswer>>;
  close(): void;
}

interface Idle {
  readonly connection: LdapConnection;
  readonly since: Instant;
}

/** The connections to one directory. */
export class Directory {
  readonly #options: DirectoryOptions;
  readonly #servers: Servers;
  readonly #line: WaitingLine;
  readonly #dedicated = new Set<LdapConnection>();
  #idle: Idle[] = [];
  #refused: { readonly failure: LdapFailure; readonly until: Instant } | undefined;
  #isClosed = false;
  /** When the certificate of the last server ends. */
  certificateUntil: Instant | undefined;

  constructor(options: DirectoryOptions) {
    this.#options = options;
    this.#servers = new Servers(options.servers, options, options.onReplaced);
    this.#line = new WaitingLine(options.poolSize, options.poolSize * WAITING_PER_PLACE, options.timeout);
  }

  /** Runs a sign-in, a look-up or a test in its turn. Beyond the bound on waiting ones it fails at once. */
  async inTurn<T>(run: () => Promise<LdapAnswer<T>>): Promise<LdapAnswer<T>> {
    const answer = await this.#line.enter(run);
    return answer ?? failed({ kind: 'lost', reason: 'overloaded' });
  }

  /** Searches as the service account. */
  async search(request: SearchRequest): Promise<LdapAnswer<SearchAnswer>> {
    const idle = this.#takeIdle();
    if (idle) {
      const answer = await this.#guarded(idle, request);
      const isStale = !answer.ok && answer.failure.kind === 'lost' && answer.failure.reason === 'connection-closed';
      if (!isStale) {
        this.#giveBack(idle, answer);
        return answer;
      }
      // The server ended the idle connection, which says nothing of the server. A search may be repeated.
      this.#dropIdle(idle.server);
    }
    const fresh = await this.#connectService();
    if (!fresh.ok) return fresh;
    const answer = await this.#guarded(fresh.value, request);
    this.#giveBack(fresh.value, answer);
    return answer;
  }

  /**
   * Reads every entry in pages, up to a bound, on one connection: a cookie belongs to its connection.
   *
   * @param own the connection to use; absent: as the service account
   */
  async searchAll(request: SearchRequest, most: number, own?: LdapConnection): Promise<LdapAnswer<AllEntries>> {
    const connection = own ? answered(own) : await this.#service();
    if (!connection.ok) return connection;
    const { value } = connection;
    const answer = await this.#pages(value, request, most);
    if (!own) this.#giveBack(value, answer);
    return answer;
  }

  /**
   * Runs on a new connection as the service account, for writes: nothing is repeated, and what has no answer was sent once.
   * The failure is that of the connection or its bind.
   *
   * @param run `search` finds what to write on the same connection, so on the same server
   */
  async asService<T>(run: (connection: LdapConnection, search: SearchAs) => Promise<T>): Promise<LdapAnswer<T>> {
    const connected = await this.#connectService();
    if (!connected.ok) return connected;
    const connection = connected.value;
    const search: SearchAs = async (request) => {
      const answer = await this.#guarded(connection, request);
      this.#servers.judge(connection.server, answer);
      return answer;
    };
    try {
      return answered(await run(connection, search));
    } finally {
      connection.close();
    }
  }

  /**
   * Proves a person's password on a connection of its own. Once sent, it is never sent again, here or to another server.
   *
   * @param then what the person reads while the connection is open, if the password is right
   */
  async bindOnce<T>(
    dn: Dn,
    password: string,
    then: (answer: BindAnswer, connection: LdapConnection) => Promise<T>,
  ): Promise<LdapAnswer<T>> {
    const opened = await this.#noted(this.#servers.connectWhereFound());
    if (!opened.ok) return opened;
    const connection = opened.value;
    try {
      const answer = await connection.bind(dn, password);
      this.#servers.judge(connection.server, answer);
      if (!answer.ok) return answer;
      return answered(await then(answer.value, connection));
    } finally {
      connection.close();
    }
  }

  /** Opens a connection that no sign-in waits for or uses. Whoever asked closes it. */
  async dedicated(): Promise<LdapAnswer<DedicatedConnection>> {
    const { timeout } = this.#options;
    const opened = await this.#connectService({
      ...this.#options,
      timeout: timeout * READING_TIMEOUTS,
      answerLimit: READING_LIMIT,
    });
    if (!opened.ok) return opened;
    const own = opened.value;
    this.#dedicated.add(own);
    return answered({
      server: own.server.url,
      own,
      search: async (request, ...controls) => {
        const answer = await this.#guarded(own, request, controls);
        this.#servers.judge(own.server, answer);
        return answer;
      },
      close: () => {
        this.#dedicated.delete(own);
        own.close();
      },
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const connection of this.#dedicated) connection.close();
    this.#dedicated.clear();
    for (const { connection } of this.#idle) connection.close();
    this.#idle = [];
  }

  /** A search is only believed if the connection was bound before it and still is: others see less, and "nobody" would be wrong. */
  async #guarded(
    connection: LdapConnection,
    request: SearchRequest,
    controls: readonly Control[] = [],
  ): Promise<LdapAnswer<SearchAnswer>> {
    const lost = failed({ kind: 'lost', reason: 'connection-closed', server: connection.server.url });
    if (!this.#isUsable(connection)) return lost;
    const answer = await connection.search(request, controls);
    return answer.ok && !this.#isUsable(connection) ? lost : answer;
  }

  #isUsable(connection: LdapConnection): boolean {
    return this.#options.service?.kind === 'anonymous' ? connection.isOpen : connection.isBound;
  }

  async #pages(connection: LdapConnection, request: SearchRequest, most: number): Promise<LdapAnswer<AllEntries>> {
    const entries: LdapEntry[] = [];
    const seen = new Set<string>();
    const fresh = (page: readonly LdapEntry[]): readonly LdapEntry[] => {
      const news = page.filter(({ dn }) => !seen.has(dn));
      for (const { dn } of news) seen.add(dn);
      return news;
    };
    const ask = (control: PagedResultsRequest) => this.#guarded(connection, request, [control]);
    const pages = searchPages(connection.server.url, ask, fresh);
    for (let page = await pages.next(); ; page = await pages.next()) {
      if (page.done === true) {
        if (!page.value.ok) return page.value;
        const { code } = page.value.value;
        return answered({ code, entries, isCut: code === SIZE_LIMIT_EXCEEDED });
      }
      entries.push(...page.value);
      if (entries.length > most) return answered({ code: SUCCESS, entries: entries.slice(0, most), isCut: true });
    }
  }

  async #service(): Promise<LdapAnswer<LdapConnection>> {
    const idle = this.#takeIdle();
    return idle ? answered(idle) : this.#connectService();
  }

  #takeIdle(): LdapConnection | undefined {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      const { connection, since } = idle;
      const isYoung = now() - since < IDLE_LIMIT && now() - connection.openedAt < AGE_LIMIT;
      if (isYoung && this.#isUsable(connection)) return connection;
      connection.close();
    }
    return undefined;
  }

  #giveBack(connection: LdapConnection, answer: LdapAnswer<{ readonly code: number }>): void {
    this.#servers.judge(connection.server, answer);
    const isGood = answer.ok && (answer.value.code === SUCCESS || answer.value.code === SIZE_LIMIT_EXCEEDED);
    if (isGood && !this.#isClosed && this.#isUsable(connection)) this.#idle.push({ connection, since: now() });
    else connection.close();
    if (!answer.ok && answer.failure.kind === 'lost') this.#dropIdle(connection.server);
  }

  /** What happened to one connection will happen to the others of the same server. */
  #dropIdle(server: LdapServer): void {
    const others = this.#idle.filter((idle) => idle.connection.server === server);
    this.#idle = this.#idle.filter((idle) => idle.connection.server !== server);
    for (const idle of others) idle.connection.close();
  }

  async #connectService(options: ConnectionOptions = this.#options): Promise<LdapAnswer<LdapConnection>> {
    const { service } = this.#options;
    if (!service || service.kind === 'anonymous') return this.#noted(this.#servers.connect(options));
    const { dn, password } = service;
    if (password === undefined || password === '') return failed({ kind: 'no-secret' });
    // A wrong password is not tried again with each sign-in: the directory may lock the account.
    if (this.#refused && now() < this.#refused.until) return failed(this.#refused.failure);
    const connecting = this.#servers.connect(options, async (connection) => {
      const answer = await connection.bind(dn, password);
      if (!answer.ok) return answer;
      const { code } = answer.value;
      if (code === SUCCESS) return answered(connection);
      return failed({ kind: 'service-bind', code, server: connection.server.url });
    });
    const ready = await this.#noted(connecting);
    if (!ready.ok && ready.failure.kind === 'service-bind' && !isBusy(ready.failure.code))
      this.#refused = { failure: ready.failure, until: now() + REFUSED_REST };
    return ready;
  }

  async #noted(connecting: Promise<LdapAnswer<LdapConnection>>): Promise<LdapAnswer<LdapConnection>> {
    const ready = await connecting;
    if (!ready.ok) return ready;
    this.certificateUntil = ready.value.certificateUntil ?? this.certificateUntil;
    if (!this.#isClosed) return ready;
    ready.value.close();
    return failed({ kind: 'lost', reason: 'connector-closed' });
  }
}
