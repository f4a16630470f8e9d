import { problem, type Problem } from '../../../base/problems/problem.js';

/** Stands for 1 to {@link LONGEST_PART} characters. */
const PLACEHOLDER = '{}';
const LONGEST_PART = 255;
const MOST_PLACEHOLDERS = 5;

/** Why this is no pattern: literal text with placeholders, two of which never touch; undefined if it is one. */
export function patternFault(pattern: string): Problem | undefined {
  const literals = pattern.split(PLACEHOLDER);
  const isUsable =
    literals.length > 1 &&
    literals.length <= MOST_PLACEHOLDERS + 1 &&
    // Between two that touch, nothing says where one ends.
    literals.slice(1, -1).every((literal) => literal !== '');
  return isUsable ? undefined : problem('mapping-pattern-form', [], { most: MOST_PLACEHOLDERS });
}

/** Why a template can not be filled from a pattern with this number of placeholders; undefined if it can. */
export function templateFault(template: string, most: number): Problem | undefined {
  return countPlaceholders(template) > most ? problem('mapping-template-form', [], { most }) : undefined;
}

/**
 * The text of each placeholder if the pattern covers the whole text. A placeholder takes as little as it can, the last one all
 * that remains, and no other division is tried. Compares exactly, case included. Linear in the length of the text.
 */
export function matchPattern(pattern: string, text: string): readonly string[] | undefined {
  const [first = '', ...rest] = pattern.split(PLACEHOLDER);
  const last = rest.pop();
  if (last === undefined) return text === pattern ? [] : undefined;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return undefined;
  const end = text.length - last.length;
  const parts: string[] = [];
  let at = first.length;
  for (const literal of rest) {
    // One character at least is the placeholder's.
    const found = text.indexOf(literal, at + 1);
    if (found === -1 || found + literal.length > end) return undefined;
    parts.push(text.slice(at, found));
    at = found + literal.length;
  }
  parts.push(text.slice(at, end));
  return parts.every((part) => part !== '' && part.length <= LONGEST_PART) ? parts : undefined;
}

/** What follows the prefix in the text: 1 to 255 characters. */
export function matchPrefix(prefix: string, text: string): string | undefined {
  const rest = text.slice(prefix.length);
  return text.startsWith(prefix) && rest !== '' && rest.length <= LONGEST_PART ? rest : undefined;
}

/** The template with its placeholders replaced, in their order. Text that is put in is never read as a placeholder. */
export function fillTemplate(template: string, parts: readonly string[]): string {
  const [first = '', ...rest] = template.split(PLACEHOLDER);
  return rest.reduce((filled, literal, at) => filled + (parts[at] ?? '') + literal, first);
}

export const countPlaceholders = (text: string): number => text.split(PLACEHOLDER).length - 1;
