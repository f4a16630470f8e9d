import { minutes, seconds } from '../../base/clock.js';
import { foldEmail } from '../../identity/identifiers/normalize-identifier.js';
import type { SignInRule } from '../../identity/userstores/admit-identity.js';
import type { UpstreamIdentity } from '../../identity/userstores/password-connector.js';
import type { Connector } from '../connectors/connector.js';
import { claimValues } from '../mapping/claim-values.js';
import type { MappedUser } from '../mapping/map-identity.js';

/** What one rule of a connector says of an identity. */
export type JudgedRule =
  | { readonly rule: 'rule-domains'; readonly isMet: boolean; readonly domains: readonly string[] }
  | {
      readonly rule: 'rule-claims';
      readonly isMet: boolean;
      readonly claim: string;
      readonly values: readonly string[];
    }
  /** `isMet` undefined: only a sign-in tells. */
  | { readonly rule: 'rule-max-age'; readonly isMet: boolean | undefined; readonly seconds: number };

/** What the rules judge. */
export interface JudgedIdentity {
  readonly mapped: Pick<MappedUser, 'email' | 'emailVerified'>;
  readonly claims: UpstreamIdentity['claims'];
  /** As in `Admitting`. `not-judged`: there is no sign-in. */
  readonly age: number | 'unknown' | 'not-judged';
}

/** What the clocks of the upstream and of this machine may differ by. */
const AGE_SKEW = minutes(1);

/** Judges every rule of a connector, in their order. Without rules, everybody may sign in. Pure. */
export function judgeRules(
  { rules }: Pick<Connector, 'rules'>,
  { mapped, claims, age }: JudgedIdentity,
): readonly JudgedRule[] {
  if (!rules) return [];
  const { domains, maxAge } = rules;
  return [
    ...(domains.length === 0 ? [] : [{ rule: 'rule-domains', isMet: isOfDomain(mapped, domains), domains } as const]),
    ...rules.claims.map(({ claim, values }) => {
      const isMet = claimValues(claims, claim).some((value) => values.includes(value));
      return { rule: 'rule-claims', isMet, claim, values } as const;
    }),
    ...(maxAge === undefined
      ? []
      : [{ rule: 'rule-max-age', isMet: isYoung(age, seconds(maxAge)), seconds: maxAge } as const]),
  ];
}

/** The first rule that the identity does not fulfil. Pure. */
export const brokenRule = (...judged: Parameters<typeof judgeRules>): JudgedRule | undefined =>
  judgeRules(...judged).find(({ isMet }) => isMet === false);

/** For the log: which rule it is, by the settings of the connector and nothing that the person brought. */
export const ruleDetails = (
  broken: JudgedRule,
): { readonly reason: SignInRule; readonly details?: { readonly claim: string } } =>
  broken.rule === 'rule-claims' ? { reason: broken.rule, details: { claim: broken.claim } } : { reason: broken.rule };

/** An address that nobody has verified may be anybody's. */
function isOfDomain({ email, emailVerified }: JudgedIdentity['mapped'], domains: readonly string[]): boolean {
  if (email === undefined || !emailVerified) return false;
  const folded = foldEmail(email);
  return folded.ok && domains.includes(folded.value.split('@')[1] ?? '');
}

/** A time that is still to come proves nothing. */
function isYoung(age: JudgedIdentity['age'], most: number): boolean | undefined {
  if (age === 'not-judged') return undefined;
  return age !== 'unknown' && age >= -AGE_SKEW && age <= most + AGE_SKEW;
}
