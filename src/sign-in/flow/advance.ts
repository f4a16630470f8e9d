import { now } from '../../base/clock.js';
import type { Actor } from '../../changes/actor.js';
import { factorOf } from '../../sessions/proof.js';
import { actorIn } from '../../http/request/actor-of-request.js';
import { type Attempt, factsWith, grow, type ShownProof } from './attempt.js';
import type { Facts, KnownUser } from './facts.js';
import type { SignInRefusal } from '../interaction.js';
import { methodsOf } from './authentication-levels.js';
import { logFailedSignIn, type SignInFailure } from '../log-sign-in.js';
import { nextStep } from './next-step.js';
import { counting } from './proofs.js';
import { goTo, leave, pathOfInteraction, type SignInRequest } from '../sign-in-request.js';

/**
 * Goes on after a person has shown or done something: to the end of the sign-in where that was all that is needed, and
 * otherwise, with the attempt grown, to the page of whatever comes next.
 *
 * Gives why they would still be refused: that is said on the page where they are, and can try another account, since the
 * application would learn no more than an error. Nothing was answered then. Undefined: the answer is given.
 */
export async function advance(request: SignInRequest, shown: ShownProof): Promise<SignInRefusal | undefined> {
  const { ctx, interaction, parts } = request;
  const { user } = shown;
  const attempt = grow(interaction.attempt, shown);
  const facts = factsWith(interaction.facts, user, attempt);
  const step = nextStep(facts, interaction.requirements, now());
  switch (step.kind) {
    case 'refuse':
      await recordFailure(request, step.error, user);
      return step.error;
    case 'authenticate':
    case 'choose-account':
    case 'second-factor':
    case 'required-action':
      if (await parts.interactions.grow(interaction, shown)) goTo(ctx, pathOfInteraction(request));
      else await parts.pages.expired(ctx, await parts.interactions.startAgain(interaction.uid));
      return undefined;
    case 'consent':
    case 'finish':
      await finishSignIn(request, { attempt, facts, user });
      return undefined;
  }
}

interface Finished {
  readonly attempt: Attempt;
  readonly facts: Facts;
  readonly user: KnownUser;
}

/** All that is needed was shown: the one place from which a session comes. */
export async function finishSignIn(request: SignInRequest, { attempt, facts, user }: Finished): Promise<void> {
  const { interaction, parts } = request;
  const { startedAt, signOutEpoch, remember } = attempt;
  const proofs = counting(facts, interaction.requirements, now());
  const by = actorIn(request.ctx, { kind: 'user', id: user.id });
  const clientId = interaction.client.id;
  const methods = methodsOf(attempt.proofs);
  // Only after all that was needed: who guessed a password alone is not to be known by it.
  if (attempt.proofs.some((proof) => factorOf(proof) === 'first'))
    parts.browsers.set(request.ctx, { id: user.id, signOutEpoch });
  await Promise.all([
    parts.recordSignIn(by, { outcome: 'success', clientId, user, methods }),
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

/** Keeps that a sign-in was tried, and logs it. `user`: whose it would have been, where that is known. */
export function recordFailure(
  request: SignInRequest,
  why: SignInFailure,
  user?: { readonly id: string; readonly username: string },
): Promise<void> {
  logFailedSignIn(request, why, user?.id);
  return request.parts.recordSignIn(byNobody(request), {
    outcome: 'failure',
    clientId: request.interaction.client.id,
    why,
    ...(user && { user }),
  });
}

/** Until a sign-in succeeds, nobody but ourselves can be said to act. */
const byNobody = ({ ctx }: SignInRequest): Actor => actorIn(ctx, { kind: 'system', id: 'sign-in' });
