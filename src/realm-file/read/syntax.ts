import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import type { FileProblem } from './problem.js';
import { problem, type Problem, type ProblemPath } from '../../base/problems/problem.js';

/** A realm file as plain values, with the way back to its lines. */
export interface Syntax {
  readonly value: unknown;
  /** The line of a field, or of the nearest existing field around it. */
  readonly lineOf: (path: ProblemPath) => number;
}

/** In characters. A hundred thousand users fit; a larger file is a mistake or an attack. */
const LONGEST = 32 * 1024 * 1024;

export type Read<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** Reads YAML 1.2 without aliases: a few lines of them can expand beyond the available memory. */
export function readSyntax(text: string): Read<Syntax> {
  if (text.length > LONGEST) return refused(problem('file-too-long', [], { most: LONGEST }));
  const lines = new LineCounter();
  const document = parsed(text, lines);
  if (!document) return refused(problem('file-too-deep', [], {}));
  const lineAt = (offset: number | undefined): number => (offset === undefined ? 1 : lines.linePos(offset).line);
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return {
      ok: false,
      problems: faults.map(({ message, pos }) => ({
        line: lineAt(pos[0]),
        problem: problem('file-syntax', [], { said: message }),
      })),
    };
  }
  const aliases: FileProblem[] = [];
  visit(document, {
    Alias: (_, { range, source }) => {
      aliases.push({ line: lineAt(range?.[0]), problem: problem('file-alias', [], { alias: source }) });
    },
  });
  if (aliases.length > 0) return { ok: false, problems: aliases };

  return { ok: true, value: { value: document.toJS() ?? {}, lineOf: linesOf(text) } };
}

/** Parses the text again on demand: its syntax tree takes a hundred times its size, and a valid file needs no line numbers. */
function linesOf(text: string): Syntax['lineOf'] {
  let nodes: { readonly root: Node | null | undefined; readonly lines: LineCounter } | undefined;
  return (path) => {
    if (!nodes) {
      const lines = new LineCounter();
      nodes = { root: parsed(text, lines)?.contents, lines };
    }
    const { root, lines } = nodes;
    const lineAt = (offset: number | undefined): number => (offset === undefined ? 1 : lines.linePos(offset).line);
    let node: unknown = root;
    let line = lineAt(root?.range?.[0]);
    for (const step of path) {
      const found = childOf(node, step);
      if (!found) return line;
      line = lineAt(found.at.range?.[0]);
      node = found.value;
    }
    return line;
  };
}

/** A field's value, and the node that marks its place: its name, or the list item itself. */
function childOf(node: unknown, step: PropertyKey): { readonly at: Node; readonly value: unknown } | undefined {
  if (isSeq(node) && typeof step === 'number') {
    const item = node.items[step];
    return isNode(item) ? { at: item, value: item } : undefined;
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
  return isNode(pair?.key) ? { at: pair.key, value: pair.value } : undefined;
}

const refused = (found: Problem): Read<never> => ({ ok: false, problems: [{ line: 1, problem: found }] });

/** Undefined if it nests deeper than the stack of the recursive parser allows. */
function parsed(text: string, lineCounter: LineCounter): Document | undefined {
  try {
    return parseDocument(text, { lineCounter, version: '1.2', prettyErrors: false, stringKeys: true });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
