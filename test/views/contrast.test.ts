import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const css = readFileSync(join(import.meta.dirname, '../../views/styles.css'), 'utf8');
const [light = '', dark = ''] = css.split('@media (prefers-color-scheme: dark)');

const coloursOf = (sheet: string): Map<string, string> =>
  new Map([...sheet.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]));

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string): number =>
    [1, 3, 5]
      .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, i) => sum + part * ([0.2126, 0.7152, 0.0722][i] ?? 0), 0);
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

test.each([
  ['light', coloursOf(light)],
  ['dark', coloursOf(dark)],
])('every text and border of the %s pages stands out enough', (_name, colours) => {
  const ratio = (a: string, b: string): number => contrast(colours.get(a) ?? '', colours.get(b) ?? '');
  // 1.4.3: text 4.5; 1.4.11: what shows where a field or the focus is, 3.
  for (const [ink, ground, least] of [
    ['ink', 'card', 4.5],
    ['soft', 'card', 4.5],
    ['ink', 'note-ground', 4.5],
    ['error-ink', 'error-ground', 4.5],
    ['on-accent', 'accent', 4.5],
    ['on-accent', 'accent-strong', 4.5],
    ['field', 'card', 3],
    ['accent', 'card', 3],
  ] as const) {
    expect({ ink, ground, enough: ratio(ink, ground) >= least }).toEqual({ ink, ground, enough: true });
  }
});
