import type { Socket } from 'node:net';
import { Attribute, Change, Client, type Control, type Filter } from 'ldapts';
import { now } from '../../../base/clock.js';
import { isPresent } from '../names/filters.js';
import type { Dn } from '../../../base/text/distinguished-name.js';
import { withWholeAttributes } from './attribute-ranges.js';
import { ANSWER, type LdapEntry, type LdapResult } from './answers.js';
import { passwordPolicyNote, type PasswordPolicyNote, passwordPolicyRequest } from './controls.js';
import { answered, failed, type LdapAnswer } from './ldap-failure.js';
import type { LdapServer } from './ldap-server.js';
import { type Collected, MessageStream } from './message-stream.js';
import { PASSWORD_MODIFY, type PasswordTarget, passwordModifyValue } from './password-modify.js';
import { beginTls, openTcp, remaining } from './transport.js';

export interface ConnectionOptions {
  /** The certificates to trust instead of those of the system, in PEM. */
  readonly ca?: string;
  /** Milliseconds for TCP and TLS together. */
  readonly connectTimeout: number;
  /** Milliseconds for one operation. */
  readonly timeout: number;
  /** How many bytes the answer to one request may have. */
  readonly answerLimit: number;
}

export interface SearchRequest {
  readonly base: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly filter: Filter;
  readonly attributes: readonly string[];
  /** Never where somebody concludes from the answer that an entry does not exist. */
  readonly sizeLimit?: number;
}

export interface SearchAnswer {
  readonly code: number;
  readonly entries: readonly LdapEntry[];
  readonly referrals: readonly string[];
  readonly controls: LdapResult['controls'];
}

/** One change of the values of an attribute. */
export interface ValueChange {
  readonly operation: 'add' | 'delete' | 'replace';
  readonly attribute: string;
  readonly values: readonly (string | Buffer)[];
}

/** The answer to a bind, or to a change of an entry or password. */
export interface BindAnswer {
  readonly code: number;
  /** As in {@link LdapResult}. */
  readonly text: string;
  readonly referrals: readonly string[];
  readonly policy?: PasswordPolicyNote;
}

const START_TLS = '1.3.6.1.4.1.1466.20037';
const SUCCESS = 0;
const INVALID_CREDENTIALS = 49;
const UNWILLING = 53;
/** Milliseconds for saying goodbye. */
const PARTING = 1000;

/** One connection, for one operation at a time. It is of no use after its first failure. */
export class LdapConnection {
  readonly server: LdapServer;
  /** When the server's certificate ends; absent: no TLS. */
  readonly certificateUntil?: number;
  readonly openedAt = now();
  readonly #stream: MessageStream;
  readonly #client: Client;
  readonly #timeout: number;
  readonly #answerLimit: number;

  private constructor(server: LdapServer, socket: Socket, options: ConnectionOptions, certificateUntil?: number) {
    this.server = server;
    this.#timeout = options.timeout;
    this.#answerLimit = options.answerLimit;
    if (certificateUntil !== undefined) this.certificateUntil = certificateUntil;
    this.#stream = new MessageStream(socket, options.answerLimit);
    this.#client = clientOn(this.#stream);
  }

  /** Connects to a server, with TLS unless the server's settings say `none`. Sends no password. */
  static async open(server: LdapServer, options: ConnectionOptions): Promise<LdapAnswer<LdapConnection>> {
    const began = now();
    const tcp = await openTcp(server, options.connectTimeout);
    if (!tcp.ok) return tcp;
    const socket = tcp.value;
    if (server.tls === 'none') return answered(new LdapConnection(server, socket, options));
    if (server.tls === 'start-tls') {
      const plain = new LdapConnection(server, socket, {
        ...options,
        timeout: remaining(options.connectTimeout, began),
      });
      const started = await plain.#startTls();
      if (!started.ok) return started;
    }
    const secure = await beginTls(server, socket, options.ca, remaining(options.connectTimeout, began));
    if (!secure.ok) return secure;
    return answered(new LdapConnection(server, secure.value.socket, options, secure.value.certificateUntil));
  }

  /** The connection is alive. */
  get isOpen(): boolean {
    return !this.#stream.destroyed;
  }

  /** The connection is alive, and the directory knows who we are. */
  get isBound(): boolean {
    return this.isOpen && this.#client.isBound;
  }

  /**
   * Proves a password. Any result code is an answer.
   *
   * @param dn a name that the directory returned or an administrator wrote: typed text never comes here
   */
  async bind(dn: Dn, password: string): Promise<LdapAnswer<BindAnswer>> {
    // RFC 4513 5.1.2: many servers answer success to a name without a password, and authenticate nobody.
    if (password === '') return answered({ code: INVALID_CREDENTIALS, text: '', referrals: [] });
    const answer = await this.#operate(ANSWER.bind, () =>
      this.#client.bind(dn.text, password, passwordPolicyRequest()),
    );
    return noted(answer);
  }

  /**
   * Changes the password of the person whom this connection is bound as. Any result code is an answer.
   *
   * @param present the one that was bound with
   */
  async changePassword(present: string, next: string): Promise<LdapAnswer<BindAnswer>> {
    return this.#modifyPassword({ own: present }, next);
  }

  /** Sets the password of somebody else, as the account that this connection is bound as. Any result code is an answer. */
  async setPassword(dn: Dn, next: string): Promise<LdapAnswer<BindAnswer>> {
    return this.#modifyPassword({ dn }, next);
  }

  /**
   * Changes an entry, wholly or not at all. Any result code is an answer.
   *
   * @param dn a name that the directory returned
   */
  async modify(dn: Dn, changes: readonly ValueChange[], control?: Control): Promise<LdapAnswer<BindAnswer>> {
    const request = changes.map(
      ({ operation, attribute: type, values }) =>
        new Change({ operation, modification: new Attribute({ type, values: values.map(bytesOf) }) }),
    );
    return noted(await this.#operate(ANSWER.modify, () => this.#client.modify(dn.text, request, control)));
  }

  async #modifyPassword(holder: PasswordTarget, next: string): Promise<LdapAnswer<BindAnswer>> {
    // An empty one would ask the directory to make one up (RFC 3062 2).
    if (next === '') return answered({ code: UNWILLING, text: '', referrals: [] });
    return noted(
      await this.#operate(ANSWER.extended, () =>
        this.#client.exop(PASSWORD_MODIFY, passwordModifyValue(holder, next), passwordPolicyRequest()),
      ),
    );
  }

  /**
   * Any result code is an answer. References to other servers are left out, and never followed. Values that the directory answers in ranges
   * are read to the end.
   */
  async search(request: SearchRequest, controls: readonly Control[] = []): Promise<LdapAnswer<SearchAnswer>> {
    const answer = await this.#searchOnce(request, controls);
    if (!answer.ok) return answer;
    const read = (base: string, attributes: readonly string[]) =>
      this.#searchOnce({ base, scope: 'base', filter: isPresent('objectClass'), attributes });
    const entries = await withWholeAttributes(answer.value.entries, read, this.#answerLimit);
    return entries.ok ? answered({ ...answer.value, entries: entries.value }) : entries;
  }

  async #searchOnce(request: SearchRequest, controls: readonly Control[] = []): Promise<LdapAnswer<SearchAnswer>> {
    const { base, scope, filter, attributes, sizeLimit = 0 } = request;
    const answer = await this.#operate(ANSWER.searchDone, () =>
      this.#client.search(base, { scope, filter, attributes: [...attributes], sizeLimit }, [...controls]),
    );
    return answer.ok ? answered({ ...answer.value.result, entries: answer.value.entries }) : answer;
  }

  /** Ends the connection without waiting. */
  close(): void {
    const { destroyed } = this.#stream;
    if (destroyed) return;
    const timer = setTimeout(() => this.#stream.destroy(), PARTING);
    void this.#client
      .unbind()
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(timer);
        this.#stream.destroy();
      });
  }

  async #startTls(): Promise<LdapAnswer<undefined>> {
    const answer = await this.#operate(ANSWER.extended, () => this.#client.exop(START_TLS));
    if (!answer.ok) return answer;
    const { code } = answer.value.result;
    const { url: server } = this.server;
    if (code !== SUCCESS) {
      this.#stream.destroy();
      return failed({ kind: 'start-tls', code, server });
    }
    if (this.#stream.release()) return answered(undefined);
    this.#stream.destroy();
    return failed({ kind: 'broken', reason: 'bytes-before-tls', server });
  }

  /** The library's own result does not matter: what the stream collected is complete, with its controls. */
  async #operate(tag: number, send: () => Promise<unknown>): Promise<LdapAnswer<Collected>> {
    const { url: server } = this.server;
    if (!this.isOpen) return failed({ kind: 'lost', reason: 'connection-closed', server });
    this.#stream.expect(tag);
    const time = new AbortController();
    const timer = setTimeout(() => {
      time.abort();
      this.#stream.destroy();
    }, this.#timeout);
    // A refusal by result code is an error to the library, and an answer to us.
    await send().catch(() => undefined);
    clearTimeout(timer);
    const collected = this.#stream.collect();
    const { breach } = this.#stream;
    if (breach) return failed({ kind: 'broken', reason: breach, server });
    if (collected) return answered(collected);
    this.#stream.destroy();
    return failed({ kind: 'lost', reason: time.signal.aborted ? 'timeout' : 'connection-closed', server });
  }
}

const bytesOf = (value: string | Buffer): Buffer => (typeof value === 'string' ? Buffer.from(value) : value);

/** The result, with what the directory says of the password. */
function noted(answer: LdapAnswer<Collected>): LdapAnswer<BindAnswer> {
  if (!answer.ok) return answer;
  const { code, text, referrals, controls } = answer.value.result;
  const policy = passwordPolicyNote(controls);
  return answered({ code, text, referrals, ...(policy && { policy }) });
}

/** The library connects to the stream once; what would be a second, silent and anonymous connection fails. */
function clientOn(stream: MessageStream): Client {
  let isUsed = false;
  return new Client({
    url: 'ldap://connected-already',
    createConnection: () => {
      if (isUsed) throw new Error('A connection is used once.');
      isUsed = true;
      // The library uses it as a stream, and asks it for nothing else that a socket has.
      return stream as unknown as Socket;
    },
  });
}
