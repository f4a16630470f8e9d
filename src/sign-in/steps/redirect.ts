import type { Context } from 'koa';
import { now, seconds } from '../../base/clock.js';
import { type Arrival, arrivalPath } from '../arrivals/arrival-cookie.js';
import type { RedirectOutcome } from '../../federation/contract/redirect-connector.js';
import { documentOf, LONGEST_ANSWER } from '../../federation/answers/received-answers.js';
import { readForm } from '../../http/request/form.js';
import { requestIdOf } from '../../http/request/request-id.js';
import { FEDERATED, type Proof, upstreamName } from '../../sessions/proof.js';
import { askPerson } from '../flow/admit-pending.js';
import { advance, recordFailure } from '../flow/advance.js';
import { answerPath } from '../answer-path.js';
import { isTest, uidOfState } from '../redirect-state.js';
import { refuseUpstream, type UnusedAnswer } from '../refuse-upstream.js';
import {
  goTo,
  leave,
  pathOfInteraction,
  type SignInParts,
  type SignInRequest,
  withoutHint,
} from '../sign-in-request.js';
import { signInPage } from './authenticate.js';
import { leadElsewhere, notSignedIn, oldestSignIn, type RedirectFault } from './begin-redirect.js';
import { codeOfFault, whyNot } from './continue-with.js';
import { identifyPage } from './identify.js';
import { nameBefore } from './typed-name.js';

/** Sends the browser to the upstream. A link may do that: it changes nothing but what this browser waits for. */
export async function beginRedirect(request: SignInRequest, connector: string): Promise<void> {
  const fault = await leadElsewhere(request, connector, request.interaction.loginHint);
  if (fault) await show(request, fault);
}

/**
 * The upstream sends the browser here, by a link or by a form. A form from another site brings no cookie, and no address shows which
 * interaction it is for: the browser goes on to the pages of that interaction, and proves there that it began it.
 */
export async function receiveAnswer(ctx: Context, parts: SignInParts, connector: string): Promise<void> {
  const document = await documentIn(ctx, parts, connector);
  if (typeof document === 'string') {
    goTo(ctx, document);
    return;
  }
  const query = document ?? (await parts.parameters.handedOn(ctx, connector));
  const uid = uidOfState(query.get('state') ?? '');
  if (uid === undefined)
    await refuseUpstream(ctx, parts.pages, {
      of: 'sign-in',
      why: document?.get('error') ?? ('answer-fits-nothing' satisfies UnusedAnswer),
    });
  else goTo(ctx, `${answerPath(parts.issuer, uid, connector)}?${query.toString()}`);
}

/**
 * Takes in an answer that is a document. What it says stays here, under a ticket.
 *
 * @returns the parameters with which the browser goes on, or the address where a question comes first. Undefined: answers of this connector are parameters themselves
 */
async function documentIn(
  ctx: Context,
  { answers, answerThrottle, issuer }: SignInParts,
  connector: string,
): Promise<URLSearchParams | string | undefined> {
  if (ctx.method !== 'POST' || !(await answers.areDocuments(connector))) return undefined;
  const form = await readForm(ctx.req, LONGEST_ANSWER);
  if (form.kind !== 'form') return new URLSearchParams({ error: form.reason });
  const written = form.fields.get('RelayState') ?? '';
  // Proving a document costs more than sending one.
  if (answerThrottle.begin(ctx.ip) !== undefined)
    return new URLSearchParams({ state: written.slice(0, 200), error: 'too-many-waiting' });
  const uid = uidOfState(written);
  const taken = await answers.receive(connector, form.fields, { isTest: uid !== undefined && isTest(uid) });
  if (!taken) return new URLSearchParams();
  // Nobody here asked for it.
  if (taken.kind === 'kept' && taken.state === undefined)
    return `${arrivalPath(issuer, connector)}?${new URLSearchParams({ ticket: taken.ticket })}`;
  const { state = '' } = taken;
  return new URLSearchParams({ state, ...(taken.kind === 'kept' ? { ticket: taken.ticket } : { error: taken.code }) });
}

/** Takes the answer, once, and goes on with who it says has signed in. */
export async function takeAnswer(request: SignInRequest, connector: string): Promise<void> {
  const { ctx, interaction, parts } = request;
  const query = parts.parameters.taken(ctx, connector);
  const state = query.get('state') ?? '';
  const kept = await documentOf(parts.answers, connector, query);
  const begun =
    kept === 'gone' ? undefined : await parts.interactions.takeRedirect(interaction, { connector, state }, kept?.uses);
  if (begun === 'used') return show(request, await notSignedIn(request, connector, REPLAYED));
  // It was taken before, as after "back", or this browser began another one since. Or the client no longer offers the connector: then
  // nobody gets an account by it.
  if (kept === 'gone' || !begun || interaction.requirements.userstores?.includes(connector) === false) {
    goTo(ctx, pathOfInteraction(request));
    return;
  }
  const outcome = await parts.redirects.complete(connector, {
    ...{ state, kept: begun.kept, query },
    ...(kept && { received: kept.received }),
  });
  return goOnAs(request, connector, outcome);
}

/**
 * Goes on with an answer that nobody here asked for, once, after the question whether the person is who it says. False: it does not count,
 * and no response was sent. It was used before, or the application asks for a later sign-in.
 */
export async function takeArrival(request: SignInRequest, { connector, ticket }: Arrival): Promise<boolean> {
  const { interaction, parts } = request;
  const maxAge = oldestSignIn(interaction);
  // The sign-in there came before the application asked.
  if (maxAge === 0 || !interaction.redirects.some(({ id }) => id === connector)) return false;
  const kept = await parts.answers.take(connector, { ticket, state: undefined });
  if (!kept) return false;
  const answer = { state: '', kept: '', query: new URLSearchParams(), received: kept.received };
  const outcome = await parts.redirects.complete(connector, answer);
  if (outcome?.kind === 'ok' && maxAge !== undefined) {
    const { authenticatedAt } = outcome;
    if (authenticatedAt === undefined || now() - authenticatedAt > seconds(maxAge)) return false;
  }
  await goOnAs(request, connector, outcome);
  return true;
}

/** Goes on with who signed in elsewhere, or says why nobody did. */
async function goOnAs(request: SignInRequest, connector: string, outcome: RedirectOutcome | undefined): Promise<void> {
  const { ctx, parts } = request;
  if (outcome?.kind !== 'ok') return show(request, await notSignedIn(request, connector, outcome));
  const { identity, authenticatedAt, upstreamSession, signOutHint, signOutName, sessionEndsAt } = outcome;
  const at = now();
  const proved: Proof = {
    ...{ method: FEDERATED, factor: 'first', connector, account: upstreamName(connector, identity.subject) },
    ...(upstreamSession !== undefined && { upstreamSession: upstreamName(connector, upstreamSession) }),
    ...(signOutHint !== undefined && { signOutHint }),
    ...(signOutName !== undefined && { signOutName: upstreamName(connector, signOutName) }),
    ...(sessionEndsAt !== undefined && { endsAt: sessionEndsAt }),
    at: Math.min(at, authenticatedAt ?? at),
    ...(authenticatedAt === undefined && { ageUnknown: true }),
  };
  const admission = await parts.admissions.admit(
    { connector, identity, ...(authenticatedAt !== undefined && { age: at - authenticatedAt }) },
    { requestId: requestIdOf(ctx.req), address: ctx.ip },
  );
  switch (admission.kind) {
    case 'ok': {
      const { level } = admission;
      const proof = { ...proved, ...(level !== undefined && { level }) };
      const refused = await advance(request, { user: await parts.know(admission.user), at, proof });
      return refused && show(choosing(request), { status: 403, error: { code: whyNot[refused] } });
    }
    case 'asks':
      return askPerson(request, admission, { proof: proved, confirmedAt: at });
    case 'account-refused': {
      const { fault, user } = admission;
      await recordFailure(request, fault, { user: user && (await parts.know(user)), connector });
      return show(choosing(request), { status: 403, error: { code: codeOfFault(fault) } });
    }
  }
}

/** What this answer proves was used for another sign-in before. */
const REPLAYED = { kind: 'upstream-error', reason: 'answer-replayed' } as const;

/** The upstream would sign the same account in again at once, so its links ask it which one. */
const choosing = (request: SignInRequest): SignInRequest => ({ ...request, asksForAccount: true });

/** The page with all that is offered: the hint of the application would lead there again. */
function show(request: SignInRequest, fault: RedirectFault): Promise<void> {
  if (request.interaction.passive) return leave(request, { kind: 'refused', error: 'login_required' });
  const unhinted = withoutHint(request);
  const isNameAsked = unhinted.interaction.requirements.nameFirst === true && nameBefore(unhinted) === undefined;
  return isNameAsked ? identifyPage(unhinted, fault) : signInPage(unhinted, fault);
}
