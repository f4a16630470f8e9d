import { problem } from '../../base/problems/problem.js';
import { seconds } from '../../base/clock.js';
import { atLeast, LEVELS, type Level } from '../../base/authentication-level.js';
import { type LimitationAnswer, allOrNone, type LimitationKind, type StepUp } from './limitation.js';

/**
 * The user has reached one of these levels: `urn:gatehouse:acr:two-factor`, or, no longer ago than some seconds,
 * `urn:gatehouse:acr:password within 300`. A level that is too low or too old is a missing fact, together with the level that
 * would suffice.
 */
export const level: LimitationKind = {
  kind: 'level',
  judgedAt: 'issue',
  fault: (value) => (readLevel(value) ? undefined : problem('level-form', [], { levels: LEVELS })),
  evaluate(values, { context: { authentication, at } }): LimitationAnswer {
    const wanted = values.flatMap((value) => readLevel(value) ?? []);
    let until: number | undefined;
    for (const { level: needed, maxAgeSeconds } of wanted) {
      if (!authentication || !atLeast(authentication.level, needed)) continue;
      if (maxAgeSeconds === undefined) return { is: 'yes' };
      const end = authentication.at + seconds(maxAgeSeconds);
      if (at < end) until = Math.max(until ?? 0, end);
    }
    if (until !== undefined) return { is: 'yes', until };
    const [stepUp] = wanted;
    return { is: 'missing', what: 'authentication', ...(stepUp && { stepUp }) };
  },
  criterion: (values, question) => allOrNone(level.evaluate(values, question)),
  describe: (values) => `only after a sign-in at level ${values.join(' or ')}`,
};

function readLevel(value: string): StepUp | undefined {
  const [, name = '', age] = /^(\S+)(?: within ([1-9]\d{0,6}))?$/.exec(value) ?? [];
  const known: Level | undefined = LEVELS.find((one) => one === name);
  return known && { level: known, ...(age !== undefined && { maxAgeSeconds: Number(age) }) };
}
