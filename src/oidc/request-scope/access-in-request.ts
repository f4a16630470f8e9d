import { now } from '../../base/clock.js';
import { effective, type Effective } from '../../access/evaluation/effective.js';
import type { Snapshots } from '../../access/evaluation/snapshot.js';
import { clientSubject, readsBehaviour, segmentsMove, subjectOf } from '../../access/evaluation/subject.js';
import type { User } from '../../identity/users/user.js';
import type { Client } from '../../realm/clients/client.js';
import type { SignInFacts } from '../issuance/authentication-context.js';
import { computation } from './computation.js';
import { currentScope } from './request-scope.js';

const ACCESS = computation<Effective>('access');

/** The access of this subject, computed once for each request, so that every token and claim of one answer says the same. */
export function accessOf(
  snapshots: Pick<Snapshots, 'read'>,
  subject: { readonly kind: 'user'; readonly user: User } | { readonly kind: 'client'; readonly client: Client },
  clientId: string | undefined,
  signIn: SignInFacts = {},
): Promise<Effective> {
  const scope = currentScope();
  const id = subject.kind === 'user' ? subject.user.id : subject.client.id;
  return scope.compute(ACCESS, JSON.stringify([subject.kind, id]), async () => {
    const snapshot = await snapshots.read();
    const at = now();
    const behaviour =
      subject.kind === 'user' && readsBehaviour(snapshot) ? await scope.reads.behaviour(subject.user.id) : undefined;
    const who =
      subject.kind === 'user' ? subjectOf(subject.user, snapshot, at, behaviour) : clientSubject(subject.client);
    // Their network is not known here: who asks for tokens is the application.
    const context = { at, ...(clientId !== undefined && { clientId }), ...signIn };
    const access = effective(who, context, snapshot);
    scope.lifetime.endAt(segmentsMove(snapshot) ? at : access.changesAt);
    return access;
  });
}
