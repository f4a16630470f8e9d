import type { CodeError } from '#views/components/code-error.js';
import { SecondFactor } from '#views/second-factor.js';
import { z } from 'zod';
import { now } from '../../base/clock.js';
import { readTypedCode } from '../../base/text/normalize-typed.js';
import { actorIn } from '../../http/request/actor-of-request.js';
import type { SecondAuthenticator } from '../authenticators/authenticator.js';
import { amongMethods, chosenFirst, linkTo, proofOf, secondFactorsIn } from '../authenticators/second-factors.js';
import { advanceOrLeave, recordFailure, refuse } from '../flow/advance.js';
import type { KnownUser } from '../flow/facts.js';
import { formStep } from '../form-step.js';
import { logShownError } from '../log-sign-in.js';
import { goTo, pathOfInteraction, type SignInRequest } from '../sign-in-request.js';

/** The user whose code is asked for, and the authenticator that it is from. */
interface Challenged {
  readonly user: KnownUser;
  readonly authenticator: SecondAuthenticator;
}

/** The page that asks for a code of the authenticator that the address names, or of the one that comes first. */
export async function secondFactorPage(request: SignInRequest): Promise<void> {
  const challenged = challengedIn(request);
  if (challenged) return challengePage(request, challenged);
  // None of the user's authenticators is in the list any more: never is the password enough instead.
  if (request.method === undefined) return refuse(request, 'unmet_authentication_requirements');
  goTo(request.ctx, pathOfInteraction(request));
}

async function challengePage(
  request: SignInRequest,
  { user, authenticator }: Challenged,
  shown?: { readonly status: number; readonly error: CodeError },
): Promise<void> {
  const { ctx, interaction, parts } = request;
  if (shown) logShownError(request, shown.error.code);
  const { client, person } = interaction;
  const { method, alsoTakes = [] } = authenticator;
  const others = availableIn(request, user).filter(
    (each) => each !== authenticator && !alsoTakes.includes(each.method),
  );
  const folder = `${pathOfInteraction(request)}/second-factor`;
  await parts.pages.page(
    ctx,
    (around) =>
      SecondFactor({
        ...around,
        action: `${folder}/${method}`,
        csrf: parts.csrf.issue(interaction.uid, formOf(request)),
        application: client.name,
        person: person?.name ?? person?.username ?? '',
        words: authenticator.challenge(around),
        others: others.map((each) => linkTo(each, around, folder)),
        ...(shown && { error: shown.error }),
      }),
    shown && { status: shown.status },
  );
}

/** Takes the code. An authenticator that the person does not have is no subject of the form, and takes nothing. */
export const postSecondFactor = formStep({
  fields: { code: z.string().max(200).default('') },
  about: (request, step) => (step.kind === 'second-factor' ? challengedIn(request) : undefined),
  name: formOf,
  showAgain: (request, challenged, { status, code }) => challengePage(request, challenged, { status, error: { code } }),
  async submit(request, challenged, { code }) {
    const { ctx, parts } = request;
    const { user, authenticator } = challenged;
    const again = (status: number, error: CodeError) => challengePage(request, challenged, { status, error });
    if (readTypedCode(code) === '') return again(422, { code: 'code-missing' });

    const at = now();
    const by = actorIn(ctx, { kind: 'user', id: user.id });
    const available = availableIn(request, user);
    // The one that the page asked for comes last, and says what is wrong.
    const taking = [...(authenticator.alsoTakes ?? []), authenticator.method].flatMap((method) =>
      amongMethods(available, [method]),
    );
    const typed = { methods: taking.map(({ method }) => method), code };
    parts.prepareRecord(user.id);
    const outcome = await parts.secondFactors.verify(by, user.id, typed, ctx.ip);
    switch (outcome.kind) {
      case 'ok': {
        const proved = taking.find(({ method }) => method === outcome.method) ?? authenticator;
        await advanceOrLeave(request, { user, at, proof: proofOf(proved, at) });
        return;
      }
      case 'wrong-code':
      case 'used-code':
        await recordFailure(request, outcome.kind, { user });
        return again(403, { code: outcome.kind });
      case 'throttled':
        await recordFailure(request, 'throttled', { user });
        ctx.set('Retry-After', String(outcome.retryAfterSeconds));
        return again(429, { code: 'throttled', seconds: outcome.retryAfterSeconds });
      case 'none':
        goTo(ctx, pathOfInteraction(request));
    }
  },
});

/** Undefined: nobody is signing in, or the authenticator that the address names is not available to them. */
function challengedIn(request: SignInRequest): Challenged | undefined {
  const { user } = request.interaction.facts;
  if (!user) return undefined;
  const available = availableIn(request, user);
  const authenticator =
    request.method === undefined ? chosenFirst(available) : available.find(({ method }) => method === request.method);
  return authenticator && { user, authenticator };
}

const availableIn = ({ parts }: SignInRequest, { available }: KnownUser): readonly SecondAuthenticator[] =>
  amongMethods(secondFactorsIn(parts.authenticators), available);

/** The form's name holds whose code is asked for, so that a tab left open says nothing about somebody else. */
function formOf({ interaction }: SignInRequest): string {
  return `second factor of ${String(interaction.facts.user?.id)}`;
}
