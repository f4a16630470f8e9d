import type { SignInError } from '#views/sign-in.js';
import type { Context } from 'koa';
import { PASSWORD } from '../../base/authentication-level.js';
import { newId } from '../../base/crypto/ids.js';
import type { BrowserTarget, RedirectOutcome } from '../../federation/contract/redirect-connector.js';
import { factorOf } from '../../sessions/proof.js';
import { recordFailure } from '../flow/advance.js';
import type { Interaction } from '../interaction.js';
import { requestedLevel } from '../flow/required-level.js';
import { leadTo } from '../lead-to.js';
import { logUserstoreFailure } from '../log-sign-in.js';
import { MOST_BEGUN, newState } from '../redirect-state.js';
import { goTo, pathOfInteraction, type SignInRequest } from '../sign-in-request.js';

/** Why nobody is signed in elsewhere, as a page says it. */
export interface RedirectFault {
  readonly status: number;
  readonly error: Exclude<SignInError, { readonly code: 'throttled' }>;
}

/** `sent`: the response was sent. */
type Begun = { readonly target: BrowserTarget } | RedirectFault | 'sent';

/** Begins a sign-in at the upstream of a connector that the client offers. @param loginHint the name there */
async function beginSignIn(request: SignInRequest, connector: string, loginHint: string | undefined): Promise<Begun> {
  const { ctx, interaction, parts } = request;
  const { uid, requirements, uiLocales } = interaction;
  if (!interaction.redirects.some(({ id }) => id === connector)) {
    goTo(ctx, pathOfInteraction(request));
    return 'sent';
  }
  // Before the upstream hears of it.
  const wait = interaction.redirectsBegun >= MOST_BEGUN ? PAUSE : parts.redirectThrottle.begin(ctx.ip);
  if (wait !== undefined) return throttled(request, connector, wait);
  const state = newState(uid, newId());
  const maxAgeSeconds = oldestSignIn(interaction);
  const level = requestedLevel(requirements);
  const begun = await parts.redirects.begin(connector, {
    state,
    ...(loginHint !== undefined && { loginHint }),
    ...(uiLocales !== undefined && { uiLocales }),
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
    ...(level !== PASSWORD && { level }),
    ...((requirements.choose || isChoosing(ctx)) && { choosesAccount: true }),
    ...(interaction.passive && { passive: true }),
  });
  if (begun?.kind !== 'begun') return notSignedIn(request, connector, begun);
  switch (await parts.interactions.beginRedirect(interaction, { connector, state, kept: begun.kept })) {
    case 'begun':
      return { target: begun };
    case 'too-many':
      return throttled(request, connector, PAUSE);
    case 'ended':
      await parts.pages.expired(ctx, await parts.interactions.startAgain(uid));
      return 'sent';
  }
}

/** How old the sign-in at the upstream may be, in seconds. 0: it has to be for this one. Undefined: any age. */
export function oldestSignIn({ requirements, facts }: Pick<Interaction, 'requirements' | 'facts'>): number | undefined {
  // Who has just come from there and must prove themselves once more is asked there once more.
  const isAgain = requirements.login || facts.shownHere.some((proof) => factorOf(proof) === 'first');
  return isAgain ? 0 : requirements.maxAgeSeconds;
}

/**
 * Leads to the upstream.
 *
 * @param typed the name there
 * @returns what the page says that led there. Undefined: the response was sent
 */
export async function leadElsewhere(
  request: SignInRequest,
  connector: string,
  typed: string | undefined,
): Promise<RedirectFault | undefined> {
  const begun = await beginSignIn(request, connector, typed === '' ? undefined : typed);
  if (begun === 'sent') return undefined;
  if ('status' in begun) return begun;
  const { ctx, interaction, parts } = request;
  const provider = interaction.redirects.find(({ id }) => id === connector)?.displayName;
  await leadTo(ctx, parts.pages, begun.target, { ...(provider !== undefined && { provider }) });
  return undefined;
}

/** Records why a sign-in elsewhere failed. @param outcome undefined: the connector was removed or disabled meanwhile */
export async function notSignedIn(
  request: SignInRequest,
  connector: string,
  outcome: Exclude<RedirectOutcome, { readonly kind: 'ok' }> | undefined,
): Promise<RedirectFault> {
  if (outcome?.kind === 'denied') {
    await recordFailure(request, 'denied', { connector });
    return { status: 403, error: { code: 'redirect-denied' } };
  }
  const { kind: fault, reason } = outcome ?? { kind: 'misconfigured', reason: 'connector-not-opened' };
  await recordFailure(request, fault, { connector });
  logUserstoreFailure(request, { userstore: connector, fault, reason });
  request.ctx.set('Retry-After', '5');
  return { status: 503, error: { code: 'redirect-failed' } };
}

/** Nobody is told after how many: a person hardly gets here. */
async function throttled(request: SignInRequest, connector: string, seconds: number): Promise<RedirectFault> {
  await recordFailure(request, 'throttled', { connector });
  request.ctx.set('Retry-After', String(seconds));
  return { status: 429, error: { code: 'redirect-throttled' } };
}

/** In seconds: the next request of the application begins anew. */
const PAUSE = 60;

/** Whether the link asks there for another account, since the one before was refused. */
const isChoosing = ({ URL: { searchParams } }: Context): boolean => searchParams.get('account') === 'other';
