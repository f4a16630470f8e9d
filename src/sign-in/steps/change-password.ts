import type { ChangePasswordError } from '#views/change-password.js';
import { z } from 'zod';
import { now } from '../../base/clock.js';
import { actorIn } from '../../http/request/actor-of-request.js';
import { changeOwnPassword } from '../../identity/passwords/change-own-password.js';
import { advanceOrLeave } from '../flow/advance.js';
import { formStep } from '../form-step.js';
import { logShownError } from '../log-sign-in.js';
import { pathOfInteraction, type SignInRequest } from '../sign-in-request.js';

/** The page that asks for a new password. */
export async function changePasswordPage(
  request: SignInRequest,
  shown?: { readonly status: number; readonly error: ChangePasswordError },
): Promise<void> {
  const { ctx, interaction, parts } = request;
  if (shown) logShownError(request, shown.error);
  await parts.pages.changePassword(
    ctx,
    {
      action: `${pathOfInteraction(request)}/password`,
      csrf: parts.csrf.issue(interaction.uid, formOf(request)),
      application: interaction.client.name,
      username: interaction.facts.user?.username ?? '',
      ...(shown && { error: shown.error }),
    },
    shown && { status: shown.status },
  );
}

/** Accepts a new password from a user who must change it, and who authenticated in this interaction or in the active session. */
export const postNewPassword = formStep({
  fields: {
    username: z.string().default(''),
    password: z.string().max(4096).default(''),
    again: z.string().max(4096).default(''),
  },
  about: ({ interaction }, step) =>
    step.kind === 'required-action' && step.action === 'change-password' ? interaction.facts.user : undefined,
  name: formOf,
  showAgain: (request, _, { status, code }) => changePasswordPage(request, { status, error: code }),
  async submit(request, user, { password, again: repeated }) {
    const { ctx, interaction, parts } = request;
    const again = (status: number, error: ChangePasswordError) => changePasswordPage(request, { status, error });
    if (password !== repeated) return again(422, 'password-not-repeated');

    const by = actorIn(ctx, { kind: 'user', id: user.id });
    const chosen = await changeOwnPassword(parts, by, {
      ...{ id: user.id, password, epoch: user.signOutEpoch, session: interaction.sessionUid },
      another: true,
    });
    switch (chosen.kind) {
      case 'ok': {
        await advanceOrLeave(request, {
          user: await parts.know(chosen.user),
          at: now(),
          renews: user.signOutEpoch,
        });
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
  },
});

/** Its name contains the user: another user may have signed in to this interaction since. */
function formOf({ interaction }: SignInRequest): string {
  return `change-password ${interaction.facts.user?.id ?? ''}`;
}
