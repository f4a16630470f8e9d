import type { CodeError } from '#views/components/code-error.js';
import { EnrolSecondFactor } from '#views/enrol-second-factor.js';
import { RecoveryCodes } from '#views/recovery-codes.js';
import { z } from 'zod';
import { now } from '../../base/clock.js';
import { readTypedCode } from '../../base/text/normalize-typed.js';
import { actorIn } from '../../http/request/actor-of-request.js';
import type { Enrolment } from '../../identity/second-factor/enrolment.js';
import { keyUri } from '../../identity/second-factor/totp.js';
import { formStep } from '../form-step.js';
import { logShownError } from '../log-sign-in.js';
import { drawn } from '../qr-code.js';
import { goTo, pathOfInteraction, type SignInRequest } from '../sign-in-request.js';

interface EnrolmentFault {
  readonly status: number;
  readonly error: CodeError;
  /** The same as before, which may be in the app by now. */
  readonly enrolment?: Enrolment | undefined;
}

/** The page that sets a second factor up. */
export async function enrolPage(request: SignInRequest, shown?: EnrolmentFault): Promise<void> {
  const { ctx, interaction, parts } = request;
  if (shown) logShownError(request, shown.error.code);
  const { seed, carried } = shown?.enrolment ?? parts.secondFactors.enrolments.begin(enrolledAt(request));
  const account = interaction.facts.user?.username ?? '';
  const picture = await drawn(keyUri(seed, { issuer: parts.realmName(), account }));
  await parts.pages.page(
    ctx,
    (around) =>
      EnrolSecondFactor({
        ...around,
        action: `${pathOfInteraction(request)}/enrol-second-factor`,
        csrf: parts.csrf.issue(interaction.uid, formOf(request)),
        application: interaction.client.name,
        carried,
        seed,
        picture,
        ...(shown && { error: shown.error }),
      }),
    shown && { status: shown.status },
  );
}

/** Takes the code that confirms it. */
export const postEnrol = formStep({
  fields: { carried: z.string().max(1000).default(''), code: z.string().max(200).default('') },
  about: ({ interaction }, step) =>
    step.kind === 'required-action' && step.action === 'enrol-second-factor' ? interaction.facts.user : undefined,
  name: formOf,
  showAgain: (request, _, { status, code, fields }) =>
    enrolPage(request, { status, error: { code }, enrolment: fields && enrolmentIn(request, fields) }),
  async submit(request, user, fields) {
    const { ctx, interaction, parts } = request;
    const enrolment = enrolmentIn(request, fields);
    const again = (status: number, error: CodeError) => enrolPage(request, { status, error, enrolment });
    if (!enrolment) return again(403, { code: 'stale-form' });
    if (readTypedCode(fields.code) === '') return again(422, { code: 'code-missing' });

    const by = actorIn(ctx, { kind: 'user', id: user.id });
    const at = now();
    const session = interaction.sessionUid;
    const typed = { seed: enrolment.seed, code: fields.code };
    const enrolled = await parts.secondFactors.enrol(by, user.id, typed, {
      epoch: user.signOutEpoch,
      ...(session !== undefined && { surviving: parts.keepSession({ uid: session, userId: user.id }) }),
    });
    switch (enrolled.kind) {
      case 'ok': {
        const renews = user.signOutEpoch;
        const shown = { user: await parts.know(enrolled.user), at, proof: { method: 'otp', at }, renews } as const;
        // Stored before the codes are shown, so that the way on from there needs no other code.
        if (!(await parts.interactions.grow(interaction, shown))) return parts.pages.expired(ctx);
        return parts.pages.page(ctx, (around) =>
          RecoveryCodes({ ...around, codes: enrolled.recoveryCodes, next: pathOfInteraction(request) }),
        );
      }
      case 'wrong-code':
        return again(403, { code: 'wrong-code' });
      case 'already':
      case 'moved':
        goTo(ctx, pathOfInteraction(request));
    }
  },
});

/** The enrolment that the page showed; undefined: it was shown to somebody else, or too long ago. */
const enrolmentIn = (request: SignInRequest, { carried }: { readonly carried: string }): Enrolment | undefined =>
  request.parts.secondFactors.enrolments.read(enrolledAt(request), carried);

const enrolledAt = ({ interaction }: SignInRequest) => ({
  userId: interaction.facts.user?.id ?? '',
  within: interaction.uid,
});

function formOf({ interaction }: SignInRequest): string {
  return `enrol second factor of ${String(interaction.facts.user?.id)}`;
}
