import type { ExpressionFault } from '../../base/expressions/expression-problems.js';
import type { Sentences } from '../sentences.js';

export const expressionSentences = {
  expression: ({ fault, variables }) =>
    `This is no expression that can be used: ${why(fault)}.` +
    (variables === undefined ? '' : ` It may look at ${variables.join(', ')}.`),
  'behaviour-count-form': ({ days }) =>
    `behaviour.count takes an event of a to z, 0 to 9 and -, and days from 1 to ${days}, both written out: behaviour.count("purchase", 30).`,
} as const satisfies Partial<Sentences>;

function why(fault: ExpressionFault): string {
  switch (fault.is) {
    case 'too-long':
      return `it is longer than ${fault.most} characters`;
    case 'nested-too-deeply':
      return 'it is nested too deeply';
    case 'unreadable':
      return 'it can not be read';
    case 'wrong':
      return fault.said;
    case 'no-condition':
      return `it gives ${fault.type}, and must give true or false`;
    case 'no-text':
      return `it gives ${fault.type}, and must give a text`;
    case 'too-dear':
      return `it may take ${fault.steps} steps, and ${fault.most} are the most: tests over lists multiply what stands within them`;
    case 'bytes':
      return 'bytes and unsigned numbers are not understood';
    case 'optional-fields':
      return 'optional fields (.?) are not understood; has() asks whether one is there';
    case 'timestamp':
      return 'timestamp takes a moment that is written out, with its zone, as "2026-12-24T00:00:00Z"';
    case 'zone':
      return `${fault.name} takes no zone and tells UTC; the limitation time knows zones`;
    case 'name-in-use':
      return `${fault.name} is a name already, and what ${fault.test} looks at needs one of its own`;
    case 'unknown-name': {
      const { what, name, meant, known } = fault;
      return `there is no ${what} ${name} here${meant === undefined ? '' : ` (did you mean ${meant}?)`}; there are ${known.join(', ')}`;
    }
  }
}
