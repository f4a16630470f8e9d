import type { CodeError } from '#views/components/code-error.js';
import { SecondFactor } from '#views/second-factor.js';
import { z } from 'zod';
import { now } from '../../base/clock.js';
import { readTypedCode } from '../../base/text/normalize-typed.js';
import { actorIn } from '../../http/request/actor-of-request.js';
import { advance, recordFailure } from '../flow/advance.js';
import { formStep } from '../form-step.js';
import { logShownError } from '../log-sign-in.js';
import { goTo, leave, pathOfInteraction, type SignInRequest } from '../sign-in-request.js';

/** The page that asks for a code. */
export async function secondFactorPage(
  request: SignInRequest,
  shown?: { readonly status: number; readonly error: CodeError },
): Promise<void> {
  const { ctx, interaction, parts } = request;
  if (shown) logShownError(request, shown.error.code);
  const { client, person } = interaction;
  await parts.pages.page(
    ctx,
    (around) =>
      SecondFactor({
        ...around,
        action: `${pathOfInteraction(request)}/second-factor`,
        csrf: parts.csrf.issue(interaction.uid, formOf(request)),
        application: client.name,
        person: person?.name ?? person?.username ?? '',
        ...(shown && { error: shown.error }),
      }),
    shown && { status: shown.status },
  );
}

/** Takes the code. */
export const postSecondFactor = formStep({
  fields: { code: z.string().max(200).default('') },
  about: ({ interaction }, step) => (step.kind === 'second-factor' ? interaction.facts.user : undefined),
  name: formOf,
  showAgain: (request, _, { status, code }) => secondFactorPage(request, { status, error: { code } }),
  async submit(request, user, { code }) {
    const { ctx, parts } = request;
    const again = (status: number, error: CodeError) => secondFactorPage(request, { status, error });
    if (readTypedCode(code) === '') return again(422, { code: 'code-missing' });

    const at = now();
    const by = actorIn(ctx, { kind: 'user', id: user.id });
    const outcome = await parts.secondFactors.verify(by, user.id, code, ctx.ip);
    switch (outcome.kind) {
      case 'ok': {
        const refused = await advance(request, { user, at, proof: { method: 'otp', at } });
        if (refused) await leave(request, { kind: 'refused', error: refused });
        return;
      }
      case 'wrong-code':
      case 'used-code':
        await recordFailure(request, outcome.kind, user);
        return again(403, { code: outcome.kind });
      case 'throttled':
        ctx.set('Retry-After', String(outcome.retryAfterSeconds));
        return again(429, { code: 'throttled', seconds: outcome.retryAfterSeconds });
      case 'none':
        goTo(ctx, pathOfInteraction(request));
    }
  },
});

/** The form's name holds whose code is asked for, so that a tab left open says nothing about somebody else. */
function formOf({ interaction }: SignInRequest): string {
  return `second factor of ${String(interaction.facts.user?.id)}`;
}
