import type { ChooseAccountProps } from '#views/choose-account.js';
import { z } from 'zod';
import { now } from '../../base/clock.js';
import { readForm } from '../../http/request/form.js';
import { logShownError } from '../log-sign-in.js';
import { nextStep } from '../flow/next-step.js';
import { goTo, leave, pathOfOther, pathOfVisit, type Visit } from '../sign-in-request.js';

const choiceForm = z.strictObject({ csrf: z.string().default(''), decision: z.literal('cancel').exactOptional() });

interface Shown {
  readonly status: number;
  readonly error: NonNullable<ChooseAccountProps['error']>;
}

/** The page that asks whether to go on as who is signed in, or as somebody else. */
export async function choosePage(visit: Visit, shown?: Shown): Promise<void> {
  const { ctx, interaction, parts } = visit;
  if (shown) logShownError(visit, shown.error);
  const { client, person } = interaction;
  await parts.pages.chooseAccount(
    ctx,
    {
      action: `${pathOfVisit(visit)}/account`,
      other: pathOfOther(visit),
      csrf: parts.csrf.issue(interaction.uid, formOf(visit)),
      application: client.name,
      person: person?.name ?? person?.username ?? '',
      ...(shown && { error: shown.error }),
    },
    shown && { status: shown.status },
  );
}

/** Takes the answer that goes on as who is signed in; the other one is a sign-in. */
export async function postChoice(visit: Visit): Promise<void> {
  const { ctx, interaction, parts } = visit;
  const form = await readForm(ctx.req);
  if (nextStep(interaction.facts, interaction.requirements, now()).kind !== 'choose-account') {
    goTo(ctx, pathOfVisit(visit)); // something else comes first by now, and its page says what
    return;
  }
  if (form.kind === 'refused') return choosePage(visit, { status: form.status, error: 'form-unreadable' });
  const parsed = choiceForm.safeParse(Object.fromEntries(form.fields));
  if (!parsed.success) return choosePage(visit, { status: 400, error: 'form-unreadable' });
  if (!parts.csrf.holds(parsed.data.csrf, interaction.uid, formOf(visit))) {
    return choosePage(visit, { status: 403, error: 'stale-form' });
  }
  const { decision } = parsed.data;
  return leave(visit, decision === 'cancel' ? { kind: 'refused', error: 'access_denied' } : { kind: 'chosen' });
}

/** Its name holds who was shown, so that nobody goes on as somebody whom another tab has signed in meanwhile. */
const formOf = ({ interaction }: Visit): string => `choose ${interaction.facts.user?.id ?? ''}`;
