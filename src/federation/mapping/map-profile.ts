import { problem } from '../../base/problems/problem.js';
import { type Attribute, type Profile, profileInput } from '../../identity/users/profile.js';
import { applyRule, MOST } from './apply-rule.js';
import type { UpstreamClaims } from './claim-values.js';
import { type MappedField, mappedField } from './rules/mapped-fields.js';
import type { MappingRule, MappingStep } from './mapping-trace.js';
import type { ProfileRule } from './rules/profile-rule-input.js';

export interface MappedProfile {
  readonly username?: string;
  readonly email?: string;
  /** What the rules of `emailVerified` say of the address; absent: nothing. */
  readonly emailVerified?: boolean;
  readonly profile: Profile;
  readonly attributes: readonly Attribute[];
  readonly steps: readonly MappingStep[];
}

/** The field without which nothing is to be verified. */
const VERIFIES: ReadonlyMap<string, 'email' | 'phoneNumber'> = new Map([
  ['emailVerified', 'email'],
  ['phoneNumberVerified', 'phoneNumber'],
]);

interface PlacedRule {
  readonly rule: ProfileRule;
  readonly index: number;
  readonly field: MappedField;
}

/** Applies the rules for fields. Pure, never throws. */
export function mapProfile(rules: readonly ProfileRule[], claims: UpstreamClaims): MappedProfile {
  const placed = rules.flatMap((rule, index): PlacedRule[] => {
    const field = mappedField(rule.field);
    return field ? [{ rule, index, field }] : [];
  });
  const values = new Map<string, { readonly field: MappedField; readonly value: unknown }>();
  const attributes: Attribute[] = [];
  const steps: MappingStep[] = [];

  function apply({ rule, index, field }: PlacedRule): void {
    const at: MappingRule = { of: 'profile', index, field: field.name };
    const subject = VERIFIES.get(field.name);
    if (subject !== undefined && !values.has(subject)) {
      steps.push({ rule: at, outcome: 'empty', why: problem('mapping-nothing-to-verify', [], { field: subject }) });
      return;
    }
    if (values.has(field.name)) {
      steps.push({ rule: at, outcome: 'skipped', why: problem('mapping-set-before', [], { field: field.name }) });
      return;
    }
    const room = field.is === 'attribute' ? Math.min(MOST.values, MOST.attributes - attributes.length) : 1;
    const applied = applyRule(rule, index, field, claims, room);
    steps.push(...applied.steps);
    for (const value of applied.values) {
      if (field.is !== 'attribute') values.set(field.name, { field, value });
      else addAttribute({ name: field.key, value: String(value) });
    }
  }

  function addAttribute({ name, value }: Attribute): void {
    const isThere = attributes.some((one) => one.name === name && one.value === value);
    if (!isThere) attributes.push({ name, value });
  }

  const isVerifying = ({ field }: PlacedRule): boolean => VERIFIES.has(field.name);
  placed.filter((one) => !isVerifying(one)).forEach(apply);
  placed.filter(isVerifying).forEach(apply);

  const text = (name: string): string | undefined => {
    const value = values.get(name)?.value;
    return typeof value === 'string' ? value : undefined;
  };
  const [username, email, verified] = [text('username'), text('email'), values.get('emailVerified')?.value];
  return {
    ...(username !== undefined && { username }),
    ...(email !== undefined && { email }),
    ...(typeof verified === 'boolean' && { emailVerified: verified }),
    profile: profileOf([...values.values()], values.has('phoneNumber')),
    attributes,
    steps,
  };
}

/** @param hasNumber a number that nobody vouches for must not inherit that an earlier one was verified */
function profileOf(
  values: readonly { readonly field: MappedField; readonly value: unknown }[],
  hasNumber: boolean,
): Profile {
  const of = (is: MappedField['is']): Record<string, unknown> =>
    Object.fromEntries(values.filter(({ field }) => field.is === is).map(({ field, value }) => [field.key, value]));
  const address = of('address');
  const profile = profileInput.safeParse({
    ...(hasNumber && { phoneNumberVerified: false }),
    ...of('profile'),
    ...(Object.keys(address).length > 0 && { address }),
  });
  // Each field was read by this schema, so that all of them pass it.
  return profile.success ? profile.data : {};
}
