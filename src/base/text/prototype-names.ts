import { problem, type Problem } from '../problems/problem.js';

/** The names that every plain object inherits (ECMAScript 20.1.3, B.2.2). */
const PROTOTYPE_NAMES: ReadonlySet<string> = new Set([
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  'toString',
  'valueOf',
]);

/**
 * Whether every plain object has a property of this name. Libraries use ids and claim names as keys of plain objects, so no
 * client, claim, attribute or permission may have such a name.
 */
export const isPrototypeName = (name: string): boolean => PROTOTYPE_NAMES.has(name);

/** The problem of such a name. */
export const prototypeNameFault = (name: string): Problem | undefined =>
  isPrototypeName(name) ? problem('prototype-name', [], { name }) : undefined;
