import type { ProblemParams } from '../base/problems/problem.js';

/** A sentence of each problem, for a person: what is wrong, and what would be right. A missing code does not compile. */
export type Sentences = { readonly [Code in keyof ProblemParams]: (params: ProblemParams[Code]) => string };
