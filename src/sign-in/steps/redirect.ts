import type { SignInError } from '#views/sign-in.js';
import type { Context } from 'koa';
import { newId } from '../../base/crypto/ids.js';
import { now } from '../../base/clock.js';
import type { RedirectOutcome } from '../../federation/contract/redirect-connector.js';
import { readForm } from '../../http/request/form.js';
import { requestIdOf } from '../../http/request/request-id.js';
import { pathOf } from '../../pages/pages.js';
import { factorOf, FEDERATED, type Proof } from '../../sessions/proof.js';
import { askPerson } from '../flow/admit-pending.js';
import { advance, recordFailure } from '../flow/advance.js';
import { logUserstoreFailure } from '../log-sign-in.js';
import { newState, uidOfState } from '../redirect-state.js';
import { goTo, pathOfInteraction, type SignInParts, type SignInRequest, withoutHint } from '../sign-in-request.js';
import { signInPage } from './authenticate.js';
import { whyNot } from './continue-with.js';
import { identifyPage } from './identify.js';
import { nameBefore } from './typed-name.js';

/**
 * The parameters of an answer (RFC 6749 4.1.2, RFC 9207), and the field in which Apple sends a name, with the most characters of each.
 * Codes of some providers have some thousand. Anything else that an upstream adds is left out.
 */
const PARAMETERS: ReadonlyMap<string, number> = new Map([
  ['code', 4096],
  ['state', 4096],
  ['iss', 4096],
  ['error', 4096],
  ['user', 1000],
]);

/** Where the browser comes back to: below the issuer, the same for every sign-in by this connector. */
export const callbackOf = (issuer: URL, connector: string): string =>
  `${issuer.origin}${pathOf(issuer)}/connector/${connector}/callback`;

/** Sends the browser to the upstream. A link may do that: it changes nothing but what this browser waits for. */
export async function beginRedirect(request: SignInRequest, connector: string): Promise<void> {
  const { ctx, interaction, parts } = request;
  const { uid, requirements, loginHint, uiLocales, facts } = interaction;
  if (!interaction.redirects.some(({ id }) => id === connector)) {
    goTo(ctx, pathOfInteraction(request));
    return;
  }
  const state = newState(uid, newId());
  // Who has just come from there and must prove themselves once more is asked there once more.
  const isAgain = requirements.login || facts.shownHere.some((proof) => factorOf(proof) === 'first');
  const maxAgeSeconds = isAgain ? 0 : requirements.maxAgeSeconds;
  const begun = await parts.redirects.begin(connector, {
    state,
    ...(loginHint !== undefined && { loginHint }),
    ...(uiLocales !== undefined && { uiLocales }),
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
    ...(requirements.choose && { choosesAccount: true }),
  });
  if (begun?.kind !== 'begun') return failed(request, connector, begun);
  if (await parts.interactions.beginRedirect(interaction, { connector, state, kept: begun.kept })) goTo(ctx, begun.url);
  else await parts.pages.expired(ctx, await parts.interactions.startAgain(uid));
}

/**
 * The upstream sends the browser here, by a link or by a form. A form from another site brings no cookie, and no address shows which
 * interaction it is for: the browser goes on to the pages of that interaction, and proves there that it began it.
 */
export async function receiveAnswer(ctx: Context, parts: SignInParts, connector: string): Promise<void> {
  const query = await answerIn(ctx);
  const uid = uidOfState(query.get('state') ?? '');
  if (uid === undefined) await parts.pages.expired(ctx);
  else
    goTo(
      ctx,
      `${pathOf(parts.issuer)}/sign-in/${uid}/redirect/${encodeURIComponent(connector)}/answer?${query.toString()}`,
    );
}

async function answerIn(ctx: Context): Promise<URLSearchParams> {
  const form = ctx.method === 'POST' ? await readForm(ctx.req) : undefined;
  const given = form?.kind === 'form' ? form.fields : ctx.URL.searchParams;
  const known = [...given].filter(([name, value]) => value.length <= (PARAMETERS.get(name) ?? -1));
  return new URLSearchParams(known);
}

/** Takes the answer, once, and goes on with who it says has signed in. */
export async function takeAnswer(request: SignInRequest, connector: string): Promise<void> {
  const { ctx, interaction, parts } = request;
  const query = await answerIn(ctx);
  const state = query.get('state') ?? '';
  const begun = await parts.interactions.takeRedirect(interaction, { connector, state });
  // It was taken before, as after "back", or this browser began another one since. Or the client no longer offers the connector: then
  // nobody gets an account by it.
  if (!begun || interaction.requirements.userstores?.includes(connector) === false) {
    goTo(ctx, pathOfInteraction(request));
    return;
  }
  const outcome = await parts.redirects.complete(connector, { state, kept: begun.kept, query });
  if (outcome?.kind !== 'ok') return failed(request, connector, outcome);
  const at = now();
  const proved: Proof = {
    ...{ method: FEDERATED, factor: 'first', connector },
    at: Math.min(at, outcome.authenticatedAt ?? at),
    ...(outcome.authenticatedAt === undefined && { ageUnknown: true }),
  };
  const { identity } = outcome;
  const admission = await parts.admissions.admit(
    { connector, identity },
    { requestId: requestIdOf(ctx.req), address: ctx.ip },
  );
  switch (admission.kind) {
    case 'ok': {
      const { level } = admission;
      const proof = { ...proved, ...(level !== undefined && { level }) };
      const refused = await advance(request, { user: await parts.know(admission.user), at, proof });
      return refused && show(request, { status: 403, error: { code: whyNot[refused] } });
    }
    case 'asks':
      return askPerson(request, admission, { proof: proved, confirmedAt: at });
    case 'account-refused': {
      const { fault, user } = admission;
      await recordFailure(request, fault, { user: user && (await parts.know(user)), connector });
      return show(request, { status: 403, error: { code: 'not-allowed' } });
    }
  }
}

type NotSignedIn = Exclude<RedirectOutcome, { readonly kind: 'ok' }>;

/** @param outcome undefined: the connector was removed or disabled meanwhile */
async function failed(request: SignInRequest, connector: string, outcome: NotSignedIn | undefined): Promise<void> {
  if (outcome?.kind === 'denied') {
    await recordFailure(request, 'denied', { connector });
    return show(request, { status: 403, error: { code: 'redirect-denied' } });
  }
  const { kind: fault, reason } = outcome ?? { kind: 'misconfigured', reason: 'connector-not-opened' };
  await recordFailure(request, fault, { connector });
  logUserstoreFailure(request, { userstore: connector, fault, reason });
  request.ctx.set('Retry-After', '5');
  return show(request, { status: 503, error: { code: 'redirect-failed' } });
}

interface RedirectFault {
  readonly status: number;
  readonly error: Exclude<SignInError, { readonly code: 'throttled' }>;
}

/** The page with all that is offered: the hint of the application would lead there again. */
function show(request: SignInRequest, fault: RedirectFault): Promise<void> {
  const unhinted = withoutHint(request);
  const isNameAsked = unhinted.interaction.requirements.nameFirst === true && nameBefore(unhinted) === undefined;
  return isNameAsked ? identifyPage(unhinted, fault) : signInPage(unhinted, fault);
}
