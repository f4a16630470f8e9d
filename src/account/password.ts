import type { AccountError } from '#views/account-frame.js';
import { AccountPassword } from '#views/account-password.js';
import { z } from 'zod';
import type { UpstreamShare } from '../federation/write-back/upstream-share.js';
import type { WriteBack } from '../federation/write-back/write-back.js';
import { PRIMARY_STORE } from '../identity/identifiers/identifier.js';
import { changeOwnPassword, type OwnPasswordParts } from '../identity/passwords/change-own-password.js';
import { signOutEpochOf } from '../sessions/sign-out-epoch.js';
import type { AccountPage, AccountVisit, FormFields } from './account-page.js';
import { changeThere, type DirectoryPasswordParts, type KeptPassword } from './directory-password.js';

const form = z.strictObject({
  username: z.string().default(''),
  password: z.string().max(4096),
  again: z.string().max(4096),
});

interface PasswordParts extends Omit<OwnPasswordParts, 'passwords'>, Omit<DirectoryPasswordParts, 'passwords'> {
  readonly passwords: OwnPasswordParts['passwords'] & DirectoryPasswordParts['passwords'];
  readonly writeBack: Pick<WriteBack, 'shareOf'>;
}

/**
 * Lets users change their password. Every other session of theirs ends, while this one continues. Where a directory keeps the password, the
 * present one is asked for, and the directory changes it, if its connector allows that.
 */
export function passwordPage(parts: PasswordParts): AccountPage {
  const { passwords, keepSession } = parts;
  const page: AccountPage = {
    path: '/password',
    name: 'password',
    forChanges: true,
    async show(visit, refused) {
      const kept = await keptElsewhere(visit);
      await visit.answer(
        (around) =>
          AccountPassword({
            ...around,
            action: visit.action,
            csrf: visit.csrf('change'),
            username: visit.user.username,
            ...(kept && {
              elsewhere: {
                isChangeable: changeableAt(kept.share) !== undefined,
                ...(kept.share && { at: kept.share.connector.displayName }),
              },
            }),
          }),
        refused,
      );
    },
    forms: { change },
  };

  async function keptElsewhere({ user }: AccountVisit): Promise<{ readonly share?: UpstreamShare } | undefined> {
    if (user.userstore === PRIMARY_STORE) return undefined;
    const share = await parts.writeBack.shareOf(user);
    return share ? { share } : {};
  }

  async function change(visit: AccountVisit, fields: FormFields): Promise<void> {
    const again = (status: number, error: AccountError) => page.show(visit, { status, error });
    const kept = await keptElsewhere(visit);
    if (kept) {
      const account = changeableAt(kept.share);
      return account ? changeThere(parts, visit, account, fields, again) : page.show(visit);
    }
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

const changeableAt = (share: UpstreamShare | undefined): KeptPassword | undefined =>
  share?.password.own === true && share.upstream
    ? { userstore: share.connector.id, subject: share.upstream.link.subject }
    : undefined;
