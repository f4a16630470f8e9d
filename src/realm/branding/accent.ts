import { z } from 'zod';
import { problem, type Problem } from '../../base/problems/problem.js';
import { refusing } from '../../base/problems/read-input.js';
import { CARDS, type Card, type Colour, contrast, isColour, mixed, READABLE } from '../../base/colour.js';

/** The default colour of buttons and links. */
export const OUR_ACCENT = '#2a6357';

/** Refused if it is unreadable on our pages; the message gives the contrast and a colour that would pass. */
export const lightAccent = z.string().superRefine(refusing((colour) => faultOf(colour, 'light')));

/** The same for dark mode, or `auto`. */
export const darkAccent = z
  .string()
  .superRefine(refusing((colour) => (colour === 'auto' ? undefined : faultOf(colour, 'dark'))));

function faultOf(colour: string, card: Card): Problem | undefined {
  if (!isColour(colour)) return problem('colour-form', [], {});
  const ratio = contrast(colour, CARDS[card]);
  if (ratio >= READABLE) return undefined;
  return problem('colour-contrast', [], {
    card,
    background: CARDS[card],
    ratio: floored(ratio),
    needed: READABLE,
    readable: readable(colour, card),
  });
}

/** The nearest readable colour towards black or white. */
export function readable(colour: Colour, card: Card): Colour {
  const end = card === 'light' ? '#000000' : '#ffffff';
  for (let share = 0; share < 1; share += 0.02) {
    const nearer = mixed(colour, end, share);
    if (contrast(nearer, CARDS[card]) >= READABLE) return nearer;
  }
  return end;
}

/** Rounded down: 4.499 is not 4.5. */
const floored = (ratio: number): string => (Math.floor(ratio * 100) / 100).toFixed(2);
