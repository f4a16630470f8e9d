import { now } from '../base/clock.js';
import { effective, type Effective } from '../access/effective.js';
import type { Snapshots } from '../access/snapshot.js';
import { clientSubject, subjectOf } from '../access/subject.js';
import type { User } from '../identity/user.js';
import type { Client } from '../realm/client.js';
import { currentScope } from './request-scope.js';

/**
 * What the request's subject may do: computed once a request, before the format of any token is chosen, so that every
 * token and claim of one answer says the same.
 */
export async function accessOf(
  snapshots: Pick<Snapshots, 'read'>,
  subject: { readonly kind: 'user'; readonly user: User } | { readonly kind: 'client'; readonly client: Client },
  clientId: string | undefined,
): Promise<Effective> {
  const scope = currentScope();
  if (!scope.access) {
    const who = subject.kind === 'user' ? subjectOf(subject.user) : clientSubject(subject.client);
    const context = { at: now(), ...(clientId !== undefined && { clientId }) };
    scope.access = effective(who, context, await snapshots.read());
  }
  return scope.access;
}
