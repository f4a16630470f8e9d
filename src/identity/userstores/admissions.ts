import type { Level } from '../../base/authentication-level.js';
import type { Stored } from '../../storage/spec.js';
import { PRIMARY_STORE } from '../identifiers/identifier.js';
import type { User } from '../users/user.js';
import type { AdmitIdentity, IdentityAnswer, IdentityQuestion, SignInRule } from './admit-identity.js';
import { isEnforcedElsewhere } from './enforced-elsewhere.js';
import type { NamedUser } from './known-identity.js';
import type { PasswordConnector, UpstreamIdentity } from './password-connector.js';
import type { RedirectChain } from './redirect-domains.js';

/** The userstores in order, `primary` first. The same array until a connector changes; makes no store call once warm. */
export type UserstoreChain = () => Promise<readonly PasswordConnector[]>;

/** An identity that a connector has confirmed, by a password or in any other way. */
export interface ConfirmedIdentity {
  readonly connector: string;
  readonly identity: UpstreamIdentity;
  /** Our stored data for the typed name, if one was typed. */
  readonly known?: NamedUser;
  readonly answer?: IdentityAnswer;
  /** The person only proves that a user is theirs, to link an identity of this connector to that user. */
  readonly provesFor?: string;
  /** As in {@link Admitting}. */
  readonly age?: number;
}

/** A request, for the audit records of what the sign-in changes. */
export interface AdmittingRequest {
  readonly requestId: string;
  readonly address: string;
}

export type Admission =
  | {
      readonly kind: 'ok';
      readonly user: Stored<User>;
      readonly connector: string;
      /** What the connector confirmed beyond the first factor. */
      readonly level?: Level;
    }
  | {
      readonly kind: 'asks';
      readonly connector: string;
      readonly identity: UpstreamIdentity;
      readonly question: IdentityQuestion;
    }
  /** `user`: another connector is the only way in for this user, or their link to this one is suspended. */
  | {
      readonly kind: 'account-refused';
      readonly fault: AdmissionFault;
      readonly connector: string;
      readonly user?: Stored<User>;
    };

/**
 * `linked-to-another`: the person asked for a link with their own account, and the identity is linked to another one. `rule-domains` and the
 * others: a rule of the connector about who may sign in.
 */
export type AdmissionFault = 'not-allowed' | 'link-suspended' | 'linked-to-another' | SignInRule;

/** Finds the user of a confirmed identity, by the rules of its connector and those of enforced domains. */
export interface Admissions {
  admit(confirmed: ConfirmedIdentity, request: AdmittingRequest): Promise<Admission>;
}

export function admissions({
  chain,
  redirects,
  admit,
}: {
  readonly chain: UserstoreChain;
  readonly redirects: RedirectChain;
  readonly admit: AdmitIdentity;
}): Admissions {
  return {
    async admit({ connector, identity, known, answer, provesFor, age }, request) {
      const admission = await admittedBy(connector);
      const refused = { kind: 'account-refused', fault: 'not-allowed', connector } as const;
      if (admission.kind === 'asks') return { kind: 'asks', connector, identity, question: admission.question };
      if (admission.kind === 'refused') {
        const { suspended, rule, isAnothers } = admission;
        if (rule) return { ...refused, fault: rule };
        if (isAnothers) return { ...refused, fault: 'linked-to-another' };
        return suspended ? { ...refused, fault: 'link-suspended', user: suspended } : refused;
      }
      const { user, level } = admission;
      // The connector that the identity is of has confirmed the person already.
      const all = [...(await chain()), ...(await redirects())];
      const others = all.filter(({ id }) => id !== provesFor);
      return isEnforcedElsewhere(user, { id: connector }, others)
        ? { ...refused, user }
        : { kind: 'ok', user, connector, ...(level !== undefined && { level }) };

      /** `primary` confirms the user whom it was asked about. */
      async function admittedBy(id: string): ReturnType<AdmitIdentity> {
        if (id === PRIMARY_STORE) {
          const user = await known?.user();
          return user ? { kind: 'admitted', user } : { kind: 'refused' };
        }
        const by = { kind: 'system', id: `connector:${id}`, ...request } as const;
        const onlyLinked = provesFor !== undefined;
        return admit(by, id, identity, {
          ...{ onlyLinked, ...(known && { known }), ...(answer && { answer }) },
          ...(age !== undefined && { age }),
        });
      }
    },
  };
}
