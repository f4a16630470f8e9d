import { Environment } from '@marcbachmann/cel-js';
import { problem, type Problem } from '../problems/problem.js';
import type { ExpressionFault } from './expression-problems.js';
import { BOUNDS, type VariableNames, readBounds } from './expression-bounds.js';
import { AskedFunctions, type ExpressionValue, boundValue } from './expression-value.js';

/**
 * The variables of an expression with their CEL types. A variable may also be a set of functions, each with its parameter types
 * and an integer result; it is bound to those functions by name. Use one object for all expressions of a kind.
 */
export type Variables = Readonly<Record<string, string | AnsweredFunctions>>;
export interface AnsweredFunctions {
  readonly functions: Readonly<Record<string, readonly ('string' | 'int')[]>>;
}

/** A user-defined condition: a CEL expression that is true or false (https://cel.dev). */
export interface Expression {
  readonly source: string;
  /** The variables that it reads. */
  readonly uses: ReadonlySet<string>;
  /**
   * `missing`: it read a missing value, such as an attribute that a user does not have, or one that exceeds BOUNDS. Equal
   * bindings give equal results, whenever and wherever. Never throws.
   */
  evaluate(bindings: Readonly<Record<string, unknown>>): boolean | 'missing';
}

/** A CEL expression that gives a text. */
export interface TextExpression {
  readonly source: string;
  /** The text; undefined where a condition is `missing`. Never throws. */
  text(bindings: Readonly<Record<string, unknown>>): string | undefined;
}

export type Compiled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Problem };
export type CompiledExpression = Compiled<Expression>;

/**
 * Compiles a condition. Its worst-case cost, for the largest permitted values, is counted here and not while it runs. Never
 * throws.
 */
export function compileExpression(source: string, variables: Variables): CompiledExpression {
  const compiled = compileRun(source, variables, 'bool');
  if (!compiled.ok) return compiled;
  const { uses, run } = compiled.value;
  const evaluate: Expression['evaluate'] = (bindings) => {
    const value = run(bindings);
    return typeof value === 'boolean' ? value : 'missing';
  };
  return { ok: true, value: { source, uses, evaluate } };
}

/** Like {@link compileExpression}, for an expression that gives a text. */
export function compileText(source: string, variables: Variables): Compiled<TextExpression> {
  const compiled = compileRun(source, variables, 'string');
  if (!compiled.ok) return compiled;
  const { run } = compiled.value;
  const text: TextExpression['text'] = (bindings) => {
    const value = run(bindings);
    return typeof value === 'string' ? value : undefined;
  };
  return { ok: true, value: { source, text } };
}

interface RunningExpression {
  readonly uses: ReadonlySet<string>;
  /** Undefined if the expression has no value. Never throws. */
  readonly run: (bindings: Readonly<Record<string, unknown>>) => unknown;
}

function compileRun(source: string, variables: Variables, wanted: 'bool' | 'string'): Compiled<RunningExpression> {
  if (source.length > BOUNDS.characters) return fault({ is: 'too-long', most: BOUNDS.characters });
  try {
    const { environment, names, answering } = environmentOf(variables);
    const parsed = environment.parse(source);
    const bounds = readBounds(parsed.ast, names);
    if ('fault' in bounds) return fault(bounds.fault, variables);
    const { valid, type, error } = parsed.check();
    if (!valid) return fault(faultOf(error), variables);
    if (type !== wanted) return fault({ is: wanted === 'bool' ? 'no-condition' : 'no-text', type: String(type) });
    return { ok: true, value: running(bounds.uses, answering, (bindings) => parsed(bindings)) };
  } catch (error) {
    return fault(faultOf(error), variables);
  }
}

function running(
  uses: ReadonlySet<string>,
  answering: PreparedEnvironment['answering'],
  run: (bindings: Record<string, unknown>) => unknown,
): RunningExpression {
  return {
    uses,
    run(bindings) {
      try {
        const bound: [string, ExpressionValue | AskedFunctions][] = [];
        for (const name of uses) {
          const value = Object.hasOwn(bindings, name) ? bindings[name] : undefined;
          const Answering = answering.get(name);
          if (value !== undefined) bound.push([name, Answering ? new Answering(value) : boundValue(value)]);
        }
        return run(Object.fromEntries(bound));
      } catch {
        // A missing variable has no value, so the expression has none.
        return undefined;
      }
    },
  };
}

interface PreparedEnvironment {
  readonly environment: Environment;
  readonly names: VariableNames;
  /** The library identifies types by class, so each variable with functions has a class of its own. */
  readonly answering: ReadonlyMap<string, typeof AskedFunctions>;
}

const environments = new WeakMap<Variables, PreparedEnvironment>();

function environmentOf(variables: Variables): PreparedEnvironment {
  const before = environments.get(variables);
  if (before) return before;
  const environment = new Environment({
    limits: {
      maxAstNodes: BOUNDS.nodes,
      maxDepth: BOUNDS.depth,
      maxListElements: BOUNDS.listed,
      maxMapEntries: BOUNDS.entries,
      maxCallArguments: 4,
    },
  });
  const names = new Map<string, readonly string[]>();
  const answering = new Map<string, typeof AskedFunctions>();
  for (const [name, type] of Object.entries(variables)) {
    names.set(name, typeof type === 'string' ? [] : Object.keys(type.functions));
    if (typeof type === 'string') environment.registerVariable(name, type);
    else answering.set(name, answerFunctions(environment, name, type));
  }
  const made = { environment, names, answering };
  environments.set(variables, made);
  return made;
}

function answerFunctions(
  environment: Environment,
  name: string,
  { functions }: AnsweredFunctions,
): typeof AskedFunctions {
  const type = `Of${name}`;
  class Answering extends AskedFunctions {}
  environment.registerType(type, { ctor: Answering, fields: {} });
  environment.registerVariable(name, type);
  for (const [of, takes] of Object.entries(functions)) {
    environment.registerFunction(
      `${type}.${of}(${takes.join(', ')}): int`,
      (self: AskedFunctions, ...args: unknown[]) => self.ask(of, args),
    );
  }
  return Answering;
}

/** @param variables named where that helps */
const fault = (why: ExpressionFault, variables?: Variables): Compiled<never> => ({
  ok: false,
  fault: problem('expression', [], { fault: why, ...(variables && { variables: Object.keys(variables) }) }),
});

/** The first line of the library's message is for people; the others draw the place. */
function faultOf(error: unknown): ExpressionFault {
  if (error instanceof RangeError) return { is: 'nested-too-deeply' };
  if (!(error instanceof Error)) return { is: 'unreadable' };
  return { is: 'wrong', said: (error.message.split('\n')[0] ?? '').replace(/\.$/, '') };
}
