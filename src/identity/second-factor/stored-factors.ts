import type { Json } from '../../base/json.js';
import type { User } from '../users/user.js';
import type { SecondFactor } from './second-factor.js';
import { type EnrolledFactor, RECOVERY_METHOD, TOTP_METHOD } from './second-factor-method.js';

/** The methods that a user enrolled, as their own document says. */
export const enrolledMethods = ({
  secondFactorSince,
  // Absent in a document from before there were others.
  secondFactorMethods = [TOTP_METHOD],
}: Pick<User, 'secondFactorSince' | 'secondFactorMethods'>): readonly string[] =>
  secondFactorSince === undefined ? [] : secondFactorMethods;

/** The stored state of this method; undefined: the user has not enrolled it. */
export function factorIn(document: SecondFactor, method: string): EnrolledFactor | undefined {
  switch (method) {
    case TOTP_METHOD: {
      const { seed, enrolledAt, lastStep } = document;
      if (seed === undefined || enrolledAt === undefined || lastStep === undefined) return undefined;
      return { method, enrolledAt, secret: seed, data: { lastStep } };
    }
    case RECOVERY_METHOD:
      return { method, enrolledAt: document.recoveryCodesMadeAt, data: { codes: document.recoveryCodes } };
    default: {
      const found = document.others.find((other) => other.method === method);
      const secret = secretsIn(document).get(method);
      return found && { ...found, ...(secret !== undefined && { secret }) };
    }
  }
}

/** The methods that are stored, recovery codes aside. */
export const methodsIn = ({ seed, others }: SecondFactor): readonly string[] => [
  ...(seed === undefined ? [] : [TOTP_METHOD]),
  ...others.map(({ method }) => method),
];

/** The document with this factor, in the place of an earlier one of its method. */
export function withFactor(document: SecondFactor, factor: EnrolledFactor): SecondFactor {
  const { method, enrolledAt, secret, data } = factor;
  switch (method) {
    case TOTP_METHOD:
      return {
        ...document,
        ...(secret !== undefined && { seed: secret }),
        enrolledAt,
        lastStep: Number(data['lastStep']),
      };
    case RECOVERY_METHOD:
      return { ...document, recoveryCodes: textsIn(data['codes']), recoveryCodesMadeAt: enrolledAt };
    default: {
      const rest = withoutFactor(document, method);
      const secrets = [...secretsIn(rest), ...(secret === undefined ? [] : [[method, secret] as const])];
      return { ...withSecrets(rest, secrets), others: [...rest.others, { method, enrolledAt, data }] };
    }
  }
}

/** The document without this method. */
export function withoutFactor(document: SecondFactor, method: string): SecondFactor {
  if (method === TOTP_METHOD) {
    const { seed: _seed, enrolledAt: _enrolledAt, lastStep: _lastStep, ...rest } = document;
    return rest;
  }
  const secrets = [...secretsIn(document)].filter(([owner]) => owner !== method);
  return { ...withSecrets(document, secrets), others: document.others.filter((other) => other.method !== method) };
}

/** The texts of a stored list. */
export const textsIn = (list: Json | undefined): string[] =>
  Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];

/** We wrote it, and the seal proves that nobody else did. */
const secretsIn = ({ otherSecrets }: SecondFactor): ReadonlyMap<string, string> =>
  new Map(otherSecrets === undefined ? [] : (JSON.parse(otherSecrets) as [string, string][]));

function withSecrets(
  { otherSecrets: _, ...document }: SecondFactor,
  secrets: readonly (readonly [string, string])[],
): SecondFactor {
  return { ...document, ...(secrets.length > 0 && { otherSecrets: JSON.stringify(secrets) }) };
}
