import type { CodeError } from '#views/components/code-error.js';
import { EnrolSecondFactor } from '#views/enrol-second-factor.js';
import { RecoveryCodes } from '#views/recovery-codes.js';
import { z } from 'zod';
import { now } from '../../base/clock.js';
import { readTypedCode } from '../../base/text/normalize-typed.js';
import { actorIn } from '../../http/request/actor-of-request.js';
import { readForm } from '../../http/request/form.js';
import type { Enrolment } from '../../identity/second-factor/enrolment.js';
import { keyUri } from '../../identity/second-factor/totp.js';
import { logShownError } from '../log-sign-in.js';
import { nextStep } from '../flow/next-step.js';
import { drawn } from '../qr-code.js';
import { goTo, leave, pathOfVisit, type Visit } from '../sign-in-request.js';

const enrolForm = z.strictObject({
  csrf: z.string().default(''),
  carried: z.string().max(1000).default(''),
  code: z.string().max(200).default(''),
  decision: z.literal('cancel').exactOptional(),
});

interface Shown {
  readonly status: number;
  readonly error: CodeError;
  /** The same as before, which may be in the app by now. */
  readonly enrolment?: Enrolment | undefined;
}

/** The page that sets a second factor up. */
export async function enrolPage(visit: Visit, shown?: Shown): Promise<void> {
  const { ctx, interaction, parts } = visit;
  if (shown) logShownError(visit, shown.error.code);
  const { seed, carried } = shown?.enrolment ?? parts.secondFactors.enrolments.begin(enrolledAt(visit));
  const account = interaction.facts.user?.username ?? '';
  const picture = await drawn(keyUri(seed, { issuer: parts.realmName(), account }));
  await parts.pages.page(
    ctx,
    (around) =>
      EnrolSecondFactor({
        ...around,
        action: `${pathOfVisit(visit)}/enrol-second-factor`,
        csrf: parts.csrf.issue(interaction.uid, formOf(visit)),
        application: interaction.client.name,
        carried,
        seed,
        picture,
        ...(shown && { error: shown.error }),
      }),
    shown && { status: shown.status },
  );
}

/** Takes the code that confirms it, where an enrolment is what comes next. */
export async function postEnrol(visit: Visit): Promise<void> {
  const { ctx, interaction, parts } = visit;
  const form = await readForm(ctx.req);
  const { user } = interaction.facts;
  const step = nextStep(interaction.facts, interaction.requirements, now());
  if (!user || step.kind !== 'required-action' || step.action !== 'enrol-second-factor') {
    goTo(ctx, pathOfVisit(visit)); // something else comes first by now, and its page says what
    return;
  }
  if (form.kind === 'refused') return enrolPage(visit, { status: form.status, error: { code: 'form-unreadable' } });
  const parsed = enrolForm.safeParse(Object.fromEntries(form.fields));
  if (!parsed.success) return enrolPage(visit, { status: 400, error: { code: 'form-unreadable' } });
  const { csrf, carried, code, decision } = parsed.data;
  const enrolment = parts.secondFactors.enrolments.read(enrolledAt(visit), carried);
  const again = (status: number, why: CodeError) => enrolPage(visit, { status, error: why, enrolment });
  if (!enrolment || !parts.csrf.holds(csrf, interaction.uid, formOf(visit))) return again(403, { code: 'stale-form' });
  if (decision === 'cancel') return leave(visit, { kind: 'refused', error: 'access_denied' });
  if (readTypedCode(code) === '') return again(422, { code: 'code-missing' });

  const by = actorIn(ctx, { kind: 'user', id: user.id });
  const at = now();
  const enrolled = await parts.enrol(by, user, { seed: enrolment.seed, code }, interaction.sessionUid);
  switch (enrolled.kind) {
    case 'ok': {
      const renews = user.signOutEpoch;
      const shown = { user: enrolled.user, at, proof: { method: 'otp', at }, renews } as const;
      // Kept before the codes are shown, so that the way on from there needs no other code.
      if (!(await parts.interactions.grow(interaction, shown))) return parts.pages.expired(ctx);
      return parts.pages.page(ctx, (around) =>
        RecoveryCodes({ ...around, codes: enrolled.recoveryCodes, next: pathOfVisit(visit) }),
      );
    }
    case 'wrong-code':
      return again(403, { code: 'wrong-code' });
    case 'already':
    case 'moved':
      goTo(ctx, pathOfVisit(visit));
  }
}

const enrolledAt = ({ interaction }: Visit) => ({
  userId: interaction.facts.user?.id ?? '',
  within: interaction.uid,
});

const formOf = ({ interaction }: Visit): string => `enrol second factor of ${String(interaction.facts.user?.id)}`;
