import { ProviderFailure, type ProviderReason } from '../client/faults.js';
import { jsonOf, readTokenAnswer } from '../client/token-answer.js';
import type { OAuth2Settings } from './oauth2-settings.js';
import { membersOf } from './json-path.js';

type TokenErrors = OAuth2Settings['connection']['tokenErrors'];

/**
 * An answer of the token endpoint in the form that the library reads, without an ID token, which nobody asked for and nobody checks.
 *
 * @throws ProviderFailure if it is an error in a form of the provider's own: a code that the settings explain, an object, or a list
 */
export async function oauthTokenResponse(response: Response, tokenErrors: TokenErrors): Promise<Response> {
  const { response: answer } = await readTokenAnswer(response);
  const members = membersOf(await jsonOf(answer.clone()));
  if (!members) return answer;
  const reason = errorReason(members, tokenErrors);
  if (reason) throw new ProviderFailure(reason);
  const { status, headers } = answer;
  const others = [...members].filter(([name]) => name !== 'id_token');
  return Response.json(Object.fromEntries(others), { status, headers });
}

/** Undefined: no error, or one of the standard (RFC 6749 5.2), which the library reads. */
function errorReason(answer: ReadonlyMap<string, unknown>, tokenErrors: TokenErrors): ProviderReason | undefined {
  const error = answer.get('error');
  const inner = membersOf(error);
  const codes = [error, inner?.get('code'), inner?.get('type')].flatMap((code) =>
    typeof code === 'string' || typeof code === 'number' ? [String(code)] : [],
  );
  const known = codes.flatMap((code) => tokenErrors.find((one) => one.code === code)?.means ?? []);
  return known[0] ?? (inner || isErrorList(answer) ? 'token-error' : undefined);
}

const isErrorList = (answer: ReadonlyMap<string, unknown>): boolean =>
  Array.isArray(answer.get('errors')) && !answer.has('access_token') && !answer.has('error');
