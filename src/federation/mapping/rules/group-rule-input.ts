import { z } from 'zod';
import { below, problem, type Problem } from '../../../base/problems/problem.js';
import { refusing } from '../../../base/problems/read-input.js';
import { linesInput, nameInput } from '../../../base/text/text-input.js';
import { countPlaceholders, matchPattern, matchPrefix, patternFault, templateFault } from './bounded-pattern.js';
import { parseDn } from '../../../base/text/distinguished-name.js';

const mirror = z.strictObject({ mirror: z.literal(true) });

/** The whole name of one role or group. */
const namedTarget = z.union([
  z.strictObject({ group: nameInput('group-name', 255) }),
  z.strictObject({ role: nameInput('role-name', 255) }),
  mirror,
]);

/** `{}` is the rest after a prefix, or what a placeholder of the pattern covers. */
const template = linesInput('pattern', 255).min(1);

const listed = {
  to: z.union([z.strictObject({ group: template }), z.strictObject({ role: template }), mirror]),
  /** The only names that the rule gives. */
  for: z.array(nameInput('group-name', 255)).min(1).max(200),
};

const upstreamName = linesInput('value', 255).min(1);

const ruleForms = z.union([
  /** The name of the upstream's group, compared exactly. */
  z.strictObject({ exact: upstreamName, to: namedTarget }),
  /** The distinguished name of the upstream's group, compared as such (RFC 4514). */
  z.strictObject({ dn: z.string().superRefine(refusing(dnFault)), to: namedTarget }),
  z.strictObject({ prefix: upstreamName, ...listed }),
  z.strictObject({ pattern: linesInput('pattern', 255).superRefine(refusing(patternFault)), ...listed }),
]);

/** Which groups of the upstream lead to which role, group or mirrored group. */
export const groupRuleInput = ruleForms.superRefine(refusing((rule) => ('for' in rule ? listFaults(rule) : [])));

export type GroupRule = z.infer<typeof groupRuleInput>;
type ListedRule = Extract<GroupRule, { readonly for: unknown }>;

/** The text of each placeholder if the name of an upstream's group begins with the prefix, or has the form of the pattern. */
export function matchListed(rule: ListedRule, name: string): readonly string[] | undefined {
  if (!('prefix' in rule)) return matchPattern(rule.pattern, name);
  const rest = matchPrefix(rule.prefix, name);
  return rest === undefined ? undefined : [rest];
}

/** The names of a list that no group of the upstream could lead to are mistakes. */
function listFaults(rule: ListedRule): readonly Problem[] {
  const to = 'role' in rule.to ? rule.to.role : 'group' in rule.to ? rule.to.group : undefined;
  const most = 'prefix' in rule ? 1 : countPlaceholders(rule.pattern);
  const fault = to === undefined ? undefined : templateFault(to, most);
  if (fault) return [below(['to', 'role' in rule.to ? 'role' : 'group'], fault)];
  return rule.for.flatMap((name, at) => {
    const match = to === undefined ? matchListed(rule, name) : matchPattern(to, name);
    return match === undefined ? [problem('mapping-name-unreachable', ['for', at], { name })] : [];
  });
}

function dnFault(dn: string): Problem | undefined {
  return parseDn(dn) === undefined ? problem('mapping-dn-form', [], {}) : undefined;
}
