import { type CompiledExpression, compileExpression, type Variables } from './expression.js';

/** Sources come from stored documents, of which a realm has few. The cache is cleared before it grows large. */
const MOST_KNOWN = 1000;

/** Compiles expressions over these variables, each source once. */
export function expressionsOver(variables: Variables): (source: string) => CompiledExpression {
  const known = new Map<string, CompiledExpression>();
  return (source) => {
    const before = known.get(source);
    if (before) return before;
    if (known.size >= MOST_KNOWN) known.clear();
    const compiled = compileExpression(source, variables);
    known.set(source, compiled);
    return compiled;
  };
}
