import type { UserstorePasswordError } from '#views/userstore-password.js';
import { pathOfInteraction, type SignInRequest } from '../sign-in-request.js';

/** Whose password it is, and where it is kept. */
interface PasswordHolder {
  /** As typed. */
  readonly identifier: string;
  readonly userstore: string;
  readonly remember: boolean;
}

/**
 * The page that asks for a new password where a userstore elsewhere requires one. Nothing of the sign-in before is stored: the page asks
 * for the present password again, and its form holds whose it is.
 */
export async function userstorePasswordPage(
  request: SignInRequest,
  { identifier, userstore, remember }: PasswordHolder,
  shown?: { readonly status: number; readonly error: UserstorePasswordError },
): Promise<void> {
  const { ctx, interaction, parts } = request;
  await parts.pages.userstorePassword(
    ctx,
    {
      action: `${pathOfInteraction(request)}/userstore-password`,
      csrf: parts.csrf.issue(interaction.uid, userstorePasswordForm(userstore, identifier)),
      application: interaction.client.name,
      username: identifier,
      userstore,
      remember,
      ...(shown && { error: shown.error }),
    },
    shown && { status: shown.status },
  );
}

/** Contains the name and userstore that the page showed: no other account's password can be tried or set with its form. */
export const userstorePasswordForm = (userstore: string, identifier: string): string =>
  `userstore-password ${userstore} ${identifier}`;
