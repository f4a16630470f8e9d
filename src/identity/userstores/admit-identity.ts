import type { Level } from '../../base/authentication-level.js';
import type { Actor } from '../../changes/actor.js';
import type { Stored } from '../../storage/spec.js';
import type { User } from '../users/user.js';
import type { NamedUser } from './known-identity.js';
import type { UpstreamIdentity } from './password-connector.js';

/**
 * The user of an identity that a userstore other than `primary` has confirmed: the linked user, brought up to date, or a new one.
 *
 * The person may have to answer a question first. Whoever asked calls this again with the answer. Everything is decided anew then:
 * somebody who was linked meanwhile is signed in, whatever the answer says.
 */
export type AdmitIdentity = (
  by: Actor,
  connector: string,
  identity: UpstreamIdentity,
  admitting: Admitting,
) => Promise<IdentityAdmission>;

export interface Admitting {
  /** Our stored data for the typed name in this userstore, if one was typed. That the name is the same proves nothing by itself. */
  readonly known?: NamedUser;
  readonly answer?: IdentityAnswer;
  /**
   * The person only proves that a user is theirs, to link an identity of this connector to that user. Only a user who is linked already is
   * admitted: nobody is asked, linked or created.
   */
  readonly provesFor?: string;
  /** How long before it was confirmed the person proved who they are, in milliseconds. Absent: unknown. */
  readonly age?: number;
}

/** The rules of a connector about who may sign in, by the code of a refusal. */
export type SignInRule = 'rule-domains' | 'rule-claims' | 'rule-max-age';

/**
 * `not-allowed`: the connector admits nobody new, or the identity lacks what a user needs, or the answer is not accepted, or another
 * connector is the only way in for the user. `linked-to-another`: the person asked for a link with their own account, and the identity is
 * linked to another one. A {@link SignInRule}: nothing was looked up.
 */
export type AdmissionFault = 'not-allowed' | 'link-suspended' | 'linked-to-another' | SignInRule;

export type IdentityAdmission =
  /** `level`: the authentication level that the mapping of the connector gives to what the identity reports. */
  | { readonly kind: 'admitted'; readonly user: Stored<User>; readonly level?: Level }
  /** Nothing was written: there is no account before the answer. */
  | { readonly kind: 'asks'; readonly question: IdentityQuestion }
  /** `user`: whom it would have signed in, if the rules about them refuse it. Nothing was written. */
  | { readonly kind: 'refused'; readonly fault: AdmissionFault; readonly user?: Stored<User> };

/** What a person is asked before there is an account. */
export type IdentityQuestion = {
  /** The account at the upstream, in the words of its people. */
  readonly upstream: UpstreamAccount;
} & (
  | {
      /** Whether they have an account here. The same for everybody, whoever has an account. */
      readonly kind: 'link';
      /** They may also get a new one. */
      readonly mayCreate: boolean;
    }
  | {
      readonly kind: 'complete';
      /** The fields to fill in, as mappings name them. */
      readonly fields: readonly string[];
      /** Those of them whose value in the last answer was not valid. */
      readonly wrong: readonly string[];
    }
);

export interface UpstreamAccount {
  /** The display name of the connector. */
  readonly connector: string;
  readonly name: string;
}

export type IdentityAnswer =
  /** The account of this user, who has proved that it is theirs. */
  | { readonly kind: 'account'; readonly userId: string }
  /**
   * The account of this user, who is signed in and asks for the link; it is made in their name (`by`). Nobody else is admitted, linked or
   * created.
   */
  | { readonly kind: 'own-account'; readonly userId: string; readonly by: Actor }
  /** A new account. `typed`: by field; only fields that are required and have no value yet are read. */
  | { readonly kind: 'new'; readonly typed: ReadonlyMap<string, string> };
