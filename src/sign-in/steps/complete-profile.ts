import type { CompleteProfileProps } from '#views/complete-profile.js';
import { CompleteProfile } from '#views/complete-profile.js';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { MOST_REQUIRED } from '../../federation/connectors/connector-input.js';
import { admitPending, keep } from '../flow/admit-pending.js';
import { advanceOrLeave, recordFailure } from '../flow/advance.js';
import type { PendingIdentity } from '../flow/pending-identity.js';
import { formStep } from '../form-step.js';
import { logShownError } from '../log-sign-in.js';
import { pathOfInteraction, pathOfOther, type SignInRequest } from '../sign-in-request.js';

/** An identity whose new account lacks fields. */
interface Completing {
  readonly pending: PendingIdentity;
  readonly fields: readonly string[];
}

interface CompletionFault {
  readonly status: number;
  readonly error: NonNullable<CompleteProfileProps['error']>;
  /** The fields whose value is not valid. */
  readonly wrong?: readonly string[];
  readonly typed?: ReadonlyMap<string, string>;
}

/** The page that asks for the fields that a new account requires. */
export async function completeProfilePage(request: SignInRequest): Promise<void> {
  const completing = completingIn(request);
  if (completing) await completionPage(request, completing);
}

async function completionPage(request: SignInRequest, completing: Completing, shown?: CompletionFault): Promise<void> {
  const { ctx, interaction, parts } = request;
  if (shown) logShownError(request, shown.error);
  const { pending, fields } = completing;
  const isUnfit = shown?.error === 'fields-unfit';
  await parts.pages.page(
    ctx,
    (around) =>
      CompleteProfile({
        ...around,
        action: `${pathOfInteraction(request)}/complete`,
        other: pathOfOther(request),
        csrf: parts.csrf.issue(interaction.uid, formOf(request, completing)),
        application: interaction.client.name,
        upstream: pending.question.upstream,
        fields: fields.map((field, index) => {
          const value = shown?.typed?.get(field) ?? '';
          const fault = shown?.wrong?.includes(field)
            ? 'unfit'
            : isUnfit && value.trim() === ''
              ? 'missing'
              : undefined;
          return { input: inputOf(index), field, value, ...(fault && { fault }) };
        }),
        ...(shown && { error: shown.error }),
      }),
    shown && { status: shown.status },
  );
}

/** Fields are numbered: their names come from the settings of a connector. */
const inputOf = (index: number): string => `field-${index}`;

// Longer than any of them may be.
const typedValue = z.string().max(4096).exactOptional();

/** Accepts the values. The account is created once all are valid, and nothing is written before. */
export const postCompletion = formStep({
  fields: Object.fromEntries(Array.from({ length: MOST_REQUIRED }, (_, index) => [inputOf(index), typedValue])),
  about: (request, step) => (step.kind === 'complete-profile' ? completingIn(request) : undefined),
  name: formOf,
  showAgain: (request, completing, { status, code, fields }) =>
    completionPage(request, completing, { status, error: code, ...(fields && { typed: typedIn(completing, fields) }) }),
  async submit(request, completing, values) {
    const { pending, fields } = completing;
    if (Object.keys(values).some((input) => !fields.some((_, index) => inputOf(index) === input)))
      return completionPage(request, completing, { status: 400, error: 'form-unreadable' });
    const typed = typedIn(completing, values);
    const admitted = await admitPending(request, pending, { kind: 'new', typed });
    switch (admitted.kind) {
      case 'admitted': {
        await advanceOrLeave(request, admitted.shown);
        return;
      }
      case 'asks': {
        const { question } = admitted.pending;
        // The settings of the connector changed meanwhile.
        if (question.kind !== 'complete' || !isDeepStrictEqual(question.fields, fields))
          return keep(request, admitted.pending);
        return completionPage(request, completing, {
          ...{ status: 422, error: 'fields-unfit', wrong: question.wrong, typed },
        });
      }
      case 'refused':
        await recordFailure(request, admitted.fault, { connector: pending.connector });
        return completionPage(request, completing, { status: 403, error: 'not-allowed', typed });
    }
  },
});

function completingIn({ interaction: { pending } }: SignInRequest): Completing | undefined {
  return pending?.question.kind === 'complete' ? { pending, fields: pending.question.fields } : undefined;
}

const typedIn = (
  { fields }: Completing,
  values: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> => new Map(fields.map((field, index) => [field, values[inputOf(index)] ?? '']));

/** Its name contains the identity and the fields that were shown, so that no value reaches another field or person. */
function formOf(_: SignInRequest, { pending, fields }: Completing): string {
  return `complete ${JSON.stringify([pending.id, fields])}`;
}
