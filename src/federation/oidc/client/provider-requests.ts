import type { CustomFetch } from 'openid-client';
import { fetchFault } from '../../connectors/fetch-fault.js';
import type { UpstreamFetch } from '../../contract/redirect-connector.js';
import { ProviderFailure } from './faults.js';

/** What a request of the library is for. `push`: a pushed authorization request (RFC 9126). */
export type Purpose = 'discovery' | 'keys' | 'push' | 'token' | 'userinfo';

type ProviderRequest = Parameters<CustomFetch>[1];

/**
 * Sends requests to a provider and refuses answers that can't be right, before the library reads them.
 *
 * @throws ProviderFailure if no answer came, or one that is neither a document nor an error of OAuth (RFC 6749 5.2)
 */
export class ProviderRequests {
  readonly #fetch: UpstreamFetch;

  constructor(fetch: UpstreamFetch) {
    this.#fetch = fetch;
  }

  async send(purpose: Purpose, url: string, request: ProviderRequest): Promise<Response> {
    const response = await this.#answer(url, request);
    const { status } = response;
    const details = { status };
    if (status >= 500 || status === 429) throw new ProviderFailure('server-failing', details);
    // A redirect would take the code, the secret or the trust in a document to another address.
    if (status >= 300 && status < 400) throw new ProviderFailure('redirected', details);
    if (status !== (purpose === 'push' ? 201 : 200)) refuseStatus(purpose, response);
    if (!hasExpectedType(purpose, response)) throw new ProviderFailure('not-json', details);
    return response;
  }

  async #answer(url: string, { method, headers, body, signal }: ProviderRequest): Promise<Response> {
    try {
      return await this.#fetch(url, {
        method,
        headers,
        ...(body instanceof URLSearchParams && { body: body.toString() }),
        ...(signal && { signal }),
      });
    } catch (error) {
      throw new ProviderFailure(fetchFault(error, signal), undefined, { cause: error });
    }
  }
}

/** @throws ProviderFailure unless the library can read an error of OAuth in the body */
function refuseStatus(purpose: Purpose, response: Response): void {
  const { status } = response;
  switch (purpose) {
    case 'discovery':
      throw new ProviderFailure(status === 404 ? 'discovery-missing' : 'status-unexpected', { status });
    case 'keys':
      throw new ProviderFailure('status-unexpected', { status });
    case 'userinfo':
      throw new ProviderFailure('userinfo-refused', { status });
    case 'push':
    case 'token':
      if (status === 401) throw new ProviderFailure('client-refused', { status });
      // 403 is not of the standard, and seen for clients that may not.
      if ((status !== 400 && status !== 403) || !isJson(response))
        throw new ProviderFailure('status-unexpected', { status });
  }
}

function hasExpectedType(purpose: Purpose, response: Response): boolean {
  switch (purpose) {
    // Discovery 4.2, RFC 9126 2.2, RFC 6749 5.1.
    case 'discovery':
    case 'push':
    case 'token':
      return isJson(response);
    // Core 5.3.2.
    case 'userinfo':
      return isJson(response) || isJwt(response);
    // RFC 7517 8.5 registers a type that few use. Whatever the type, the body must be a key set.
    case 'keys':
      return true;
  }
}

const isJson = (response: Response): boolean => typeOf(response) === 'application/json';
export const isJwt = (response: Response): boolean => typeOf(response) === 'application/jwt';

const typeOf = ({ headers }: Response): string | undefined =>
  headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
