import type { KoaContextWithOIDC } from 'oidc-provider';
import { type Instant, minutes, now, seconds } from '../../base/clock.js';
import { ACCOUNT_CLIENT } from '../../realm/clients/account-client.js';
import { SIGN_OUT_ANSWER } from '../../realm/clients/answer-parameters.js';
import { sectorOf } from '../../realm/clients/client-sector.js';
import type { Settings } from '../../realm/settings/settings.js';
import { revokeGrant } from '../../sessions/grants/revoke-grant.js';
import type { Session } from '../../sessions/session.js';
import { beganAt } from '../../sessions/session-end.js';
import { appendParameters } from '../requests/append-parameters.js';
import { clientBehind } from '../library/client/client-behind.js';
import type { PairwiseSubjects } from '../issuance/pairwise-subjects.js';
import { currentScope } from '../request-scope/request-scope.js';

/** The claims of an ID token that came as id_token_hint. Its signature, issuer and audience are right; it may have expired. */
export interface SignOutHint {
  /** The client that it was issued to. */
  readonly clientId: string;
  /** The person it names. */
  readonly userId: string | undefined;
  readonly issuedAt: Instant;
  /** The session's name towards the client, where the token has one. */
  readonly sid?: string | undefined;
}

/** With an older ID token the user is asked, which costs a click. */
const CLOCK_SKEW = minutes(1);

/**
 * Whether a user is asked before the sign-out (OpenID Connect RP-Initiated Logout 2). A link on any page could lead to the sign-out, so only an ID
 * token of this session replaces the question. It must be issued to a client that the session signed in to, for this user, since the
 * session began, and with the session's name if it has one. If other clients are signed in too, the user is asked all the same, unless the
 * realm never asks. Pure.
 */
export function asksBeforeSignOut(
  question: Settings['signOutQuestion'],
  hint: SignOutHint | undefined,
  session: Pick<Session, 'userId' | 'startedAt' | 'signedInAt' | 'clients'> | undefined,
): boolean {
  const client = session?.clients.find(({ clientId }) => clientId === hint?.clientId);
  if (!session || !hint || !client) return true;
  const isOfSession =
    hint.userId !== undefined &&
    hint.userId === session.userId &&
    hint.issuedAt >= beganAt(session) - CLOCK_SKEW &&
    (hint.sid === undefined || hint.sid === client.sid);
  if (!isOfSession) return true;
  switch (question) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'when-needed':
      // People's own pages are no application that they would miss.
      return session.clients.some(({ clientId }) => clientId !== client.clientId && clientId !== ACCOUNT_CLIENT);
  }
}

/** Whether the person who came here is asked. */
export function isQuestionNeeded({ oidc }: KoaContextWithOIDC, pairwise: Pick<PairwiseSubjects, 'userIdOf'>): boolean {
  const { settings, reads } = currentScope();
  return asksBeforeSignOut(settings.signOutQuestion, hintOf(oidc, pairwise), reads.browserSession);
}

function hintOf(
  { entities, client: library }: KoaContextWithOIDC['oidc'],
  pairwise: Pick<PairwiseSubjects, 'userIdOf'>,
): SignOutHint | undefined {
  const { sub, iat, sid } = entities.IdTokenHint?.payload ?? {};
  if (!library || typeof sub !== 'string' || typeof iat !== 'number') return undefined;
  const client = clientBehind(library);
  return {
    clientId: client.id,
    userId: client.subjectType === 'pairwise' ? pairwise.userIdOf(sub, sectorOf(client)) : sub,
    issuedAt: seconds(iat),
    ...(typeof sid === 'string' && { sid }),
  };
}

/**
 * Ends the session as an answer of yes would, with every grant of its clients that does not outlive it. Then the browser goes to the client's
 * address, which the library has checked, or to our page that confirms the sign-out.
 */
export async function signOutAtOnce(ctx: KoaContextWithOIDC): Promise<void> {
  const { oidc } = ctx;
  const scope = currentScope();
  const { realm, reads } = scope;
  const ended = (reads.browserSession?.clients ?? []).flatMap(({ grantId, offline }) =>
    grantId !== undefined && !offline ? [grantId] : [],
  );
  await Promise.all(ended.map((grantId) => revokeGrant(realm, grantId, now())));
  await oidc.session?.destroy();
  const cookie = oidc.provider.cookieName('session');
  oidc.cookies.set(cookie, null, { path: '/', httpOnly: true, sameSite: 'lax', secure: ctx.secure, overwrite: true });
  const { post_logout_redirect_uri: back, state } = oidc.params ?? {};
  ctx.status = 303;
  ctx.body = '';
  ctx.remove('Content-Type');
  const target = typeof back === 'string' ? withState(back, state) : undefined;
  if (target !== undefined) scope.noteSignOutTarget(target);
  ctx.set('Location', target ?? oidc.urlFor('end_session_success'));
}

const withState = (back: string, state: unknown): string =>
  appendParameters(back, typeof state === 'string' ? { state } : {}, { ours: SIGN_OUT_ANSWER });
