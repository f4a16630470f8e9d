import { newId } from '../../base/crypto/ids.js';
import { requestIdOf } from '../../http/request/request-id.js';
import type { Admission } from '../../identity/userstores/admissions.js';
import type { AdmissionFault } from '../../identity/userstores/admit-identity.js';
import type { IdentityAnswer } from '../../identity/userstores/admit-identity.js';
import { epochBefore, isSince } from '../../sessions/sign-out-epoch.js';
import { goTo, pathOfInteraction, type SignInRequest } from '../sign-in-request.js';
import type { ShownProof } from './attempt.js';
import type { PendingIdentity } from './pending-identity.js';

/** Keeps an identity with the interaction, and shows the page with its question. */
export async function askPerson(
  request: SignInRequest,
  { connector, identity, question }: Extract<Admission, { readonly kind: 'asks' }>,
  shown: Pick<PendingIdentity, 'proof' | 'confirmedAt' | 'remember'>,
): Promise<void> {
  await keep(request, { id: newId(), connector, identity, question, ...shown });
}

export type AdmittedPending =
  /** What the sign-in goes on with: the user, and the proof that the connector gave. */
  | { readonly kind: 'admitted'; readonly shown: ShownProof }
  | { readonly kind: 'asks'; readonly pending: PendingIdentity }
  | { readonly kind: 'refused'; readonly fault: AdmissionFault };

/** Judges the pending identity anew, with what the person answered. */
export async function admitPending(
  { ctx, parts }: SignInRequest,
  pending: PendingIdentity,
  answer: IdentityAnswer,
): Promise<AdmittedPending> {
  const { connector, identity, proof, confirmedAt = proof.at, remember } = pending;
  const admission = await parts.admissions.admit(
    { connector, identity, answer, ...(proof.ageUnknown !== true && { age: confirmedAt - proof.at }) },
    { requestId: requestIdOf(ctx.req), address: ctx.ip },
  );
  switch (admission.kind) {
    case 'asks':
      return { kind: 'asks', pending: { ...pending, question: admission.question } };
    case 'account-refused':
      return { kind: 'refused', fault: admission.fault };
    case 'ok': {
      const { user, level } = admission;
      const hasProved = answer.kind === 'account' && answer.userId === user.id;
      // Linked meanwhile to a user who then signed out everywhere: the proof is from before.
      if (!hasProved && !isSince(epochBefore(confirmedAt), user)) return { kind: 'refused', fault: 'not-allowed' };
      const known = await parts.know(user);
      return {
        kind: 'admitted',
        shown: {
          ...{ user: known, at: confirmedAt },
          proof: { ...proof, ...(level !== undefined && { level }) },
          ...(remember !== undefined && { remember }),
        },
      };
    }
  }
}

/** Keeps the identity with another question, and shows its page. */
export async function keep(request: SignInRequest, pending: PendingIdentity): Promise<void> {
  const { ctx, interaction, parts } = request;
  if (await parts.interactions.ask(interaction, pending)) goTo(ctx, pathOfInteraction(request));
  else await parts.pages.expired(ctx, await parts.interactions.startAgain(interaction.uid));
}
