import type { ChangePasswordError } from '#views/change-password.js';
import { z } from 'zod';
import { now } from '../../base/clock.js';
import { actorIn } from '../../http/request/actor-of-request.js';
import { readForm } from '../../http/request/form.js';
import { advance } from '../flow/advance.js';
import { logShownError } from '../log-sign-in.js';
import { nextStep } from '../flow/next-step.js';
import { goTo, leave, pathOfVisit, type Visit } from '../sign-in-request.js';

const form = z.strictObject({
  csrf: z.string().default(''),
  username: z.string().default(''),
  password: z.string().max(4096).default(''),
  again: z.string().max(4096).default(''),
  decision: z.literal('cancel').exactOptional(),
});

/** The page that asks for a password of the person's own. */
export async function changePasswordPage(
  visit: Visit,
  shown?: { readonly status: number; readonly error: ChangePasswordError },
): Promise<void> {
  const { ctx, interaction, parts } = visit;
  if (shown) logShownError(visit, shown.error);
  await parts.pages.changePassword(
    ctx,
    {
      action: `${pathOfVisit(visit)}/password`,
      csrf: parts.csrf.issue(interaction.uid, formOf(visit)),
      application: interaction.client.name,
      username: interaction.facts.user?.username ?? '',
      ...(shown && { error: shown.error }),
    },
    shown && { status: shown.status },
  );
}

/** Takes it, from who has shown who they are in this very interaction or in the live session, and owes it. */
export async function postNewPassword(visit: Visit): Promise<void> {
  const { ctx, interaction, parts } = visit;
  const read = await readForm(ctx.req);
  const { user } = interaction.facts;
  const step = nextStep(interaction.facts, interaction.requirements, now());
  if (!user || step.kind !== 'required-action' || step.action !== 'change-password') {
    goTo(ctx, pathOfVisit(visit)); // something else comes first by now, and its page says what
    return;
  }
  const again = (status: number, error: ChangePasswordError) => changePasswordPage(visit, { status, error });
  if (read.kind === 'refused') return again(read.status, 'form-unreadable');
  const parsed = form.safeParse(Object.fromEntries(read.fields));
  if (!parsed.success) return again(400, 'form-unreadable');
  const { csrf, password } = parsed.data;
  if (!parts.csrf.holds(csrf, interaction.uid, formOf(visit))) return again(403, 'stale-form');
  if (parsed.data.decision === 'cancel') return leave(visit, { kind: 'refused', error: 'access_denied' });
  if (password !== parsed.data.again) return again(422, 'password-not-repeated');

  const by = actorIn(ctx, { kind: 'user', id: user.id });
  const chosen = await parts.passwords.choose(by, user, password, interaction.sessionUid);
  switch (chosen.kind) {
    case 'ok': {
      const refused = await advance(visit, { user: chosen.user, at: now(), renews: user.signOutEpoch });
      if (refused) await leave(visit, { kind: 'refused', error: refused });
      return;
    }
    case 'unfit':
      return again(422, chosen.error);
    case 'moved':
      return again(409, 'moved');
    case 'overloaded':
      ctx.set('Retry-After', '5');
      return again(503, 'overloaded');
  }
}

/** Its name holds whose password it is: another person may have signed in in this interaction since. */
const formOf = ({ interaction }: Visit): string => `change-password ${interaction.facts.user?.id ?? ''}`;
