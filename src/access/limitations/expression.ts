import type { Expression } from '../../base/expressions/expression.js';
import { expressionsOver } from '../../base/expressions/compiled-expressions.js';
import { factBindings, factVariables } from '../facts/fact-variables.js';
import { answer, type LimitationKind } from './limitation.js';
import type { EvaluationQuestion } from '../evaluation/evaluation-context.js';

/**
 * The variables of an expression. Groups and roles are excluded: with "not in" over these, removing something could widen
 * access.
 */
const VARIABLES = {
  subject: 'string',
  attributes: 'map<string, list<string>>',
  userstore: 'string',
  ...factVariables(),
  now: 'google.protobuf.Timestamp',
  resource: 'map<string, dyn>',
  action: 'map<string, dyn>',
} as const;

const compileOnce = expressionsOver(VARIABLES);

/** A custom condition in CEL: `resource.amount <= 1000.0 || "manager" in attributes.title`. */
export const expression: LimitationKind = {
  kind: 'expression',
  judgedAt: 'decision',
  fault(value) {
    const compiled = compileOnce(value);
    return compiled.ok ? undefined : compiled.fault;
  },
  evaluate(values, question) {
    const bindings = bindingsOf(question);
    let missing = false;
    for (const value of values) {
      const compiled = compileOnce(value);
      const result = compiled.ok && compiled.value.evaluate(bindings);
      if (result === true) return answer(true);
      missing ||= result === 'missing';
    }
    return missing ? { is: 'missing', what: question.resource ? 'attribute' : 'resource' } : answer(false);
  },
  criterion: () => 'all',
  describe: (values) => `only where ${values.join(' or ')}`,
};

type Bindings = Parameters<Expression['evaluate']>[0];

function bindingsOf({ subject, resource, action, context }: EvaluationQuestion): Bindings {
  const { id, type, owner, within, attributes } = resource ?? {};
  return {
    subject: subject.id,
    attributes: listsOf(subject.attributes ?? []),
    ...defined({ userstore: subject.userstore }),
    ...factBindings(context),
    now: new Date(context.at),
    ...(action && { action: { ...action.properties, name: action.name } }),
    ...(resource && { resource: { ...attributes, ...defined({ id, type, owner, within }) } }),
  };
}

function listsOf(attributes: readonly { readonly name: string; readonly value: string }[]): Record<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const { name, value } of attributes) lists.set(name, [...(lists.get(name) ?? []), value]);
  return Object.fromEntries(lists);
}

const defined = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
