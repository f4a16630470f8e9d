import type * as DecideModule from '../../src/access/evaluation/decide.js';
import type * as EffectiveModule from '../../src/access/evaluation/effective.js';
import { median, quantile, rounded } from '../report/statistics.ts';
import { built } from '../servers/built.ts';
import { AUDIENCE, largeWorld, PERMISSIONS } from './world.ts';

/** The time of one decision, in microseconds: the median over batches, and the slowest of a hundred. */
export interface DecisionResult {
  readonly question: string;
  readonly median: number;
  readonly p99: number;
}

export interface DecisionSize {
  readonly batches: number;
  readonly perBatch: number;
}

export const WHOLE_DECISIONS: DecisionSize = { batches: 200, perBatch: 100 };
export const FEW_DECISIONS: DecisionSize = { batches: 2, perBatch: 5 };

/** Decisions about the largest subject that we make a promise for, warm: results that depend only on the snapshot are cached. */
export async function decisions({ batches, perBatch }: DecisionSize): Promise<DecisionResult[]> {
  const { decide } = (await built('access/evaluation/decide.js')) as typeof DecideModule;
  const { effective } = (await built('access/evaluation/effective.js')) as typeof EffectiveModule;
  const { subject, snapshot } = largeWorld();
  const context = { at: Date.UTC(2026, 0, 1) };
  const asked = (permission: string) => () =>
    decide(subject, { audience: AUDIENCE, permission }, undefined, context, snapshot).allowed;
  const questions: readonly (readonly [question: string, ask: () => unknown, expected: unknown])[] = [
    ['decide: allowed by the first group', asked(PERMISSIONS.first), true],
    ['decide: allowed by one role alone', asked(PERMISSIONS.last), true],
    ['decide: denied', asked(PERMISSIONS.none), false],
    ['effective, with its permissions', () => effective(subject, context, snapshot).permissions(AUDIENCE).length, 101],
  ];
  return questions.map(([question, ask, expected]) => {
    if (ask() !== expected) throw new Error(`${question}: ${String(ask())} came, and ${String(expected)} is right.`);
    batch(ask, perBatch * 20); // compiled by then
    const took = Array.from({ length: batches }, () => batch(ask, perBatch));
    return { question, median: rounded(median(took), 1), p99: rounded(quantile(took, 0.99), 1) };
  });
}

/** Microseconds of each. */
function batch(ask: () => unknown, count: number): number {
  const began = performance.now();
  for (let done = 0; done < count; done++) ask();
  return ((performance.now() - began) / count) * 1000;
}
