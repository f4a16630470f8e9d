import type { Context } from 'koa';
import { now } from '../../base/clock.js';
import { readForm } from '../../http/request/form.js';
import { requestIdOf } from '../../http/request/request-id.js';
import { FEDERATED, type Proof, upstreamName } from '../../sessions/proof.js';
import { askPerson } from '../flow/admit-pending.js';
import { advance, recordFailure } from '../flow/advance.js';
import { answerPath } from '../answer-path.js';
import { uidOfState } from '../redirect-state.js';
import { goTo, pathOfInteraction, type SignInParts, type SignInRequest, withoutHint } from '../sign-in-request.js';
import { signInPage } from './authenticate.js';
import { beginSignIn, notSignedIn, type RedirectFault } from './begin-redirect.js';
import { codeOfFault, whyNot } from './continue-with.js';
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

/** Sends the browser to the upstream. A link may do that: it changes nothing but what this browser waits for. */
export async function beginRedirect(request: SignInRequest, connector: string): Promise<void> {
  const begun = await beginSignIn(request, connector, request.interaction.loginHint);
  if (begun === 'sent') return;
  if ('status' in begun) await show(request, begun);
  else goTo(request.ctx, begun.url);
}

/**
 * The upstream sends the browser here, by a link or by a form. A form from another site brings no cookie, and no address shows which
 * interaction it is for: the browser goes on to the pages of that interaction, and proves there that it began it.
 */
export async function receiveAnswer(ctx: Context, parts: SignInParts, connector: string): Promise<void> {
  const query = await answerIn(ctx);
  const uid = uidOfState(query.get('state') ?? '');
  if (uid === undefined) await parts.pages.expired(ctx);
  else goTo(ctx, `${answerPath(parts.issuer, uid, connector)}?${query.toString()}`);
}

/** What of an answer is handed on: the parameters that it may have. */
export async function answerIn(ctx: Context): Promise<URLSearchParams> {
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
  if (outcome?.kind !== 'ok') return show(request, await notSignedIn(request, connector, outcome));
  const { identity, authenticatedAt, upstreamSession, signOutHint } = outcome;
  const at = now();
  const proved: Proof = {
    ...{ method: FEDERATED, factor: 'first', connector, account: upstreamName(connector, identity.subject) },
    ...(upstreamSession !== undefined && { upstreamSession: upstreamName(connector, upstreamSession) }),
    ...(signOutHint !== undefined && { signOutHint }),
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

/** The upstream would sign the same account in again at once, so its links ask it which one. */
const choosing = (request: SignInRequest): SignInRequest => ({ ...request, asksForAccount: true });

/** The page with all that is offered: the hint of the application would lead there again. */
function show(request: SignInRequest, fault: RedirectFault): Promise<void> {
  const unhinted = withoutHint(request);
  const isNameAsked = unhinted.interaction.requirements.nameFirst === true && nameBefore(unhinted) === undefined;
  return isNameAsked ? identifyPage(unhinted, fault) : signInPage(unhinted, fault);
}
