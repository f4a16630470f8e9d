import type { FactorWords, InLanguage } from '#views/components/factor-words.js';
import type { Instant } from '../../base/clock.js';
import { enrolledMethods } from '../../identity/second-factor/stored-factors.js';
import type { Settings } from '../../realm/settings/settings.js';
import type { Proof } from '../../sessions/proof.js';
import type { Authenticator, Enrollable, OwnSecondFactor, SecondAuthenticator } from './authenticator.js';

/** A second factor that users enrol. */
export type EnrollableAuthenticator = SecondAuthenticator & { readonly enrolment: Enrollable };

export const secondFactorsIn = (list: readonly Authenticator[]): readonly SecondAuthenticator[] =>
  list.filter((each) => each.factor === 'second');

/** The second factors that this user can show now. */
export const availableTo = (
  user: OwnSecondFactor,
  settings: Settings,
  list: readonly Authenticator[],
): readonly SecondAuthenticator[] => secondFactorsIn(list).filter((each) => each.available(user, settings));

/** The second factors that this user may set up or replace. A user without a second factor may do so only while enrolment is open. */
export const enrollableBy = (
  { secondFactorSince }: OwnSecondFactor,
  { secondFactor }: Pick<Settings, 'secondFactor'>,
  list: readonly Authenticator[],
): readonly EnrollableAuthenticator[] =>
  secondFactorSince === undefined && secondFactor.enrolment === 'closed' ? [] : enrollableIn(list);

/** The second factors that users can set up. */
export const enrollableIn = (list: readonly Authenticator[]): readonly EnrollableAuthenticator[] =>
  secondFactorsIn(list).filter(isEnrollable);

const isEnrollable = (each: SecondAuthenticator): each is EnrollableAuthenticator => each.enrolment !== undefined;

/** The authenticators with these methods, in the order of the list. */
export const amongMethods = <A extends Authenticator>(list: readonly A[], methods: readonly string[]): readonly A[] =>
  list.filter(({ method }) => methods.includes(method));

/** The second factor whose page comes first. Recovery codes replace an enrolled one that is lost, so they come last. */
export const chosenFirst = (available: readonly SecondAuthenticator[]): SecondAuthenticator | undefined =>
  available.find(({ enrolment }) => enrolment !== undefined) ?? available[0];

/** Whether the user has enrolled this method. */
export const isEnrolled = (method: string, user: OwnSecondFactor): boolean => enrolledMethods(user).includes(method);

/** The proof that this authenticator gives at this moment. @param confirmed by whom, and what of it, for a first factor */
export const proofOf = (
  { amr, factor }: Pick<Authenticator, 'amr' | 'factor'>,
  at: Instant,
  { connector, level }: Pick<Proof, 'connector' | 'level'> = {},
): Proof => ({
  ...{ method: amr, factor, at },
  ...(connector !== undefined && { connector }),
  ...(level !== undefined && { level }),
});

/** The link to another authenticator's page. */
export const linkTo = (
  each: { readonly method: string; challenge(language: InLanguage): Pick<FactorWords, 'name'> },
  language: InLanguage,
  folder: string,
) => ({ name: each.challenge(language).name, href: `${folder}/${each.method}` });
