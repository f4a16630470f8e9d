import type { AccountError } from '#views/account-frame.js';
import { AccountPassword } from '#views/account-password.js';
import { z } from 'zod';
import { PRIMARY_STORE } from '../identity/identifiers/identifier.js';
import { changeOwnPassword, type OwnPasswordParts } from '../identity/passwords/change-own-password.js';
import { signOutEpochOf } from '../sessions/sign-out-epoch.js';
import type { AccountPage, AccountVisit, FormFields } from './account-page.js';

const form = z.strictObject({
  username: z.string().default(''),
  password: z.string().max(4096),
  again: z.string().max(4096),
});

/** Lets users change their password. Every other session of theirs ends, while this one continues. */
export function passwordPage({ passwords, keepSession }: OwnPasswordParts): AccountPage {
  const page: AccountPage = {
    path: '/password',
    name: 'password',
    forChanges: true,
    show: (visit, refused) =>
      visit.answer(
        (around) =>
          AccountPassword({
            ...around,
            action: visit.action,
            csrf: visit.csrf('change'),
            username: visit.user.username,
            isElsewhere: visit.user.userstore !== PRIMARY_STORE,
          }),
        refused,
      ),
    forms: { change },
  };

  async function change(visit: AccountVisit, fields: FormFields): Promise<void> {
    if (visit.user.userstore !== PRIMARY_STORE) return page.show(visit);
    const again = (status: number, error: AccountError) => page.show(visit, { status, error });
    const parsed = form.safeParse(Object.fromEntries(fields));
    if (!parsed.success) return again(400, 'form-unreadable');
    const { password } = parsed.data;
    if (password !== parsed.data.again) return again(422, 'password-not-repeated');
    const { by, user, session } = visit;
    const chosen = await changeOwnPassword({ passwords, keepSession }, by, {
      id: user.id,
      password,
      session: session.id,
      epoch: signOutEpochOf(user),
      // As in the sign-in, which would have required it.
      another: user.mustChangePassword === true,
    });
    switch (chosen.kind) {
      case 'ok':
        visit.done('password');
        return;
      case 'unfit':
        return again(422, chosen.error);
      case 'moved':
        return again(409, 'moved');
      case 'overloaded':
        visit.ctx.set('Retry-After', '5');
        return again(503, 'overloaded');
    }
  }

  return page;
}
