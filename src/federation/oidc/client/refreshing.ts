import type { UpstreamIdentity } from '../../../identity/userstores/password-connector.js';
import type { RedirectConnector, RefreshOutcome } from '../../contract/redirect-connector.js';
import { NOT_LET_IN, OF_SOMEBODY_ELSE, type ProviderFault } from './faults.js';
import { faultOf } from './library-faults.js';

/** In characters. A longer refresh token is not kept. */
const LONGEST_REFRESH_TOKEN = 4096;

export interface AskedRefresh {
  readonly subject: string;
  readonly refreshToken: string;
  /** Hears the token for the next time, before anything can fail that comes after it. */
  readonly comes: (next: string) => void;
}

/** The refresh token of an answer, as far as the settings keep it. */
export function keptRefreshToken(
  { keepRefreshTokens }: { readonly keepRefreshTokens: boolean },
  token: string | undefined,
): Pick<UpstreamIdentity, 'refreshToken'> {
  return keepRefreshTokens && canBeKept(token) ? { refreshToken: token } : {};
}

export const canBeKept = (token: string | undefined): token is string =>
  token !== undefined && token !== '' && token.length <= LONGEST_REFRESH_TOKEN;

/**
 * The `refresh` of a connector.
 *
 * @param ask who the user is today (RFC 6749 6); throws ProviderFailure, or an error of the library
 * @param heard after an answer, and after a fault, which it gives a kind and a reason
 */
export function refreshing(
  ask: (asked: AskedRefresh) => Promise<UpstreamIdentity>,
  heard: {
    readonly answered: () => void;
    readonly failed: (fault: ProviderFault) => Pick<ProviderFault, 'kind' | 'reason'>;
  },
): NonNullable<RedirectConnector['refresh']> {
  return async (subject, refreshToken): Promise<RefreshOutcome> => {
    let next: string | undefined;
    const comes = (token: string): void => void (next = token);
    try {
      const identity = await ask({ subject, refreshToken, comes });
      heard.answered();
      return { kind: 'found', identity };
    } catch (error) {
      const fault = faultOf(error);
      // `invalid_grant`: the token has ended (RFC 6749 5.2). Whom the settings do not let in has no access either.
      if (fault.reason === 'code-refused' || NOT_LET_IN.has(fault.reason)) return { kind: 'ended' };
      const isOfOther = OF_SOMEBODY_ELSE.has(fault.reason);
      return { ...heard.failed(fault), ...(next !== undefined && !isOfOther && { refreshToken: next }) };
    }
  };
}
