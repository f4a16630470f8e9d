import { factorOf, type Proof } from '../../sessions/proof.js';
import { isBlocked } from '../../base/block.js';
import type { Instant } from '../../base/clock.js';
import type { Facts, KnownUser, Missing, PendingFacts } from './facts.js';
import type { SignInRefusal } from '../interaction.js';
import { atLeast, TWO_FACTOR } from '../../base/authentication-level.js';
import { levelOf } from './authentication-levels.js';
import { namesKnownLevels, requiredLevel } from './required-level.js';
import type { RequiredAction } from './required-action.js';
import type { Requirements } from './requirements.js';
import { counting, freshEnough, shownRecently } from './proofs.js';
import type { Step } from './step.js';

/**
 * The next step, by the first matching row. Pure, and it never loops: an action in this interaction satisfies the row that
 * requires it or ends in a refusal.
 */
export function nextStep(facts: Facts, requested: Requirements, now: Instant): Step {
  const { user, pending } = facts;
  const required = pending ? ofProof(requested) : requested;
  if (!namesKnownLevels(requested)) return refuse('unmet_authentication_requirements');
  // A typed name needs its password, even beside a session of another user.
  if (facts.named) return authenticate;
  if (pending?.proving !== true && pending) return asking(pending);
  if (user && required.choose && !chose(facts)) return { kind: 'choose-account' };
  const reached = levelOf(counting(facts, required, now));
  if (!user || !reached || !freshEnough(facts, required, now)) {
    return pending ? asking(pending) : signIn(facts, required);
  }
  if (!rightPerson(user, required, counting(facts, required, now))) return againOr(facts, required, 'login_required');
  if (isBlocked(user, now)) return refuse('access_denied');

  const needed = requiredLevel(user, required, reached);
  if (!needed) return refuse('unmet_authentication_requirements');
  const lower = !atLeast(reached, needed);
  // A thief may know the password: with it alone nobody may replace the password of a user who has a second factor.
  // Nor may they link it to an identity of their own.
  const toShow = lower || ((user.owes.length > 0 || pending) && !atLeast(reached, TWO_FACTOR));
  if (toShow && user.secondFactor === 'enrolled') return { kind: 'second-factor' };
  const [action] = [...user.owes, ...(lower ? (['enrol-second-factor'] as const) : [])] satisfies RequiredAction[];
  if (action) return shownRecently(facts, now) ? { kind: 'required-action', action } : signIn(facts, required);
  if (pending) return { kind: 'link' };

  if (asksConsent(facts, required)) return { kind: 'consent', missing: facts.missing };
  return { kind: 'finish' };
}

const authenticate: Step = { kind: 'authenticate' };

const asking = ({ asks }: PendingFacts): Step => ({ kind: asks === 'link' ? 'link-account' : 'complete-profile' });

/**
 * Whoever proves that an account is theirs may do so by any userstore, at the level that the account itself demands: the sign-in is by the
 * connector of the identity, and judged after the link.
 */
const ofProof = ({ userstores: _, level: __, ...required }: Requirements): Requirements => ({
  ...required,
  ...{ alwaysSecondFactor: false, acrValues: [] },
});

/** The signed-in user who may continue is not asked for the name again. */
const signIn = ({ user, shownBefore }: Facts, required: Requirements): Step =>
  required.nameFirst && !(user && rightPerson(user, required, shownBefore)) ? { kind: 'identify' } : authenticate;

/** A sign-in in this interaction is a choice too. */
const chose = ({ chosenHere, shownHere }: Facts): boolean => chosenHere || shownHere.length > 0;

const refuse = (error: SignInRefusal): Step => ({ kind: 'refuse', error });

/** Asks again, unless this interaction has just tried: another attempt would give the same result. */
const againOr = (facts: Facts, required: Requirements, error: SignInRefusal): Step =>
  facts.shownHere.length > 0 ? refuse(error) : signIn(facts, required);

/**
 * id_token_hint, a requested `sub`, and the userstores that the client offers. Another user may sign in as the requested one. If a sign-in leads to a different user,
 * only an error is right (OpenID Connect Core 3.1.2.1 and 5.5.1: never a response about another user).
 */
export const rightPerson = (
  user: KnownUser,
  { subjects, userstores }: Requirements,
  proofs: readonly Proof[],
): boolean => subjects?.includes(user.id) !== false && userstores?.includes(signedInBy(user, proofs)) !== false;

/** The connector by which this user signed in last; before a sign-in, the one where the user lives. @param proofs in the order shown */
export const signedInBy = ({ userstore }: Pick<KnownUser, 'userstore'>, proofs: readonly Proof[]): string =>
  proofs.findLast((proof) => factorOf(proof) === 'first')?.connector ?? userstore;

/** A user is asked once per interaction. Scopes that they declined stay missing, and the grant does not cover them. */
const asksConsent = (facts: Facts, required: Requirements): boolean =>
  !facts.consentedHere && (required.consent || !isNothing(facts.missing));

const isNothing = ({ scopes, claims, resourceScopes, noGrant }: Missing): boolean =>
  !noGrant &&
  scopes.length === 0 &&
  claims.length === 0 &&
  Object.values(resourceScopes).every((names) => names.length === 0);
