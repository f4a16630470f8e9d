import type { Level } from '../../base/authentication-level.js';
import type { Stored } from '../../storage/spec.js';
import { PRIMARY_STORE } from '../identifiers/identifier.js';
import type { User } from '../users/user.js';
import type {
  AdmissionFault,
  AdmitIdentity,
  IdentityAdmission,
  IdentityAnswer,
  IdentityQuestion,
} from './admit-identity.js';
import { type Enforcers, enforcersBut, isEnforcedElsewhere } from './enforced-elsewhere.js';
import type { NamedUser } from './known-identity.js';
import type { PasswordConnector, UpstreamIdentity } from './password-connector.js';

/** The userstores in order, `primary` first. The same array until a connector changes; makes no store call once warm. */
export type UserstoreChain = () => Promise<readonly PasswordConnector[]>;

/** An identity that a connector has confirmed, by a password or in any other way. */
export interface ConfirmedIdentity {
  readonly connector: string;
  readonly identity: UpstreamIdentity;
  /** Our stored data for the typed name, if one was typed. */
  readonly known?: NamedUser;
  readonly answer?: IdentityAnswer;
  /** As in {@link Admitting}. */
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

/** Finds the user of a confirmed identity, by the rules of its connector and those of enforced domains. */
export interface Admissions {
  admit(confirmed: ConfirmedIdentity, request: AdmittingRequest): Promise<Admission>;
}

export function admissions({
  enforcers,
  admit,
}: {
  readonly enforcers: Enforcers;
  readonly admit: AdmitIdentity;
}): Admissions {
  return {
    async admit(confirmed, request) {
      const { connector, identity, provesFor } = confirmed;
      const admission = await (connector === PRIMARY_STORE ? ofPrimary(confirmed) : ofConnector(confirmed, request));
      if (admission.kind === 'asks') return { kind: 'asks', connector, identity, question: admission.question };
      if (admission.kind === 'refused') return { ...admission, kind: 'account-refused', connector };
      const { user, level } = admission;
      // The sign-in may have brought the user an address of such a domain.
      return isEnforcedElsewhere(user, { id: connector }, await enforcersBut(enforcers, provesFor))
        ? { kind: 'account-refused', fault: 'not-allowed', connector, user }
        : { kind: 'ok', user, connector, ...(level !== undefined && { level }) };
    },
  };

  function ofConnector(
    { connector, identity, known, answer, provesFor, age }: ConfirmedIdentity,
    request: AdmittingRequest,
  ): Promise<IdentityAdmission> {
    const by = { kind: 'system', id: `connector:${connector}`, ...request } as const;
    return admit(by, connector, identity, {
      ...(known && { known }),
      ...(answer && { answer }),
      ...(provesFor !== undefined && { provesFor }),
      ...(age !== undefined && { age }),
    });
  }
}

/** `primary` confirms the user whom it was asked about. */
async function ofPrimary({ known }: ConfirmedIdentity): Promise<IdentityAdmission> {
  const user = await known?.user();
  return user ? { kind: 'admitted', user } : { kind: 'refused', fault: 'not-allowed' };
}
