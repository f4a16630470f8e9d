import { below, problem, type Problem } from '../../base/problems/problem.js';
import { PASSWORD_WRITING, type WritingAbility } from '../contract/upstream-writer.js';
import type { Mapping } from '../mapping/mapping-input.js';
import { mappedClaims } from '../mapping/mapped-claims.js';
import { fieldFault, mappedField } from '../mapping/rules/mapped-fields.js';
import type { ProfileRule } from '../mapping/rules/profile-rule-input.js';
import type { ConnectorInput } from './connector-input.js';
import { type ConnectorKinds, connectorSettings } from './connector-settings.js';

type WritingConnector = Pick<
  ConnectorInput,
  'kind' | 'preset' | 'connection' | 'subject' | 'mapping' | 'provisioning' | 'writeBack'
>;

/** What is wrong with `writeBack`; nothing if the settings are wrong that it depends on. Pure. */
export function writeBackFaults(kinds: ConnectorKinds, connector: WritingConnector): readonly Problem[] {
  const settings = connectorSettings(kinds, connector);
  if (!settings.ok) return [];
  const kind = kinds.get(connector.kind);
  const ability = (kind?.signsInBy === 'password' ? kind.writes?.(settings.value) : undefined) ?? NOTHING;
  const { fields, password } = connector.writeBack;
  const most = PASSWORD_WRITING.indexOf(ability.password);
  return [
    ...fields.flatMap((field, at) => {
      const fault = fieldWriteFault(connector, ability, field);
      return fault ? [below(['writeBack', 'fields', at], fault)] : [];
    }),
    ...(PASSWORD_WRITING.indexOf(password) > most
      ? [problem('write-back-password', ['writeBack', 'password'], { most: ability.password })]
      : []),
  ];
}

const NOTHING: WritingAbility = { claim: () => false, password: 'never' };

/** The claim that is written for a field; undefined if its rule is not a plain one. Pure. */
export function writtenClaim({ profile }: Pick<Mapping, 'profile'>, field: string): string | undefined {
  const [rule, ...others] = profile.filter((one) => one.field === field);
  return rule && others.length === 0 && isPlain(rule) ? rule.from : undefined;
}

type PlainRule = Extract<ProfileRule, { readonly from: string }>;

/** What is read is what was written. */
const isPlain = (rule: ProfileRule): rule is PlainRule =>
  'from' in rule && rule.pattern === undefined && rule.to === undefined && rule.case === undefined;

function fieldWriteFault(
  { mapping, provisioning: { update } }: WritingConnector,
  ability: WritingAbility,
  field: string,
): Problem | undefined {
  const target = mappedField(field);
  if (!target) return fieldFault(field);
  if ((target.is !== 'profile' && target.is !== 'address') || target.type !== 'text')
    return problem('write-back-no-profile', [], { field });
  if (!mapping.profile.some((rule) => rule.field === field)) return problem('write-back-not-mapped', [], { field });
  const claim = writtenClaim(mapping, field);
  if (claim === undefined) return problem('write-back-not-plain', [], { field });
  const other = mapping.profile.find((rule) => rule.field !== field && reads(rule, claim));
  if (other) return problem('write-back-shared', [], { field, claim, other: other.field });
  // Whoever may write the number would say that it is verified.
  if (field === 'phoneNumber' && mapping.profile.some((rule) => rule.field === 'phoneNumberVerified'))
    return problem('write-back-verifies', [], { field });
  if (update !== 'always' && !update.includes(field)) return problem('write-back-not-updated', [], { field });
  return ability.claim(claim) ? undefined : problem('write-back-not-written', [], { field, claim });
}

/** An expression reads what its text names. */
function reads(rule: ProfileRule, claim: string): boolean {
  const name = claim.toLowerCase();
  if ('expression' in rule) {
    const escaped = name.replace(/\W/g, '\\$&');
    return new RegExp(`(?<!\\w)${escaped}(?!\\w)`).test(rule.expression.toLowerCase());
  }
  return mappedClaims({ profile: [rule] }).some((one) => one.toLowerCase() === name);
}
