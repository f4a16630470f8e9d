/** A colour in CSS notation: `#2a6357`. */
export type Colour = `#${string}`;

export const isColour = (text: string): text is Colour => /^#[0-9a-f]{6}$/i.test(text);

/** The background of the pages' cards in light and dark mode, as in views/styles.css. */
export const CARDS = { light: '#ffffff', dark: '#19211e' } as const satisfies Record<string, Colour>;
export type Card = keyof typeof CARDS;

/** The minimum contrast of text: WCAG 2.2, 1.4.3 (AA). */
export const READABLE = 4.5;

/** The contrast ratio of two colours, from 1 to 21 (WCAG 2.2). */
export function contrast(a: Colour, b: Colour): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

/** A mixture of two colours: share 0 is the first, 1 the second. */
export function mixed(from: Colour, to: Colour, share: number): Colour {
  const target = partsOf(to);
  const parts = partsOf(from).map((part, i) => Math.round(part + ((target[i] ?? 0) - part) * share));
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

const luminance = (colour: Colour): number =>
  partsOf(colour)
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, i) => sum + part * ([0.2126, 0.7152, 0.0722][i] ?? 0), 0);

const partsOf = (colour: Colour): number[] => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
