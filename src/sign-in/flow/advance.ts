import { now } from '../../base/clock.js';
import type { Actor } from '../../changes/actor.js';
import { factorOf, type Proof } from '../../sessions/proof.js';
import { actorIn } from '../../http/request/actor-of-request.js';
import { admitPending, keep } from './admit-pending.js';
import { type Attempt, factsWith, grow, type ShownProof } from './attempt.js';
import type { Facts, KnownUser } from './facts.js';
import type { SignInRefusal } from '../interaction.js';
import { methodsOf } from './authentication-levels.js';
import { logFailedSignIn, type SignInFailure } from '../log-sign-in.js';
import { nextStep, signedInBy } from './next-step.js';
import { counting } from './proofs.js';
import { goTo, leave, pathOfInteraction, type SignInRequest } from '../sign-in-request.js';

/**
 * Continues after a user has given a proof or completed an action. Finishes the sign-in if nothing else is needed; otherwise
 * stores the proof in the attempt and shows the next page.
 *
 * Returns why the sign-in would be refused: the current page shows that and offers another account, since the application would
 * only receive an error. No response was sent then. Undefined: the response was sent.
 */
export async function advance(request: SignInRequest, shown: ShownProof): Promise<SignInRefusal | undefined> {
  const { ctx, interaction, parts } = request;
  const { user } = shown;
  const attempt = grow(interaction.attempt, shown);
  const facts = factsWith(interaction.facts, user, attempt);
  const step = nextStep(facts, interaction.requirements, now());
  switch (step.kind) {
    case 'refuse':
      await recordFailure(request, step.error, { user, connector: connectorOf(attempt.proofs) });
      return step.error;
    case 'identify':
    case 'authenticate':
    case 'choose-account':
    case 'link-account':
    case 'complete-profile':
    case 'second-factor':
    case 'required-action':
      if (await parts.interactions.grow(interaction, shown)) goTo(ctx, pathOfInteraction(request));
      else await parts.pages.expired(ctx, await parts.interactions.startAgain(interaction.uid));
      return undefined;
    case 'link':
      // Stored first: what comes after the link may take another page.
      if (await parts.interactions.grow(interaction, shown)) return linkPending(request, attempt, user);
      await parts.pages.expired(ctx, await parts.interactions.startAgain(interaction.uid));
      return undefined;
    case 'consent':
    case 'finish':
      await finishSignIn(request, { attempt, facts, user });
      return undefined;
  }
}

/** Like {@link advance}; with a refusal the browser goes back to the application. */
export async function advanceOrLeave(request: SignInRequest, shown: ShownProof): Promise<void> {
  const refused = await advance(request, shown);
  if (refused) await leave(request, { kind: 'refused', error: refused });
}

/**
 * Links the pending identity to the user of this attempt, and goes on with the proof of the connector. Like {@link advance}, it returns why
 * the sign-in would be refused.
 */
export async function linkPending(
  request: SignInRequest,
  attempt: Attempt,
  user: KnownUser,
): Promise<SignInRefusal | undefined> {
  const { interaction, parts } = request;
  const { pending } = interaction;
  if (!pending || pending.id !== attempt.provesFor) throw new Error('Nobody has proved anything for this identity.');
  const admitted = await admitPending(request, pending, { kind: 'account', userId: attempt.userId });
  if (admitted.kind === 'admitted') {
    return advance({ ...request, interaction: { ...interaction, attempt } }, admitted.shown);
  }
  if (admitted.kind === 'asks') {
    await keep(request, admitted.pending);
    return undefined;
  }
  // Another answer is still possible.
  await parts.interactions.ask(interaction, pending);
  await recordFailure(request, admitted.fault, { user, connector: pending.connector });
  return 'access_denied';
}

interface Finished {
  readonly attempt: Attempt;
  readonly facts: Facts;
  readonly user: KnownUser;
}

/** All requirements are met: the only place that creates a session. */
export async function finishSignIn(request: SignInRequest, { attempt, facts, user }: Finished): Promise<void> {
  const { interaction, parts } = request;
  const { startedAt, signOutEpoch, remember } = attempt;
  const proofs = counting(facts, interaction.requirements, now());
  const by = actorIn(request.ctx, { kind: 'user', id: user.id });
  const clientId = interaction.client.id;
  const methods = methodsOf(attempt.proofs);
  const hasFirst = attempt.proofs.some((proof) => factorOf(proof) === 'first');
  // Only after all that was needed: who guessed a password alone is not to be known by it.
  if (hasFirst) parts.browsers.set(request.ctx, { id: user.id, signOutEpoch });
  await Promise.all([
    parts.recordSignIn(by, {
      ...{ outcome: 'success', clientId, user, methods },
      ...(hasFirst ? { connector: signedInBy(user, attempt.proofs) } : { stepUp: true }),
    }),
    leave(request, {
      kind: 'signed-in',
      userId: user.id,
      startedAt,
      signOutEpoch,
      proofs,
      ...(remember !== undefined && { remember }),
    }),
  ]);
}

/** What is known of a failed sign-in. */
interface Failed {
  /** The owner of the name, if known. */
  readonly user?: Pick<KnownUser, 'id' | 'username' | 'userstore'> | undefined;
  /** The name, of which only a hash is kept if it is nobody's. */
  readonly typed?: string;
  /** It checked the password, or the person went there. */
  readonly connector?: string | undefined;
}

/** Records and logs a failed sign-in. */
export function recordFailure(
  request: SignInRequest,
  why: SignInFailure,
  { user, typed, connector }: Failed,
): Promise<void> {
  const { interaction, parts } = request;
  logFailedSignIn(request, why, user?.id);
  const { client, facts } = interaction;
  return parts.recordSignIn(byNobody(request), {
    outcome: 'failure',
    clientId: client.id,
    why,
    ...(user ? { user } : typed !== undefined && { typed: parts.hashOfName(typed) }),
    ...(user && user.id === facts.user?.id && { methods: methodsOf(facts.shownHere) }),
    ...(connector !== undefined && { connector }),
  });
}

/** Leaves the pages with a refusal, and records it. */
export async function refuse(request: SignInRequest, error: SignInRefusal, why: SignInFailure = error): Promise<void> {
  const { user } = request.interaction.facts;
  const connector = connectorOf(request.interaction.facts.shownHere);
  await Promise.all([recordFailure(request, why, { user, connector }), leave(request, { kind: 'refused', error })]);
}

/** The connector of the first factor among these proofs. */
const connectorOf = (proofs: readonly Proof[]): string | undefined =>
  proofs.findLast((proof) => factorOf(proof) === 'first')?.connector;

/** Before a successful sign-in the actor is Gatehouse itself. */
const byNobody = ({ ctx }: SignInRequest): Actor => actorIn(ctx, { kind: 'system', id: 'sign-in' });
