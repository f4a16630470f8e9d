import type { CodeError } from '#views/components/code-error.js';
import { SecondFactor } from '#views/second-factor.js';
import { z } from 'zod';
import { now } from '../../base/clock.js';
import { readTypedCode } from '../../base/text/normalize-typed.js';
import { actorIn } from '../../http/request/actor-of-request.js';
import { readForm } from '../../http/request/form.js';
import { advance, recordFailure } from '../flow/advance.js';
import { logShownError } from '../log-sign-in.js';
import { nextStep } from '../flow/next-step.js';
import { goTo, leave, pathOfVisit, type Visit } from '../sign-in-request.js';

const codeForm = z.strictObject({
  csrf: z.string().default(''),
  code: z.string().max(200).default(''),
  decision: z.literal('cancel').exactOptional(),
});

/** The page that asks for a code. */
export async function secondFactorPage(
  visit: Visit,
  shown?: { readonly status: number; readonly error: CodeError },
): Promise<void> {
  const { ctx, interaction, parts } = visit;
  if (shown) logShownError(visit, shown.error.code);
  const { client, person } = interaction;
  await parts.pages.page(
    ctx,
    (around) =>
      SecondFactor({
        ...around,
        action: `${pathOfVisit(visit)}/second-factor`,
        csrf: parts.csrf.issue(interaction.uid, formOf(visit)),
        application: client.name,
        person: person?.name ?? person?.username ?? '',
        ...(shown && { error: shown.error }),
      }),
    shown && { status: shown.status },
  );
}

/** Takes the code, where one is what comes next. */
export async function postSecondFactor(visit: Visit): Promise<void> {
  const { ctx, interaction, parts } = visit;
  const form = await readForm(ctx.req);
  const { user } = interaction.facts;
  if (!user || nextStep(interaction.facts, interaction.requirements, now()).kind !== 'second-factor') {
    goTo(ctx, pathOfVisit(visit)); // something else comes first by now, and its page says what
    return;
  }
  const again = (status: number, error: CodeError) => secondFactorPage(visit, { status, error });
  if (form.kind === 'refused') return again(form.status, { code: 'form-unreadable' });
  const parsed = codeForm.safeParse(Object.fromEntries(form.fields));
  if (!parsed.success) return again(400, { code: 'form-unreadable' });
  const { csrf, code, decision } = parsed.data;
  if (!parts.csrf.holds(csrf, interaction.uid, formOf(visit))) return again(403, { code: 'stale-form' });
  if (decision === 'cancel') return leave(visit, { kind: 'refused', error: 'access_denied' });
  if (readTypedCode(code) === '') return again(422, { code: 'code-missing' });

  const at = now();
  const by = actorIn(ctx, { kind: 'user', id: user.id });
  const outcome = await parts.secondFactors.verify(by, user.id, code, ctx.ip);
  switch (outcome.kind) {
    case 'ok': {
      const refused = await advance(visit, { user, at, proof: { method: 'otp', at } });
      if (refused) await leave(visit, { kind: 'refused', error: refused });
      return;
    }
    case 'wrong-code':
    case 'used-code':
      await recordFailure(visit, outcome.kind, user);
      return again(403, { code: outcome.kind });
    case 'throttled':
      ctx.set('Retry-After', String(outcome.retryAfterSeconds));
      return again(429, { code: 'throttled', seconds: outcome.retryAfterSeconds });
    case 'none':
      goTo(ctx, pathOfVisit(visit));
  }
}

/** The form's name holds whose code is asked for, so that a tab left open says nothing about somebody else. */
const formOf = ({ interaction }: Visit): string => `second factor of ${String(interaction.facts.user?.id)}`;
