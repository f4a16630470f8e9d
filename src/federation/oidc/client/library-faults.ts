import { AuthorizationResponseError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { z } from 'zod';
import {
  answerError,
  DENIALS,
  type ProviderFault,
  ProviderFailure,
  providerFault,
  type ProviderReason,
  tokenError,
} from './faults.js';

/** What was thrown during a sign-in or a test: by the fetcher, by a check of ours, or by the library. */
export function faultOf(error: unknown): ProviderFault {
  const chain = [...causes(error)];
  const ours = chain.find((each) => each instanceof ProviderFailure);
  if (ours) return ours.fault;
  const answer = chain.find((each) => each instanceof AuthorizationResponseError);
  if (answer) return answerError(answer.error);
  const body = chain.find((each) => each instanceof ResponseBodyError);
  if (body) return tokenError(body.error);
  if (chain.some((each) => each instanceof WWWAuthenticateChallengeError)) return providerFault('client-refused');
  if (chain.some(isTimeout)) return providerFault('timeout');
  // The innermost error says most.
  const reasons = chain.reverse().map(libraryReason);
  const known = reasons.find((reason) => reason !== undefined);
  return known
    ? providerFault(known)
    : providerFault('unexpected-error', { error: error instanceof Error ? error.name : 'none' });
}

/** Whether the authorization endpoint answered that the person is not let in (RFC 6749 4.1.2.1). */
export const isDenial = (error: unknown): boolean =>
  error instanceof AuthorizationResponseError && DENIALS.has(error.error);

/** Errors of the library hold an error of its protocol part, whose cause says what was wrong with what. */
function* causes(error: unknown): Generator {
  for (let depth = 0, each = error; depth < 6 && each !== undefined; depth++) {
    yield each;
    each = each instanceof Error ? each.cause : undefined;
  }
}

const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError';

/** The errors of openid-client and oauth4webapi, as far as they tell what they refused. */
const libraryError = z.object({
  code: z.string(),
  cause: z
    .object({
      claim: z.string().optional(),
      attribute: z.string().optional(),
      /** The algorithm that was expected instead. */
      reason: z.string().optional(),
      signature: z.unknown().optional(),
      claims: z.unknown().optional(),
    })
    .optional()
    .catch(undefined),
});

function libraryReason(error: unknown): ProviderReason | undefined {
  const read = libraryError.safeParse(error);
  if (!read.success) return undefined;
  const { code, cause } = read.data;
  switch (code) {
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return cause?.claim === 'exp' ? 'token-expired' : cause?.claim === 'nbf' ? 'token-from-future' : undefined;
    case 'OAUTH_JWT_CLAIM_COMPARISON_FAILED':
      return cause?.claim === undefined ? undefined : COMPARED.get(cause.claim);
    case 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED':
      if (cause?.attribute === 'issuer') return 'issuer-mismatch';
      return cause?.attribute === 'sub' ? 'userinfo-subject' : undefined;
    case 'OAUTH_KEY_SELECTION_FAILED':
      return 'key-unknown';
    case 'OAUTH_UNSUPPORTED_OPERATION':
      return 'token-invalid';
    case 'OAUTH_INVALID_SERVER_METADATA':
    case 'OAUTH_MISSING_SERVER_METADATA':
    case 'OAUTH_HTTP_REQUEST_FORBIDDEN':
    case 'OAUTH_REQUEST_PROTOCOL_FORBIDDEN':
      return 'discovery-invalid';
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM':
      return 'status-unexpected';
    case 'OAUTH_PARSE_ERROR':
    case 'OAUTH_RESPONSE_IS_NOT_JSON':
      return 'body-invalid';
    case 'OAUTH_INVALID_RESPONSE':
      return invalidReason(cause ?? {});
    default:
      return undefined;
  }
}

const COMPARED: ReadonlyMap<string, ProviderReason> = new Map<string, ProviderReason>([
  ['iss', 'token-issuer'],
  ['aud', 'token-audience'],
  ['azp', 'token-audience'],
  ['nonce', 'token-nonce'],
]);

function invalidReason(cause: object): ProviderReason {
  if ('signature' in cause) return 'signature-invalid';
  if ('reason' in cause) return 'algorithm-refused';
  return 'claims' in cause ? 'token-invalid' : 'body-invalid';
}
