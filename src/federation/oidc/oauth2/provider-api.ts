import { createHmac } from 'node:crypto';
import { seconds } from '../../../base/clock.js';
import { ProviderFailure, type ProviderReason } from '../client/faults.js';
import type { ProviderRequests } from '../client/provider-requests.js';
import { jsonOf } from '../client/token-answer.js';
import { membersOf, valueAt } from './json-path.js';
import { nextPage } from './link-header.js';
import type { ApiCall, OAuth2Settings } from './oauth2-settings.js';

/** Some providers answer nobody who has no name, such as GitHub. */
const USER_AGENT = 'Gatehouse';
/** All calls of one sign-in together, since a list has many pages. */
const LONGEST = seconds(30);
const MOST_PAGES = 20;
const MOST_ITEMS = 2000;
/** What can be a header (RFC 6750 2.1, and what providers use beyond it). */
const ACCESS_TOKEN = /^[\x21-\x7e]{1,8192}$/;

export interface ApiParts {
  readonly connection: OAuth2Settings['connection'];
  readonly requests: ProviderRequests;
  readonly secret?: string;
}

/** The API of a provider as the person who signed in, or as nobody. */
export class ProviderApi {
  readonly #parts: ApiParts;
  readonly #token: string | undefined;
  readonly #end = AbortSignal.timeout(LONGEST);

  /**
   * @param token absent: nobody
   * @throws ProviderFailure if the token is none
   */
  constructor(parts: ApiParts, token?: string) {
    if (token !== undefined && !ACCESS_TOKEN.test(token)) throw new ProviderFailure('token-error');
    this.#parts = parts;
    this.#token = token;
  }

  /**
   * The object that a call answers with.
   *
   * @throws ProviderFailure
   */
  async object(call: ApiCall): Promise<ReadonlyMap<string, unknown>> {
    const body = await jsonOf(await this.#get(call, call.url));
    const members = membersOf(valueAt(body, call.path));
    if (members) return members;
    throw new ProviderFailure(isError(membersOf(body)) ? 'userinfo-refused' : 'body-invalid');
  }

  /**
   * All items of a list, of every page, or none.
   *
   * @param tooMany the reason if there are more than are read
   * @throws ProviderFailure
   */
  async list(call: ApiCall, tooMany: ProviderReason): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    let url: string | undefined = call.url;
    for (let page = 0; url !== undefined; page++) {
      if (page === MOST_PAGES) throw new ProviderFailure(tooMany);
      const response: Response = await this.#get(call, url);
      const body = await jsonOf(response);
      const found = valueAt(body, call.path);
      if (!isList(found)) throw new ProviderFailure(isError(membersOf(body)) ? 'userinfo-refused' : 'body-invalid');
      items.push(...found);
      if (items.length > MOST_ITEMS) throw new ProviderFailure(tooMany);
      url = nextPage(response.headers.get('link'), url);
    }
    return items;
  }

  #get({ headers }: ApiCall, url: string): Promise<Response> {
    const { connection, requests } = this.#parts;
    return requests.send('userinfo', this.#withProof(url), {
      method: 'GET',
      headers: {
        accept: 'application/json',
        ...Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value])),
        'user-agent': USER_AGENT,
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      },
      body: undefined,
      redirect: 'manual',
      signal: AbortSignal.any([this.#end, AbortSignal.timeout(connection.timeout)]),
    });
  }

  /** That the token comes from the client it was given to: a stolen one is of no use without the secret. */
  #withProof(url: string): string {
    const { connection, secret } = this.#parts;
    if (connection.proof === undefined || secret === undefined || this.#token === undefined) return url;
    const proved = new URL(url);
    proved.searchParams.set(connection.proof, createHmac('sha256', secret).update(this.#token).digest('hex'));
    return proved.href;
  }
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** Whether an answer with status 200 is an error. */
export const isError = (answer: ReadonlyMap<string, unknown> | undefined): boolean =>
  answer?.has('error') === true || answer?.has('errors') === true;
