import type { ProblemParams } from '../base/problems/problem.js';

/** A sentence for each problem, which tells people the fault and the remedy. A missing code does not compile. */
export type Sentences = { readonly [Code in keyof ProblemParams]: (params: ProblemParams[Code]) => string };
