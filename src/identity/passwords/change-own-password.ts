import type { Problem } from '../../base/problems/problem.js';
import { GatehouseError } from '../../base/errors.js';
import type { Actor } from '../../changes/actor.js';
import type { SignOutEpoch } from '../../sessions/sign-out-epoch.js';
import type { KeepSession } from '../../sessions/keep-session.js';
import type { Stored } from '../../storage/spec.js';
import type { User } from '../users/user.js';
import type { UserPasswords } from './user-passwords.js';

export interface OwnPasswordParts {
  readonly passwords: Pick<UserPasswords, 'set'>;
  /** The writes that keep this session while all other sessions of the user end. */
  readonly keepSession: KeepSession;
}

interface Choice {
  readonly id: string;
  readonly password: string;
  /** The user's epoch when they authenticated. */
  readonly epoch: SignOutEpoch;
  /** The session that survives: the one in which the password is chosen. */
  readonly session: string | undefined;
  /** It must differ from the previous password. */
  readonly another?: boolean;
}

export type UnfitPassword = 'password-unfit' | 'password-common' | 'password-personal';

const errorOf = ([first]: readonly Problem[]): UnfitPassword =>
  first?.code === 'password-common' || first?.code === 'password-personal' ? first.code : 'password-unfit';

export type Chosen =
  | { readonly kind: 'ok'; readonly user: Stored<User> }
  /** It breaks the password rules; `error` is the key of the page text that says which. */
  | { readonly kind: 'unfit'; readonly error: UnfitPassword }
  /** Concurrent changes won repeatedly, or signed the user out. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'overloaded' };

/** Lets a user choose a new password. All their other sessions end in the same commit. */
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
      return refusal.code === 'invalid' ? { kind: 'unfit', error: errorOf(refusal.problems) } : { kind: 'moved' };
    }
    return { kind: 'ok', user: saved.value };
  } catch (error) {
    if (error instanceof GatehouseError && error.code === 'overloaded') return { kind: 'overloaded' };
    throw error;
  }
}
