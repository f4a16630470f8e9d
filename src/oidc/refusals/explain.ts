import type { Client as LibraryClient, KoaContextWithOIDC } from 'oidc-provider';
import { type Why, whyOf } from '../../http/refusals/because.js';
import { quoted } from '../../http/refusals/quoted.js';
import { type Reason, REASONS } from '../../http/refusals/reasons.js';
import { shownName } from '../../http/refusals/shown-name.js';
import { shownUri } from '../../http/refusals/shown-uri.js';
import { authenticationWords, audienceOfJwt, pkceWords, redirectWords } from './client-facts.js';
import type { LibraryError } from './library-refusal.js';
import { type LibraryReason, libraryReasonOf, REASON_BY_ERROR } from './library-reasons.js';
import { accessTokenFacts, codeFacts, refreshTokenFacts } from './token-facts.js';

/**
 * Why this error was thrown: as we said with `because`, else what the library's text means, sharpened by what the request and the documents
 * that it has read already say. Asks the store for nothing that this request has not read, but for what a code or token refers to.
 */
export async function explain(ctx: KoaContextWithOIDC, error: LibraryError): Promise<Why> {
  const ours = whyOf(error);
  if (ours) return ours.reason === 'scope-unknown' && error.scope !== undefined ? named(ours, error.scope) : ours;
  const texts = [error.error_detail, error.error_description].filter((text) => text !== undefined);
  for (const text of texts) {
    const entry = libraryReasonOf(text);
    if (entry) return sharpened(ctx, error, entry, entry.words ?? quoted(text));
  }
  const reason = Object.hasOwn(REASON_BY_ERROR, error.message) ? REASON_BY_ERROR[error.message] : undefined;
  const said = texts.find((text) => !repeatsInput(ctx, text));
  if (reason !== undefined)
    return beneath(ctx, error, reason, said === undefined ? REASONS[reason].cause : quoted(said));
  const words = said === undefined ? `the request was answered ${error.message}` : quoted(said);
  return { reason: 'other', words };
}

const named = (why: Why, scope: string): Why => ({ ...why, words: scopeWords(why.reason, scope) });

/** A request object's fault lies beneath the error: in its cause. */
function beneath(ctx: KoaContextWithOIDC, error: Error, reason: Reason, words: string): Why {
  if (error.cause instanceof Error && error.cause.message.startsWith('jwt audience missing')) {
    return audienceFault(ctx, 'request');
  }
  return signatureFault(error) ?? open(reason, words);
}

/** The meaning of the library's text here; the same if nothing else is known. */
async function sharpened(
  ctx: KoaContextWithOIDC,
  error: LibraryError,
  { reason, text }: LibraryReason,
  words: string,
): Promise<Why> {
  const more = SHARPENED[reason];
  return more
    ? more({ ctx, client: ctx.oidc.client, params: ctx.oidc.params ?? {}, error, reason, text, words })
    : open(reason, words);
}

interface Case {
  readonly ctx: KoaContextWithOIDC;
  readonly client: LibraryClient | undefined;
  readonly params: Readonly<Record<string, unknown>>;
  readonly error: LibraryError;
  readonly reason: Reason;
  readonly text: string;
  readonly words: string;
}

const open = (reason: Reason, words: string): Why => ({ reason, words, open: words });
/** A stranger learns nothing about these, not even which of them it was. */
const closed = ({ reason, words }: Case): Why => ({ reason, words });

const ofCode = ({ params, client, reason, words }: Case): Promise<Why> =>
  params['refresh_token'] === undefined
    ? codeFacts(params['code'], client, open(reason, words))
    : refreshTokenFacts(params['refresh_token'], client, { reason, words });
const ofRefreshToken = ({ params, client, reason, words }: Case): Promise<Why> =>
  refreshTokenFacts(params['refresh_token'], client, { reason, words });
const ofScope = ({ error, reason, words }: Case): Why =>
  open(reason, error.scope === undefined ? words : scopeWords(reason, error.scope));

/** Where the request, or what it has read, says more than the library's text. */
const SHARPENED: Partial<Record<Reason, (of: Case) => Why | Promise<Why>>> = {
  'client-unknown': closed,
  'secret-wrong': closed,
  'client-mismatch': closed,
  'authentication-method-wrong': ({ ctx, reason }) => ({ reason, words: authenticationWords(ctx) }),
  'redirect-uri-mismatch': ({ client, params }) => redirectWords(client, params['redirect_uri']),
  'post-logout-redirect-uri-mismatch': ({ reason, params }) => ({
    reason,
    words: `post_logout_redirect_uri was ${shownUri(params['post_logout_redirect_uri'])}, which is not registered`,
    open: 'post_logout_redirect_uri is not registered for this client, exactly as it was sent',
  }),
  'pkce-or-nonce-missing': ({ client, params, reason }) => open(reason, pkceWords(client, params)),
  'scope-unknown': ofScope,
  'scope-not-granted': ofScope,
  'resource-not-allowed': ({ params, reason }) => ({
    reason,
    words: `resource ${resourcesIn(params['resource'])} is not one of the client’s`,
    open: 'resource is not one of the resource servers of this client, exactly as it was sent',
  }),
  'code-unknown': ofCode,
  'code-expired': ofCode,
  'code-used': ofCode,
  'code-of-another-client': ofCode,
  'refresh-token-unknown': ofRefreshToken,
  'refresh-token-used': ofRefreshToken,
  'token-unknown': ({ ctx }) => accessTokenFacts(ctx),
  'audience-wrong': ({ ctx, params, reason, text }) =>
    text.startsWith('token audience')
      ? open(reason, `token is for ${shownUri(ctx.oidc.accessToken?.aud)}, not for userinfo`)
      : audienceFault(ctx, params['client_assertion'] === undefined ? 'request' : 'client_assertion'),
  'assertion-invalid': ({ error, reason, words }) => signatureFault(error) ?? open(reason, words),
};

function scopeWords(reason: Reason, scope: string): string {
  const named = scope.split(' ').slice(0, 5).map(shownName);
  const isSingle = named.length === 1;
  const what = `scope${isSingle ? '' : 's'} ${named.join(', ')}`;
  return reason === 'scope-unknown'
    ? `${what} ${isSingle ? 'is' : 'are'} not known for this client`
    : `${what} ${isSingle ? 'was' : 'were'} not granted`;
}

const resourcesIn = (resource: unknown): string =>
  [resource]
    .flat()
    .slice(0, 3)
    .map((each) => shownUri(each))
    .join(', ');

/** The audience that the client wrote into its JWT: very often the issuer with a slash at its end. */
function audienceFault(ctx: KoaContextWithOIDC, parameter: 'client_assertion' | 'request'): Why {
  const { issuer } = ctx.oidc;
  const audience = audienceOfJwt(ctx.oidc.params?.[parameter]);
  if (audience.includes(`${issuer}/`)) {
    const words = `issuer has a trailing slash: aud of ${parameter} is ${issuer}/, and the issuer is ${issuer}`;
    return { reason: 'issuer-trailing-slash', words, open: words };
  }
  const named = audience.length === 0 ? 'missing' : audience.map(shownUri).join(', ');
  const words = `aud of ${parameter} is ${named}, and should be ${issuer}`;
  return { reason: 'audience-wrong', words, open: `aud of ${parameter} should be ${issuer}` };
}

function signatureFault({ cause }: Error): Why | undefined {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ERR_JWKS_NO_MATCHING_KEY':
      return { reason: 'signature-wrong', words: 'the client has no key with this kid and algorithm' };
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
      return { reason: 'signature-wrong', words: 'signature does not match a key of the client' };
    default:
      return undefined;
  }
}

/** Whether the text has something in it that came with the request: then it is not logged. */
function repeatsInput({ oidc, headers }: KoaContextWithOIDC, text: string): boolean {
  const sent = [...Object.values(oidc.params ?? {}), ...Object.values(oidc.body ?? {}), ...Object.values(headers)];
  return sent.flat().some((value) => typeof value === 'string' && value.length > 3 && text.includes(value));
}
