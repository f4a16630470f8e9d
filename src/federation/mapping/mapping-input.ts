import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { LEVELS } from '../../base/authentication-level.js';
import { problem, type Problem } from '../../base/problems/problem.js';
import { refusing } from '../../base/problems/read-input.js';
import { linesInput } from '../../base/text/text-input.js';
import { groupRuleInput } from './rules/group-rule-input.js';
import { type ProfileRule, profileRuleInput } from './rules/profile-rule-input.js';

const levelName = linesInput('value', 255).min(1);

const mappingForm = z.strictObject({
  /** Of several rules for one field the first with a value counts; an attribute has the values of all its rules. */
  profile: z.array(profileRuleInput).max(100).default([]),
  groups: z.array(groupRuleInput).max(500).default([]),
  /** Of several rules that fit, the highest level counts. */
  level: z
    .array(
      z.union([
        /** The level that the upstream reports, such as `acr`. */
        z.strictObject({ from: levelName, to: z.enum(LEVELS) }),
        /** One of the methods that it reports. */
        z.strictObject({ amr: levelName, to: z.enum(LEVELS) }),
      ]),
    )
    .max(20)
    .default([]),
  /**
   * Whether an address counts as verified. `claim`: as the rules of `emailVerified` say; without one, if the claim
   * `email_verified` is true, which vouches for the claim `email` alone. Absent: `never`, and for the rules of a preset as it says.
   */
  emailTrust: z.enum(['never', 'claim', 'always']).exactOptional(),
});

/** What an administrator writes: from an upstream's description of a user to what we store. Unknown fields are refused. */
export const mappingInput = mappingForm.superRefine(
  refusing((mapping) => [...emailFaults(mapping), ...phoneFaults(mapping), ...levelFaults(mapping)]),
);

export type Mapping = z.infer<typeof mappingInput>;

/** The claim of OpenID Connect Core 5.1 that `email_verified` is about. */
const isEmailClaim = (rule: ProfileRule): boolean =>
  'from' in rule && rule.from === 'email' && rule.pattern === undefined;

function emailFaults({ profile, emailTrust = 'never' }: Mapping): readonly Problem[] {
  const isJudged = profile.some((rule) => rule.field === 'emailVerified');
  return profile.flatMap((rule, at): Problem[] => {
    if (rule.field === 'emailVerified' && emailTrust !== 'claim') {
      return [problem('mapping-email-verified-unused', ['profile', at, 'field'], { trust: emailTrust })];
    }
    // Anybody may choose another claim, such as a user principal name, while their verified address stays their own.
    if (rule.field === 'email' && emailTrust === 'claim' && !isJudged && !isEmailClaim(rule)) {
      return [problem('mapping-email-claim-only', ['profile', at], {})];
    }
    return [];
  });
}

function phoneFaults({ profile }: Mapping): readonly Problem[] {
  if (profile.some((rule) => rule.field === 'phoneNumber')) return [];
  const at = profile.findIndex((rule) => rule.field === 'phoneNumberVerified');
  return at === -1 ? [] : [problem('mapping-phone-number-missing', ['profile', at, 'field'], {})];
}

const levelFaults = ({ level }: Mapping): readonly Problem[] =>
  level.flatMap((rule, at) => {
    const { of, name } = levelSource(rule);
    const isSame = (other: LevelRule): boolean => isDeepStrictEqual(levelSource(other), { of, name });
    return level.findIndex(isSame) < at ? [problem('declared-twice', ['level', at, of], { name })] : [];
  });

export type LevelRule = Mapping['level'][number];

/** What a rule compares: the level that the upstream reports, or a method. Pure. */
export const levelSource = (rule: LevelRule): { readonly of: 'from' | 'amr'; readonly name: string } =>
  'amr' in rule ? { of: 'amr', name: rule.amr } : { of: 'from', name: rule.from };
