import { type Compiled, compileExpression } from '../base/expression.js';
import type { User } from './user.js';

/** What the rule of a segment may look at. */
const VARIABLES = {
  username: 'string',
  email: 'string',
  emailVerified: 'bool',
  locale: 'string',
  zoneinfo: 'string',
  attributes: 'map<string, list<string>>',
  now: 'google.protobuf.Timestamp',
  createdAt: 'google.protobuf.Timestamp',
} as const;

const known = new Map<string, Compiled>();
/** Rules come from stored segments; a realm has few, and this is emptied before it is many. */
const MOST_KNOWN = 1000;

function compileOnce(rule: string): Compiled {
  const before = known.get(rule);
  if (before) return before;
  if (known.size >= MOST_KNOWN) known.clear();
  const compiled = compileExpression(rule, VARIABLES);
  known.set(rule, compiled);
  return compiled;
}

/** Why this can't be a segment's rule, as a sentence; undefined: it can. */
export function ruleFault(rule: string): string | undefined {
  const compiled = compileOnce(rule);
  return compiled.ok ? undefined : compiled.fault;
}

/** Whether a rule holds for somebody; not where it looks at something that is not known of them. Pure, never throws. */
export function ruleHolds(rule: string, user: User, at: number): boolean {
  const compiled = compileOnce(rule);
  return compiled.ok && compiled.value.evaluate(bindingsOf(user, at)) === true;
}

function bindingsOf({ username, email, emailVerified, profile, attributes, createdAt }: User, at: number) {
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
