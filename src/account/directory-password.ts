import type { AccountError } from '#views/account-frame.js';
import type { Context } from 'koa';
import { z } from 'zod';
import type { Actor } from '../changes/actor.js';
import { actorIn } from '../http/request/actor-of-request.js';
import { requestIdOf } from '../http/request/request-id.js';
import type { OwnPasswordParts } from '../identity/passwords/change-own-password.js';
import type { UserPasswords } from '../identity/passwords/user-passwords.js';
import type { PasswordAuthentication } from '../identity/userstores/authenticate-password.js';
import type { RefusedPassword } from '../identity/userstores/password-check.js';
import type { User } from '../identity/users/user.js';
import { ACCOUNT_CLIENT } from '../realm/clients/account-client.js';
import type { AccountVisit, FormFields } from './account-page.js';

export interface DirectoryPasswordParts extends Pick<OwnPasswordParts, 'keepSession'> {
  readonly authentication: Pick<PasswordAuthentication, 'changePassword'>;
  readonly passwords: Pick<UserPasswords, 'setElsewhere'>;
  /** The cookie of a known browser. */
  readonly browserOf: (ctx: Context) => string | undefined;
  /** Records a failed proof of the present password, as a failed sign-in is recorded. */
  readonly recordFailure: (by: Actor, failure: FailedProof) => Promise<void>;
}

export interface FailedProof {
  readonly outcome: 'failure';
  readonly clientId: string;
  readonly user: User;
  readonly why: string;
  readonly connector: string;
}

/** The account of a directory that keeps the user's password. */
export interface KeptPassword {
  readonly userstore: string;
  readonly subject: string;
}

const form = z.strictObject({
  username: z.string().default(''),
  current: z.string().max(4096),
  password: z.string().max(4096),
  again: z.string().max(4096),
});

/** Changes the user's password in the directory, which checks the present one: a wrong one counts as at a sign-in. */
export async function changeThere(
  parts: DirectoryPasswordParts,
  visit: AccountVisit,
  { userstore, subject }: KeptPassword,
  fields: FormFields,
  again: (status: number, error: AccountError) => Promise<void>,
): Promise<void> {
  const { ctx, by, user, session } = visit;
  const parsed = form.safeParse(Object.fromEntries(fields));
  if (!parsed.success) return again(400, 'form-unreadable');
  const { current, password: next, again: repeated } = parsed.data;
  if (current === '') return again(422, 'current-missing');
  if (next === '') return again(422, 'new-missing');
  if (next !== repeated) return again(422, 'not-repeated');
  if (next === current) return again(422, 'as-before');

  const outcome = await parts.authentication.changePassword(
    { identifier: `${userstore}/${user.username}`, password: current, requestId: requestIdOf(ctx.req) },
    { userstore, next, subject },
    ctx.ip,
    parts.browserOf(ctx),
  );
  if (outcome.kind === 'changed') {
    const surviving = parts.keepSession({ uid: session.id, userId: user.id });
    const saved = await parts.passwords.setElsewhere(by, user.id, userstore, surviving);
    if (!saved.ok) return again(409, 'moved');
    visit.done('password');
    return;
  }
  if (outcome.kind === 'not-changed') {
    if (outcome.fault === 'unanswered') return again(503, 'unanswered');
    return again(422, outcome.fault === 'refused' ? 'directory-password-refused' : outcome.fault);
  }
  const failure = { outcome: 'failure', clientId: ACCOUNT_CLIENT, user, why: whyOf(outcome) } as const;
  await parts.recordFailure(actorIn(ctx, { kind: 'system', id: 'sign-in' }), { ...failure, connector: userstore });
  if ('retryAfterSeconds' in outcome) ctx.set('Retry-After', String(outcome.retryAfterSeconds));
  return again(...errorOf(outcome));
}

const whyOf = (refused: RefusedPassword): string => ('fault' in refused ? refused.fault : refused.kind);

function errorOf({ kind }: RefusedPassword): readonly [status: number, error: AccountError] {
  switch (kind) {
    case 'wrong-credentials':
      return [403, 'wrong-current'];
    case 'account-refused':
      return [403, 'directory-barred'];
    case 'throttled':
      return [429, 'throttled'];
    case 'overloaded':
      return [503, 'overloaded'];
    case 'userstore-failed':
    case 'not-offered':
      return [503, 'directory-unavailable'];
  }
}
