import { Environment } from '@marcbachmann/cel-js';

/** What an expression may look at, by name, and of what type each is, in the words of CEL. */
export type Variables = Readonly<Record<string, string>>;

/** A condition somebody wrote: a CEL expression that is true or false (https://cel.dev). */
export interface Expression {
  readonly source: string;
  /** The variables that it looks at. */
  readonly uses: ReadonlySet<string>;
  /**
   * `missing`: it looked at something that is not there, an attribute that somebody does not have among it. Never throws, and takes no
   * longer than its size times the longest list.
   */
  evaluate(bindings: Readonly<Record<string, unknown>>): boolean | 'missing';
}

/** `fault` is a sentence for whoever wrote it. */
export type Compiled =
  { readonly ok: true; readonly value: Expression } | { readonly ok: false; readonly fault: string };

/** In characters. */
const LONGEST = 2000;
const LIMITS = { maxAstNodes: 200, maxDepth: 24, maxListElements: 100, maxMapEntries: 20, maxCallArguments: 4 };

/** Those whose work and result are no larger than what they are given: nothing here can be made to grow. */
const FUNCTIONS = [
  ...[
    'size',
    'has',
    'contains',
    'startsWith',
    'endsWith',
    'lowerAscii',
    'upperAscii',
    'trim',
    'string',
    'int',
    'double',
  ],
  ...['timestamp', 'duration', 'getFullYear', 'getMonth', 'getDate', 'getDayOfWeek', 'getHours', 'getMinutes'],
] as const;
/** Over the elements of a list. One within another would multiply. */
const OVER_LISTS = ['exists', 'all', 'exists_one'] as const;

/**
 * Reads an expression. Its cost is counted here, where it is written, and not while it runs: it is bounded in length, nodes, nesting and lists,
 * and calls nothing that could grow without bound.
 */
export function compileExpression(source: string, variables: Variables): Compiled {
  if (source.length > LONGEST) return fault(`it is longer than ${LONGEST} characters`);
  try {
    const parsed = environmentOf(variables).parse(source);
    const calls = found(parsed.ast, 0);
    if (typeof calls === 'string') return fault(calls);
    const { valid, type, error } = parsed.check();
    if (!valid) return fault(firstLine(error), known(variables));
    if (type !== 'bool') return fault(`it gives ${String(type)}, and must give true or false`);
    const uses = new Set(Object.keys(variables).filter((name) => calls.has(name)));
    return { ok: true, value: expressionOf(source, uses, (bindings) => parsed(bindings)) };
  } catch (error) {
    return fault(firstLine(error), known(variables));
  }
}

function expressionOf(
  source: string,
  uses: ReadonlySet<string>,
  run: (bindings: Record<string, unknown>) => unknown,
): Expression {
  return {
    source,
    uses,
    evaluate(bindings) {
      try {
        const value = run({ ...bindings });
        return typeof value === 'boolean' ? value : 'missing';
      } catch {
        // What is not there has no value, so the whole has none.
        return 'missing';
      }
    },
  };
}

const environments = new WeakMap<Variables, Environment>();

function environmentOf(variables: Variables): Environment {
  const before = environments.get(variables);
  if (before) return before;
  const made = new Environment({ limits: LIMITS });
  for (const [name, type] of Object.entries(variables)) made.registerVariable(name, type);
  environments.set(variables, made);
  return made;
}

/** The names that a tree mentions, or what is wrong with what it calls. */
function found(node: unknown, within: number, names = new Set<string>()): Set<string> | string {
  if (Array.isArray(node)) {
    for (const each of node) {
      const wrong = found(each, within, names);
      if (typeof wrong === 'string') return wrong;
    }
    return names;
  }
  if (typeof node !== 'object' || node === null || !('op' in node)) return names;
  const { op, args } = node as { readonly op: string; readonly args?: unknown };
  if (op === 'id' && typeof args === 'string') names.add(args);
  if ((op !== 'call' && op !== 'rcall') || !Array.isArray(args))
    return found(Array.isArray(args) ? args : [args], within, names);
  const [name, ...rest] = args as [unknown, ...unknown[]];
  const overList = OVER_LISTS.some((one) => one === name);
  if (!overList && !FUNCTIONS.some((one) => one === name)) {
    return `there is no function ${String(name)} here; there are ${[...FUNCTIONS, ...OVER_LISTS].join(', ')}`;
  }
  if (overList && within > 0)
    return `${String(name)} stands within another of ${OVER_LISTS.join(', ')}, which would multiply its cost`;
  return found(rest, within + (overList ? 1 : 0), names);
}

const fault = (why: string, more = ''): Compiled => ({
  ok: false,
  fault: `This is no expression that can be used: ${why}.${more}`,
});

const known = (variables: Variables): string => ` It may look at ${Object.keys(variables).join(', ')}.`;

const firstLine = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n')[0] ?? '').replace(/\.$/, '') : 'it can not be read';
