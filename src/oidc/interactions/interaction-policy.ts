import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { type Instant, now } from '../../base/clock.js';
import type { RedirectSignIns } from '../../federation/userstores/redirect-sign-ins.js';
import { because } from '../../http/refusals/because.js';
import type { Missing } from '../../sign-in/flow/facts.js';
import type { KnowUser } from '../../sign-in/known-user.js';
import { arrivalAt } from '../../sign-in/arrivals/arrival-cookie.js';
import { nextStep } from '../../sign-in/flow/next-step.js';
import type { SignInRefusal } from '../../sign-in/interaction.js';
import type { Step } from '../../sign-in/flow/step.js';
import { assertKnownScope, noteUnknownScopes } from '../requests/requested-scopes.js';
import { clientBehind } from '../library/client/client-behind.js';
import { factsOfRequest } from './facts-of-request.js';
import { missingOf } from './unconsented.js';
import type { PairwiseSubjects } from '../issuance/pairwise-subjects.js';
import { askingOf, requirementsOf } from './requirements-of-request.js';
import { computation } from '../request-scope/computation.js';
import { currentScope } from '../request-scope/request-scope.js';
import { handOnPromptNone, isPromptNone } from '../library/authorization/hand-on-prompt-none.js';
import { useListedAcr } from '../library/authorization/listed-acr.js';

const { Check, Prompt } = interactionPolicy;

/** Dependencies of the decision besides the request. */
export interface Deciding {
  readonly know: KnowUser;
  readonly pairwise: PairwiseSubjects;
  readonly issuer: URL;
  readonly redirects: Pick<RedirectSignIns, 'offered' | 'landing'>;
}

function chooseAccount(deciding: Deciding): interactionPolicy.Prompt {
  const prompt = new Prompt(
    { name: 'select_account', requestable: true },
    new Check('next_step_is_choice', 'the End-User must choose an account', async (ctx) => {
      return (await stepOf(ctx, deciding)).kind === 'choose-account';
    }),
  );
  // A new sign-in is a choice too, and the library would not see it.
  prompt.checks.remove('select_account_prompt');
  return prompt;
}

/**
 * The prompts of an authorization request. The prompts login and consent each have the library's check that an explicit
 * prompt=login or prompt=consent was answered, and one of Gatehouse's. Everything else is decided by `nextStep` alone, once a request.
 */
export const policy = (deciding: Deciding) => [
  chooseAccount(deciding),
  new Prompt(
    { name: 'login', requestable: true },
    new Check('next_step_is_sign_in', 'the End-User must sign in', async (ctx) => {
      const step = await stepOf(ctx, deciding);
      if (step.kind === 'refuse') throw refusal(step.error);
      return isSignIn(step);
    }),
    // A signed-in user with another step to do is not asked to sign in, and prompt=none is answered so (Core 3.1.2.6).
    new Check('next_step_is_action', 'the End-User must do something first', 'interaction_required', async (ctx) => {
      return (await stepOf(ctx, deciding)).kind === 'required-action';
    }),
  ),
  new Prompt(
    { name: 'consent', requestable: true },
    // Kept with the interaction, so that its page asks for what the request lacks and for nothing else.
    ({ oidc }): ConsentDetails => ({
      missing: missingOf(oidc, oidc.grant),
      requested: missingOf(oidc, undefined),
      ...(oidc.client && { clientMade: clientBehind(oidc.client).createdAt }),
    }),
    new Check('next_step_is_consent', 'the End-User must consent', async (ctx) => {
      return (await stepOf(ctx, deciding)).kind === 'consent';
    }),
  ),
];

/** Whether it is for the person to show something. */
function isSignIn({ kind }: Step): boolean {
  switch (kind) {
    case 'identify':
    case 'authenticate':
    case 'link-account':
    case 'complete-profile':
    case 'link':
    case 'second-factor':
      return true;
    case 'required-action':
    case 'choose-account':
    case 'consent':
    case 'finish':
    case 'refuse':
      return false;
  }
}

/** The contents of the consent page: what is not granted yet, and everything requested. */
export type ConsentDetails = {
  readonly missing: Missing;
  readonly requested: Missing;
  /** When the client that it names was made: another one that gets its id is not what the person is asked about. */
  readonly clientMade?: Instant;
};

const NEXT_STEP = computation<Step>('next step');

const stepOf = (ctx: KoaContextWithOIDC, deciding: Deciding): Promise<Step> =>
  currentScope().compute(NEXT_STEP, '', () => decide(ctx, deciding));

async function decide(ctx: KoaContextWithOIDC, deciding: Deciding): Promise<Step> {
  const { client, params } = ctx.oidc;
  if (!client || !params) throw new Error('An authorization request was judged before it was read.');
  noteUnknownScopes(ctx.oidc);
  assertKnownScope(ctx.oidc, { lends: clientBehind(client).firstParty });
  useListedAcr(ctx);
  const required = requirementsOf(params, askingOf(clientBehind(client), deciding.pairwise, currentScope().settings));
  const step = nextStep(await factsOfRequest(ctx, deciding.know), required, now());
  if (await isHandedOn(ctx, step, deciding)) handOnPromptNone(ctx);
  return (await hasArrived(ctx, step, deciding)) ? { kind: 'authenticate' } : step;
}

/** Whether an answer of an identity provider goes before the session here. The pages of the sign-in take it. */
async function hasArrived(ctx: KoaContextWithOIDC, { kind }: Step, deciding: Deciding): Promise<boolean> {
  const { client, params, route } = ctx.oidc;
  if (!client || !params || isPromptNone(params) || route.endsWith('resume') || kind === 'refuse') return false;
  return (await arrivalAt(ctx, deciding, client.clientId)) !== undefined;
}

/** Whether an identity provider is asked for a person whom nobody here may ask (`prompt=none` with its connector in `idp_hint`). */
async function isHandedOn({ oidc }: KoaContextWithOIDC, { kind }: Step, { redirects }: Deciding): Promise<boolean> {
  const { client, params, route } = oidc;
  const hint = params?.['idp_hint'];
  if (!client || !params || !isPromptNone(params) || typeof hint !== 'string') return false;
  if (route.endsWith('resume') || (kind !== 'identify' && kind !== 'authenticate')) return false;
  const offered = await redirects.offered(clientBehind(client).connectors);
  return offered.some(({ id, takesPassive }) => id === hint && takesPassive);
}

/** Goes back to the application; these refusals are the protocol's own words. */
function refusal(error: SignInRefusal): Error {
  switch (error) {
    case 'access_denied':
      return because(new errors.AccessDenied(), 'user-disabled');
    case 'login_required':
      return because(new errors.LoginRequired('the End-User that is asked for did not sign in'), 'other-user');
    case 'unmet_authentication_requirements':
      return because(
        new errors.CustomOIDCProviderError(error, 'the demanded authentication level cannot be reached'),
        'level-not-reached',
      );
  }
}
