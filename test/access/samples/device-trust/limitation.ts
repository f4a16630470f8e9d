import type { EvaluationContext } from '../../../../src/access/evaluation/evaluation-context.js';
import type { FactValues } from '../../../../src/access/facts/fact.js';
import {
  allOrNone,
  answer,
  type LimitationKind,
  type MissingFact,
} from '../../../../src/access/limitations/limitation.js';
import type { deviceTrust } from './fact.js';

// In the product, the line in the list of facts gives the context and the missing facts these types.
type Context = FactValues<typeof deviceTrust>;
const NAME: string = 'device-trust';

/** The user's device is in one of these states. */
export const deviceTrustLimitation: LimitationKind = {
  kind: NAME,
  judgedAt: 'decision',
  fault: () => undefined,
  evaluate(values, { context }) {
    const { deviceTrust: device }: EvaluationContext & Context = context;
    return device === undefined ? { is: 'missing', what: NAME as MissingFact } : answer(values.includes(device));
  },
  criterion: (values, question) => allOrNone(deviceTrustLimitation.evaluate(values, question)),
  describe: (values) => `only on a device that is ${values.join(' or ')}`,
};
