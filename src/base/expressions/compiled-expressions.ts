import {
  type Compiled,
  type CompiledExpression,
  compileExpression,
  compileText,
  type TextExpression,
  type Variables,
} from './expression.js';

/** Sources come from stored documents, of which a realm has few. The cache is cleared before it grows large. */
const MOST_KNOWN = 1000;

/** Compiles conditions over these variables, each source once. */
export const expressionsOver = (variables: Variables): ((source: string) => CompiledExpression) =>
  eachOnce((source) => compileExpression(source, variables));

/** Compiles expressions that give texts over these variables, each source once. */
export const textsOver = (variables: Variables): ((source: string) => Compiled<TextExpression>) =>
  eachOnce((source) => compileText(source, variables));

function eachOnce<T>(compile: (source: string) => T): (source: string) => T {
  const known = new Map<string, T>();
  return (source) => {
    const before = known.get(source);
    if (before !== undefined) return before;
    if (known.size >= MOST_KNOWN) known.clear();
    const compiled = compile(source);
    known.set(source, compiled);
    return compiled;
  };
}
