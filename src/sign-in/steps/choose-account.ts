import type { ChooseAccountProps } from '#views/choose-account.js';
import { now } from '../../base/clock.js';
import { nextStep } from '../flow/next-step.js';
import { formStep } from '../form-step.js';
import { logShownError } from '../log-sign-in.js';
import { leave, pathOfOther, pathOfInteraction, type SignInRequest } from '../sign-in-request.js';

interface ChoiceFault {
  readonly status: number;
  readonly error: NonNullable<ChooseAccountProps['error']>;
}

/** The page that asks whether to continue as the signed-in user or as another one. */
export async function choosePage(request: SignInRequest, shown?: ChoiceFault): Promise<void> {
  const { ctx, interaction, parts } = request;
  if (shown) logShownError(request, shown.error);
  const { client, person } = interaction;
  await parts.pages.chooseAccount(
    ctx,
    {
      action: `${pathOfInteraction(request)}/account`,
      other: pathOfOther(request),
      csrf: parts.csrf.issue(interaction.uid, formOf(request)),
      application: client.name,
      person: person?.name ?? person?.username ?? '',
      ...(shown && { error: shown.error }),
    },
    shown && { status: shown.status },
  );
}

/** Accepts the choice to continue as the signed-in user; the other choice is a sign-in. */
export const postChoice = formStep({
  fields: {},
  // Another name that was typed meanwhile does not prevent the choice, which drops it.
  about({ interaction: { facts, requirements } }) {
    const { named: _, ...before } = facts;
    const step = nextStep(before, requirements, now());
    return step.kind === 'choose-account' ? step : undefined;
  },
  name: formOf,
  showAgain: (request, _, { status, code }) => choosePage(request, { status, error: code }),
  submit: (request) => leave(request, { kind: 'chosen' }),
});

/** Its name contains the shown user, so that nobody continues as a user who signed in in another tab meanwhile. */
function formOf({ interaction }: SignInRequest): string {
  return `choose ${interaction.facts.user?.id ?? ''}`;
}
