import type { ProblemParams } from '../base/problems/problem.js';

/** A sentence for each problem, which tells people the fault and the remedy. A missing code does not compile. */
export type Sentences = { readonly [Code in keyof ProblemParams]: (params: ProblemParams[Code]) => string };

/** The words for each fault of a problem about a connector, by its name. */
export type FaultWords<Code extends 'directory-not-written' | 'directory-password-not-set'> = Readonly<
  Record<ProblemParams[Code]['fault'], (connector: string) => string>
>;
