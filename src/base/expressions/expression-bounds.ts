import type { ASTNode } from '@marcbachmann/cel-js';
import { nearest } from '../text/nearest-word.js';
import type { ExpressionFault } from './expression-problems.js';

/** The limits of an expression, and of the values that it reads. Anything beyond them is refused, never truncated. */
export const BOUNDS = {
  characters: 2000,
  nodes: 200,
  depth: 24,
  /** The length of a literal list or record. */
  listed: 100,
  entries: 20,
  /** The length of one list or record value. */
  items: 100,
  /** The total size of one value. */
  parts: 500,
  /** The length of one text. */
  text: 1000,
  steps: 100_000,
} as const;

/** The names in an expression: variables, and the functions of those that have functions. */
export type VariableNames = ReadonlyMap<string, readonly string[]>;

/** A test over every item of a list. Macros that create lists (`map`, `filter`) are excluded: nothing here grows. */
const OVER_ITEMS = ['exists', 'all', 'exists_one'];

/**
 * The cost of a call without its arguments. Excluded are `matches`, whose time no count bounds, and functions that create lists
 * (`split`, `join`).
 */
const CALLS: ReadonlyMap<string, number> = new Map([
  ...['size', 'has'].map((name) => [name, 1] as const),
  ...['startsWith', 'endsWith', 'lowerAscii', 'upperAscii', 'trim', 'string', 'int', 'double'].map(
    (name) => [name, 10] as const,
  ),
  ...['timestamp', 'duration'].map((name) => [name, 10] as const),
  ['contains', 100],
]);

/** The parts of a timestamp. */
const OF_TIME: ReadonlySet<string> = new Set([
  'getFullYear',
  'getMonth',
  'getDate',
  'getDayOfWeek',
  'getHours',
  'getMinutes',
]);

/** With a zone: without one the library uses the machine's zone. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

class RefusedExpression extends Error {
  readonly fault: ExpressionFault;

  constructor(fault: ExpressionFault) {
    super(fault.is);
    this.fault = fault;
  }
}

/**
 * Counts the worst-case cost of evaluating the expression, for all values within {@link BOUNDS}, and checks all names in it.
 *
 * @returns the variables that it reads, or why it is refused
 */
export function readBounds(
  ast: ASTNode,
  names: VariableNames,
): { readonly uses: ReadonlySet<string> } | { readonly fault: ExpressionFault } {
  const uses = new Set<string>();
  try {
    const steps = costOf(ast, { names, uses, items: new Set() });
    if (steps <= BOUNDS.steps) return { uses };
    return { fault: { is: 'too-dear', steps, most: BOUNDS.steps } };
  } catch (error) {
    if (error instanceof RefusedExpression) return { fault: error.fault };
    throw error;
  }
}

interface Scope {
  readonly names: VariableNames;
  readonly uses: Set<string>;
  /** The names that list macros define for the current item. */
  readonly items: ReadonlySet<string>;
}

function costOf(node: ASTNode, scope: Scope): number {
  const sum = (nodes: readonly ASTNode[]): number => nodes.reduce((cost, one) => cost + costOf(one, scope), 1);
  switch (node.op) {
    case 'value':
      if (typeof node.args === 'object' && node.args !== null) throw new RefusedExpression({ is: 'bytes' });
      return 1;
    case 'id':
      seeVariable(node.args, scope);
      return 1;
    case '.':
      return sum([node.args[0]]);
    case 'call':
      return callCost(...node.args) + sum(node.args[1]);
    case 'rcall':
      return methodCost(node.args, scope);
    case '[]':
    case 'list':
    case '?:':
      return sum(node.args);
    case 'map':
      return sum(node.args.flat());
    case '!_':
    case '-_':
      return sum([node.args]);
    case '==':
    case '!=': {
      const [left, right] = node.args.map(partsOf);
      return Math.min(left ?? 1, right ?? 1) + sum(node.args);
    }
    case 'in':
      return partsOf(node.args[1]) + sum(node.args);
    case '+':
      return 10 + sum(node.args);
    case '||':
    case '&&':
    case '-':
    case '*':
    case '/':
    case '%':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return sum(node.args);
    case '.?':
    case '[?]':
      throw new RefusedExpression({ is: 'optional-fields' });
  }
}

function callCost(name: string, args: readonly ASTNode[]): number {
  const cost = CALLS.get(name);
  if (cost === undefined) throw new RefusedExpression(noSuch('function', name, known));
  const [only] = args;
  if (name === 'timestamp' && !(only?.op === 'value' && typeof only.args === 'string' && MOMENT.test(only.args)))
    throw new RefusedExpression({ is: 'timestamp' });
  return cost;
}

const known = [...CALLS.keys(), ...OF_TIME, ...OVER_ITEMS];

function methodCost([name, of, args]: [string, ASTNode, ASTNode[]], scope: Scope): number {
  const sum = (nodes: readonly ASTNode[]): number => nodes.reduce((cost, one) => cost + costOf(one, scope), 1);
  const functionNames = of.op === 'id' && !scope.items.has(of.args) ? (scope.names.get(of.args) ?? []) : [];
  if (functionNames.length > 0) {
    if (!functionNames.includes(name)) throw new RefusedExpression(noSuch('function', name, functionNames));
    return 100 + sum([of, ...args]);
  }
  if (OF_TIME.has(name)) {
    // The library converts to any other zone through that of the machine.
    if (args.length > 0) throw new RefusedExpression({ is: 'zone', name });
    return 10 + sum([of]);
  }
  const [item, test] = args;
  if (!OVER_ITEMS.includes(name) || item?.op !== 'id' || !test) return callCost(name, args) + sum([of, ...args]);
  if (scope.names.has(item.args) || scope.items.has(item.args))
    throw new RefusedExpression({ is: 'name-in-use', name: item.args, test: name });
  const inside = { ...scope, items: new Set([...scope.items, item.args]) };
  return costOf(of, scope) + itemsOf(of) * (1 + costOf(test, inside));
}

/** The maximum number of items of a list. */
function itemsOf(node: ASTNode): number {
  if (node.op === 'list') return node.args.length;
  if (node.op === '+') return itemsOf(node.args[0]) + itemsOf(node.args[1]);
  return node.op === '?:' ? Math.max(itemsOf(node.args[1]), itemsOf(node.args[2])) : BOUNDS.items;
}

/** The maximum number of values within a value, including itself. */
function partsOf(node: ASTNode): number {
  if (node.op === 'id' || node.op === '.' || node.op === '[]') return BOUNDS.parts;
  if (node.op === 'list') return node.args.reduce((parts, one) => parts + partsOf(one), 1);
  if (node.op === 'map') return node.args.flat().reduce((parts, one) => parts + partsOf(one), 1);
  if (node.op === '+') return partsOf(node.args[0]) + partsOf(node.args[1]);
  return node.op === '?:' ? Math.max(partsOf(node.args[1]), partsOf(node.args[2])) : 1;
}

function seeVariable(name: string, { names, uses, items }: Scope): void {
  if (items.has(name)) return;
  if (!names.has(name)) throw new RefusedExpression(noSuch('variable', name, [...names.keys()]));
  uses.add(name);
}

function noSuch(what: 'function' | 'variable', written: string, names: readonly string[]): ExpressionFault {
  const name = written.slice(0, 100);
  const meant = nearest(name, names);
  return { is: 'unknown-name', what, name, known: names, ...(meant !== undefined && { meant }) };
}
