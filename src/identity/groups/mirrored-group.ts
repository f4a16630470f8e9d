import { problem, type Problem, type ProblemPath } from '../../base/problems/problem.js';
import type { Group } from './group.js';

/** Why nobody but its connector may change this about a group; undefined if no connector mirrors it. Pure. */
export const mirroredFault = (
  { name, connector }: Pick<Group, 'name' | 'connector'>,
  path: ProblemPath = [],
): Problem | undefined =>
  connector === undefined ? undefined : problem('group-is-mirrored', path, { name, connector });
