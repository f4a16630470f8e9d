import { describe, expect, test } from '@jest/globals';
import { ALL_FACTS } from '../../src/access/facts/facts.js';
import type { Decision } from '../../src/access/evaluation/decide.js';
import type { MissingFact } from '../../src/access/limitations/limitation.js';
import { LOCALES } from '../../src/base/locale.js';
import { problem } from '../../src/base/problems/problem.js';
import { explain } from '../../src/sentences/explain-decision.js';
import { sentence } from '../../src/sentences/sentence.js';
import { ORDERS, snapshotOf } from '../access/world.js';

const FACTS = [...ALL_FACTS.map(({ name }) => name), 'groups', 'action', 'resource', 'attribute'] as MissingFact[];
const unknown = (fact: MissingFact, language: 'en' | 'de'): string =>
  sentence(problem('fact-unknown', [], { fact }), language);

describe('a missing fact', () => {
  test.each(LOCALES)('has a sentence of its own (%s)', (language) => {
    const said = FACTS.map((fact) => unknown(fact, language));
    expect(new Set(said).size).toBe(FACTS.length);
    const form = { en: /^It is not known \w.*\w\.$/, de: /^Es ist nicht bekannt, \p{L}.*\p{L}\.$/u }[language];
    for (const each of said) expect(each).toMatch(form);
    expect(said.join()).not.toContain('undefined');
  });

  test.each(FACTS)('is named in an explanation by the same words: %s', (fact) => {
    const step = { id: 'a', kind: 'permission', target: `${ORDERS} orders:read`, grantedBy: 'user:root', grantedAt: 0 };
    const limitation = { kind: 'country', values: ['DE'] };
    const decision = {
      allowed: false,
      audience: ORDERS,
      permission: 'orders:read',
      against: [
        {
          way: { memberships: [], assignment: step, held: 'orders:read', limitations: [limitation] },
          obstacles: [{ kind: 'limitation', limitation, answer: { is: 'missing', what: fact } }],
        },
      ],
    } as unknown as Decision;
    const { reasons } = explain(decision, 'Ada', snapshotOf({ groups: [], roles: [], servers: [] }));
    expect(reasons).toEqual([expect.stringContaining(`; but ${unknown(fact, 'en').replace('It is', 'it is')}`)]);
  });
});
