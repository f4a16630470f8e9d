import type { CodeError } from '#views/components/code-error.js';
import { EnrolSecondFactor } from '#views/enrol-second-factor.js';
import { RecoveryCodes } from '#views/recovery-codes.js';
import { z } from 'zod';
import { now } from '../../base/clock.js';
import { readTypedCode } from '../../base/text/normalize-typed.js';
import { actorIn } from '../../http/request/actor-of-request.js';
import type { Enrolment } from '../../identity/second-factor/enrolment.js';
import {
  amongMethods,
  type EnrollableAuthenticator,
  enrollableIn,
  linkTo,
  proofOf,
} from '../authenticators/second-factors.js';
import type { KnownUser } from '../flow/facts.js';
import { formStep } from '../form-step.js';
import { logShownError } from '../log-sign-in.js';
import { goTo, leave, pathOfInteraction, type SignInRequest } from '../sign-in-request.js';

/** The user, and the authenticator that they set up. */
interface Enrolling {
  readonly user: KnownUser;
  readonly authenticator: EnrollableAuthenticator;
}

interface EnrolmentFault {
  readonly status: number;
  readonly error: CodeError;
  /** The same seed as before, which may be in the app already. */
  readonly enrolment?: Enrolment | undefined;
}

/** The page that sets a second factor up: the one that the address names, or the first in the list. */
export async function enrolPage(request: SignInRequest): Promise<void> {
  const enrolling = enrollingIn(request);
  if (enrolling) return settingUpPage(request, enrolling);
  if (request.method === undefined)
    return leave(request, { kind: 'refused', error: 'unmet_authentication_requirements' });
  goTo(request.ctx, pathOfInteraction(request));
}

async function settingUpPage(request: SignInRequest, enrolling: Enrolling, shown?: EnrolmentFault): Promise<void> {
  const { ctx, interaction, parts } = request;
  if (shown) logShownError(request, shown.error.code);
  const { user, authenticator } = enrolling;
  const { secret, carried } = shown?.enrolment ?? parts.secondFactors.beginEnrolment(enrolledAt(request, enrolling));
  const shows = await authenticator.enrolment.show(secret, { issuer: parts.realmName(), account: user.username });
  const folder = `${pathOfInteraction(request)}/enrol-second-factor`;
  const others = enrollable(request, user).filter((each) => each !== authenticator);
  await parts.pages.page(
    ctx,
    (around) =>
      EnrolSecondFactor({
        ...around,
        action: `${folder}/${authenticator.method}`,
        csrf: parts.csrf.issue(interaction.uid, formOf(request)),
        application: interaction.client.name,
        carried,
        shows: shows(around),
        words: authenticator.challenge(around),
        others: others.map((each) => linkTo(each, around, folder)),
        ...(shown && { error: shown.error }),
      }),
    shown && { status: shown.status },
  );
}

/** Accepts the code that confirms it. */
export const postEnrol = formStep({
  fields: { carried: z.string().max(1000).default(''), code: z.string().max(200).default('') },
  about: (request, step) =>
    step.kind === 'required-action' && step.action === 'enrol-second-factor' ? enrollingIn(request) : undefined,
  name: formOf,
  showAgain: (request, enrolling, { status, code, fields }) =>
    settingUpPage(request, enrolling, {
      status,
      error: { code },
      enrolment: fields && enrolmentIn(request, enrolling, fields),
    }),
  async submit(request, enrolling, fields) {
    const { ctx, interaction, parts } = request;
    const { user, authenticator } = enrolling;
    const enrolment = enrolmentIn(request, enrolling, fields);
    const again = (status: number, error: CodeError) => settingUpPage(request, enrolling, { status, error, enrolment });
    if (!enrolment) return again(403, { code: 'stale-form' });
    if (readTypedCode(fields.code) === '') return again(422, { code: 'code-missing' });

    const by = actorIn(ctx, { kind: 'user', id: user.id });
    const at = now();
    const session = interaction.sessionUid;
    const typed = { method: authenticator.method, secret: enrolment.secret, code: fields.code };
    const enrolled = await parts.secondFactors.enrol(by, user.id, typed, {
      epoch: user.signOutEpoch,
      ...(session !== undefined && { surviving: parts.keepSession({ uid: session, userId: user.id }) }),
    });
    switch (enrolled.kind) {
      case 'ok': {
        const proof = proofOf(authenticator, at);
        const shown = { user: await parts.know(enrolled.user), at, proof, renews: user.signOutEpoch };
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

/** Undefined: nobody is signing in, or they may not set this up. */
function enrollingIn(request: SignInRequest): Enrolling | undefined {
  const { user } = request.interaction.facts;
  if (!user) return undefined;
  const { method } = request;
  const [authenticator] = enrollable(request, user).filter((each) => method === undefined || each.method === method);
  return authenticator && { user, authenticator };
}

const enrollable = ({ parts }: SignInRequest, user: KnownUser): readonly EnrollableAuthenticator[] =>
  amongMethods(enrollableIn(parts.authenticators), user.enrollable);

/** The enrolment that the page showed; undefined: it was shown to somebody else, or too long ago. */
const enrolmentIn = (
  request: SignInRequest,
  enrolling: Enrolling,
  { carried }: { readonly carried: string },
): Enrolment | undefined => request.parts.secondFactors.readEnrolment(enrolledAt(request, enrolling), carried);

const enrolledAt = ({ interaction }: SignInRequest, { user, authenticator }: Enrolling) => ({
  userId: user.id,
  within: interaction.uid,
  method: authenticator.method,
});

function formOf({ interaction }: SignInRequest): string {
  return `enrol second factor of ${String(interaction.facts.user?.id)}`;
}
