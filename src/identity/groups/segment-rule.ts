import { problem, type Problem } from '../../base/problems/problem.js';
import { expressionsOver } from '../../base/expressions/compiled-expressions.js';
import { type Behaviour, countIn, EVENT_NAME, KEPT_DAYS } from '../activity/activity.js';
import type { DecidingUser } from '../users/access-relevant-fields.js';

/** The variables of a segment's rule. */
const VARIABLES = {
  username: 'string',
  email: 'string',
  emailVerified: 'bool',
  locale: 'string',
  zoneinfo: 'string',
  attributes: 'map<string, list<string>>',
  now: 'google.protobuf.Timestamp',
  createdAt: 'google.protobuf.Timestamp',
  /** The number of times that an event happened in this many days, including today. */
  behaviour: { functions: { count: ['string', 'int'] } },
} as const;

const compileOnce = expressionsOver(VARIABLES);

/** Why this is not a valid segment rule; undefined if it is. */
export function ruleFault(rule: string): Problem | undefined {
  const compiled = compileOnce(rule);
  return compiled.ok ? countFault(rule) : compiled.fault;
}

/** Event names are literals, so that an impossible one is found when the rule is saved. */
function countFault(rule: string): Problem | undefined {
  const calls = rule.match(/\bbehaviour\s*\.\s*count\b/g) ?? [];
  const read = [...rule.matchAll(/\bbehaviour\s*\.\s*count\s*\(\s*(["'])([^"']*)\1\s*,\s*(\d+)\s*\)/g)];
  const right = read.filter(([, , event = '', days]) => {
    return EVENT_NAME.test(event) && Number(days) >= 1 && Number(days) <= KEPT_DAYS;
  });
  if (right.length === calls.length) return undefined;
  return problem('behaviour-count-form', [], { days: KEPT_DAYS });
}

/** The variables that this rule reads; empty if it is not a valid rule. Pure. */
export function ruleReads(rule: string): ReadonlySet<string> {
  const compiled = compileOnce(rule);
  return compiled.ok ? compiled.value.uses : new Set();
}

/** Whether a rule reads activity. */
export function usesBehaviour(rule: string): boolean {
  return ruleReads(rule).has('behaviour');
}

/** Whether time alone may change the result of the rule. */
export function movesByItself(rule: string): boolean {
  const reads = ruleReads(rule);
  return reads.has('now') || reads.has('behaviour');
}

/**
 * Whether a rule holds for a user; false if it reads a value that is missing. Pure, never throws.
 *
 * @param behaviour absent: nothing was ever counted
 */
export function ruleHolds(rule: string, user: DecidingUser, at: number, behaviour?: Behaviour): boolean {
  const compiled = compileOnce(rule);
  if (!compiled.ok) return false;
  const count = (event: unknown, days: unknown) => countIn(behaviour, event, days, at);
  return compiled.value.evaluate({ ...bindingsOf(user, at), behaviour: { count } }) === true;
}

/** Like {@link ruleHolds} for a user whose activity is not known: `unknown` if the rule may hold, depending on it. */
export function ruleHoldsWhateverCounted(rule: string, user: DecidingUser, at: number): boolean | 'unknown' {
  const compiled = compileOnce(rule);
  if (!compiled.ok) return false;
  const value = compiled.value.evaluate(bindingsOf(user, at));
  return value === 'missing' && compiled.value.uses.has('behaviour') ? 'unknown' : value === true;
}

function bindingsOf(user: DecidingUser, at: number) {
  const { username, email, emailVerified, profile, attributes, createdAt } = user;
  const lists = new Map<string, string[]>();
  for (const { name, value } of attributes) lists.set(name, [...(lists.get(name) ?? []), value]);
  return {
    username,
    ...(email !== undefined && { email }),
    emailVerified,
    ...(profile.locale !== undefined && { locale: profile.locale }),
    ...(profile.zoneinfo !== undefined && { zoneinfo: profile.zoneinfo }),
    attributes: Object.fromEntries(lists),
    now: new Date(at),
    createdAt: new Date(createdAt),
  };
}
