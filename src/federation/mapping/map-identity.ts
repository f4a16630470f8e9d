import { highestOf, type Level } from '../../base/authentication-level.js';
import { below, problem, type Problem } from '../../base/problems/problem.js';
import type { Attribute, Profile } from '../../identity/users/profile.js';
import type { UpstreamIdentity } from '../../identity/userstores/password-connector.js';
import { type UpstreamClaims, claimValues } from './claim-values.js';
import { type MappedTarget, mapGroups } from './map-groups.js';
import { mapProfile, type MappedProfile } from './map-profile.js';
import { levelSource, type LevelRule, type Mapping } from './mapping-input.js';
import { type MappingStep, shown } from './mapping-trace.js';

/** A user as a mapping makes it of an upstream's description. A field without a value says that nothing is to be changed. */
export interface MappedUser {
  readonly username?: string;
  readonly email?: string;
  /** Of `email`; says nothing without it. */
  readonly emailVerified: boolean;
  /** With `phoneNumber` there always is `phoneNumberVerified`. */
  readonly profile: Profile;
  readonly attributes: readonly Attribute[];
  /** `not-told`: nothing is known, which neither confirms nor ends access. Empty: the user has none. */
  readonly groups: 'not-told' | readonly MappedTarget[];
  readonly level?: Level;
  /** The fields that the mapping names, whether or not they have a value today. See {@link ownedFields}. */
  readonly owned: readonly string[];
  readonly trace: readonly MappingStep[];
  /** The values that do not fit our own rules, each at its field. They are left out. */
  readonly problems: readonly Problem[];
}

/**
 * Applies a mapping. Equal identities give equal results, in whatever order an upstream returns its values and groups. Pure, never
 * throws.
 */
export function mapIdentity(mapping: Mapping, identity: UpstreamIdentity): MappedUser {
  const { claims, groups } = identity;
  const { steps, emailVerified: judged, ...mapped } = mapProfile(mapping.profile, claims);
  const email = emailTrust(mapping, { email: mapped.email, judged }, claims);
  const assigned = groups === undefined ? undefined : mapGroups(mapping.groups, groups);
  const reached = mapLevel(mapping.level, identity);
  const trace = [...steps, ...email.steps, ...(assigned?.steps ?? groupsNotTold(mapping)), ...reached.steps];
  return {
    ...mapped,
    emailVerified: email.verified,
    groups: assigned?.targets ?? 'not-told',
    ...(reached.level !== undefined && { level: reached.level }),
    owned: ownedFields(mapping),
    trace,
    problems: trace.flatMap(({ rule, outcome, why }) =>
      outcome === 'refused' && rule.of === 'profile' && why ? [below([rule.field], why)] : [],
    ),
  };
}

/** The fields that a mapping names. Whoever names an address or a number also says whether it is verified. Pure. */
export function ownedFields({ profile }: Pick<Mapping, 'profile'>): readonly string[] {
  const verified = new Map([
    ['email', 'emailVerified'],
    ['phoneNumber', 'phoneNumberVerified'],
  ]);
  return [...new Set(profile.flatMap(({ field }) => [field, verified.get(field) ?? field]))];
}

/** Whether the claim `email_verified` decides about the mapped address. Pure. */
export const isJudgedByClaim = ({ profile, emailTrust: trust }: Pick<Mapping, 'profile' | 'emailTrust'>): boolean =>
  trust === 'claim' &&
  profile.some(({ field }) => field === 'email') &&
  !profile.some(({ field }) => field === 'emailVerified');

interface TrustedEmail {
  readonly verified: boolean;
  readonly steps: readonly MappingStep[];
}

function emailTrust(
  { profile, emailTrust: trust = 'never' }: Mapping,
  { email, judged }: { readonly email: string | undefined; readonly judged: MappedProfile['emailVerified'] },
  claims: UpstreamClaims,
): TrustedEmail {
  const isNamed = (name: string): boolean => profile.some(({ field }) => field === name);
  const rule = { of: 'emailTrust' } as const;
  if (!isNamed('email')) return { verified: false, steps: [] };
  if (email === undefined) {
    const why = problem('mapping-nothing-to-verify', [], { field: 'email' });
    return { verified: false, steps: [{ rule, outcome: 'empty', why }] };
  }
  const told = (verified: boolean, why?: Problem): TrustedEmail => ({
    verified,
    steps: [{ rule, outcome: 'set', value: String(verified), ...(why && { why }) }],
  });
  switch (trust) {
    case 'never':
      return told(false);
    case 'always':
      return told(true);
    case 'claim': {
      if (isNamed('emailVerified')) return told(judged === true);
      const why = unverifiedBecause(claims);
      return told(why === undefined, why);
    }
  }
}

/** OpenID Connect Core 5.1: `email_verified` is about `email`, so it says nothing of one of several addresses. */
function unverifiedBecause(claims: UpstreamClaims): Problem | undefined {
  const verified = claims.get('email_verified') ?? [];
  if (verified.length === 0) return problem('mapping-claim-missing', [], { claim: 'email_verified' });
  if (verified.length !== 1 || verified[0] !== 'true') return problem('mapping-email-unverified', [], {});
  return claimValues(claims, 'email').length > 1 ? problem('mapping-several-addresses', [], {}) : undefined;
}

const groupsNotTold = ({ groups }: Mapping): readonly MappingStep[] =>
  groups.map((_, index) => ({
    rule: { of: 'groups', index },
    outcome: 'empty',
    why: problem('mapping-groups-not-told', [], {}),
  }));

function mapLevel(
  rules: Mapping['level'],
  { level, methods }: Pick<UpstreamIdentity, 'level' | 'methods'>,
): { readonly level?: Level; readonly steps: readonly MappingStep[] } {
  const fits = (rule: LevelRule): boolean => {
    const { of, name } = levelSource(rule);
    return of === 'amr' ? methods?.includes(name) === true : level === name;
  };
  const steps = rules.map((one, index): MappingStep => {
    const rule = { of: 'level', index } as const;
    const told = levelSource(one).of === 'amr' ? methods?.join(' ') : level;
    if (fits(one)) return { rule, outcome: 'set', value: one.to };
    if (told === undefined) return { rule, outcome: 'empty', why: problem('mapping-level-not-told', [], {}) };
    return { rule, outcome: 'no-match', why: problem('mapping-level-differs', [], { level: shown(told) }) };
  });
  const reached = rules.filter(fits).map(({ to }) => to);
  return { ...(reached.length > 0 && { level: highestOf(reached) }), steps };
}
