import { GatehouseError } from '../../base/errors.js';
import type { Actor } from '../../changes/actor.js';
import type { SignOutEpoch } from '../../sessions/sign-out-epoch.js';
import type { KeepSession } from '../../sessions/keep-session.js';
import type { Stored } from '../../storage/spec.js';
import type { User } from '../users/user.js';
import type { UserPasswords } from './user-passwords.js';

export interface OwnPasswordParts {
  readonly passwords: Pick<UserPasswords, 'set'>;
  /** The writes that keep this session while everything else of the user ends. */
  readonly keepSession: KeepSession;
}

interface Choice {
  readonly id: string;
  readonly password: string;
  /** The user's epoch when they authenticated. */
  readonly epoch: SignOutEpoch;
  /** The one session that is to live on: that in which it is chosen. */
  readonly session: string | undefined;
  /** It must not be the password before. */
  readonly another?: boolean;
}

export type UnfitPassword = 'password-unfit' | 'password-common' | 'password-personal';

const errorOf = (fault: string | undefined): UnfitPassword =>
  fault === 'common' || fault === 'personal' ? `password-${fault}` : 'password-unfit';

export type Chosen =
  | { readonly kind: 'ok'; readonly user: Stored<User> }
  /** It breaks the rules for passwords; `error` is the text of the pages that says which. */
  | { readonly kind: 'unfit'; readonly error: UnfitPassword }
  /** Someone else was faster, again and again, or signed this person out. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'overloaded' };

/** A person gives themselves a password: everything else of theirs ends in the same commit. */
export async function changeOwnPassword(
  { passwords, keepSession }: OwnPasswordParts,
  by: Actor,
  { id, password, epoch, session, another = false }: Choice,
): Promise<Chosen> {
  try {
    const saved = await passwords.set(
      by,
      id,
      { clear: password, generated: false },
      {
        signOut: true,
        another,
        epoch,
        ...(session !== undefined && { surviving: keepSession({ uid: session, userId: id }) }),
      },
    );
    if (!saved.ok) {
      const { refusal } = saved;
      return refusal.code === 'invalid' ? { kind: 'unfit', error: errorOf(refusal.fault) } : { kind: 'moved' };
    }
    return { kind: 'ok', user: saved.value };
  } catch (error) {
    if (error instanceof GatehouseError && error.code === 'overloaded') return { kind: 'overloaded' };
    throw error;
  }
}
