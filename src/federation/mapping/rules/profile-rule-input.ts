import { z } from 'zod';
import { below, problem, type Problem } from '../../../base/problems/problem.js';
import { refusing } from '../../../base/problems/read-input.js';
import { prototypeNameFault } from '../../../base/text/prototype-names.js';
import { lineInput, linesInput } from '../../../base/text/text-input.js';
import { countPlaceholders, patternFault, templateFault } from './bounded-pattern.js';
import { expressionFault } from '../claim-expressions.js';
import { fieldFault, mappedField } from './mapped-fields.js';

/** The name of a claim, or of an attribute of a directory. */
export const claimName = lineInput('claim-name', 200).superRefine(refusing(prototypeNameFault));

const pattern = linesInput('pattern', 200).superRefine(refusing(patternFault));

/** How a value is changed before it is stored: first by its pattern, then its case. */
const changes = {
  /** The value must have this form. */
  pattern: pattern.exactOptional(),
  /** What becomes of it: text with the placeholders of the pattern, in their order. Absent: the value stays as it is. */
  to: linesInput('pattern', 200).min(1).exactOptional(),
  case: z.enum(['lower', 'upper']).exactOptional(),
};

const field = z.string().max(120);
const separator = linesInput('value', 20);

const ruleForms = z.union([
  z.strictObject({ field, from: claimName, ...changes }),
  /** All of these claims, in this order; without one of them there is no value. */
  z.strictObject({ field, join: z.array(claimName).min(2).max(10), with: separator, ...changes }),
  /** One part of the claim, counted from 0, or from the end by -1. Absent: the first; for an attribute all. */
  z.strictObject({
    field,
    split: claimName,
    at: separator.min(1),
    take: z.int().min(-100).max(99).exactOptional(),
    ...changes,
  }),
  z.strictObject({ field, constant: z.union([linesInput('value', 1000), z.boolean()]) }),
  /** CEL over `claims`, a record of lists. */
  z.strictObject({ field, expression: z.string().max(2000), ...changes }),
]);

/** One field of a user and where its value comes from. */
export const profileRuleInput = ruleForms.superRefine(refusing(ruleFaults));

export type ProfileRule = z.infer<typeof profileRuleInput>;

function ruleFaults(rule: z.infer<typeof ruleForms>): readonly Problem[] {
  const target = mappedField(rule.field);
  if (!target) {
    const fault = fieldFault(rule.field);
    return fault ? [below(['field'], fault)] : [];
  }
  if ('constant' in rule) {
    // It would be one name for everybody.
    if (target.is === 'username' || target.is === 'email') {
      return [problem('mapping-constant-name', ['constant'], { field: target.is })];
    }
    const read = target.read(rule.constant);
    return read.ok ? [] : read.problems.map((one) => below(['constant'], one));
  }
  const expression = 'expression' in rule ? expressionFault(rule.expression, target.type) : undefined;
  return [
    ...(expression ? [below(['expression'], expression)] : []),
    ...(rule.to === undefined ? [] : toFaults(rule.to, rule.pattern)),
  ];
}

function toFaults(to: string, from: string | undefined): readonly Problem[] {
  if (from === undefined) return [problem('mapping-to-without-pattern', ['to'], {})];
  const fault = templateFault(to, countPlaceholders(from));
  return fault ? [below(['to'], fault)] : [];
}
