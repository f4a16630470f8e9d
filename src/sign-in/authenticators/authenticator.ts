import type { EnrolmentShown, FactorWords, InLanguage } from '#views/components/factor-words.js';
import type { FactorEnrolment, SecondFactorMethod } from '../../identity/second-factor/second-factor-method.js';
import type { User } from '../../identity/users/user.js';
import type { PasswordAuthentication } from '../../identity/userstores/authenticate-password.js';
import type { Settings } from '../../realm/settings/settings.js';

export type Authenticator = FirstAuthenticator | SecondAuthenticator;

interface Common {
  /** Its name in addresses and in the store: lower-case letters, digits and hyphens. Never given to another one. */
  readonly method: string;
  /** Its value in the `amr` of tokens (RFC 8176). */
  readonly amr: string;
}

/** Identifies a user. The sign-in page asks for it together with the name. */
export interface FirstAuthenticator extends Common {
  readonly factor: 'first';
  /** Guesses count by name and address, around the chain of userstores. */
  readonly throttle: 'passwords';
  verify(
    userstores: PasswordAuthentication,
    ...typed: Parameters<PasswordAuthentication['authenticate']>
  ): ReturnType<PasswordAuthentication['authenticate']>;
}

/** Confirms the identity of a user who has shown a first factor. */
export interface SecondAuthenticator extends Common, SecondFactorMethod {
  readonly factor: 'second';
  /** Whether this user can show it now. Pure. */
  available(user: OwnSecondFactor, settings: Settings): boolean;
  /** The texts of its page. */
  challenge(language: InLanguage): FactorWords;
  /** Other methods whose codes its field takes too. */
  readonly alsoTakes?: readonly string[];
  /** Absent: users do not enrol it separately, such as recovery codes. */
  readonly enrolment?: Enrollable;
}

export interface Enrollable extends FactorEnrolment {
  /** The contents of the page that sets this secret up. */
  show(secret: string, account: EnrollingAccount): Promise<(language: InLanguage) => EnrolmentShown>;
}

/** The names under which an app or device lists the account. */
export interface EnrollingAccount {
  readonly issuer: string;
  readonly account: string;
}

/** The second factor, as the user's own document describes it. */
export type OwnSecondFactor = Pick<User, 'secondFactorSince' | 'secondFactorMethods'>;
