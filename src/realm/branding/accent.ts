import { z } from 'zod';
import { CARDS, type Card, type Colour, contrast, isColour, mixed, READABLE } from '../../base/colour.js';

/** The default colour of buttons and links. */
export const OUR_ACCENT = '#2a6357';

/** Refused if it is unreadable on our pages; the message gives the contrast and a colour that would pass. */
export const lightAccent = z.string().superRefine((colour, context) => {
  const fault = faultOf(colour, 'light');
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
});

/** The same for dark mode, or `auto`. */
export const darkAccent = z.string().superRefine((colour, context) => {
  const fault = colour === 'auto' ? undefined : faultOf(colour, 'dark');
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
});

function faultOf(colour: string, card: Card): string | undefined {
  if (!isColour(colour)) return 'Write a colour as #rrggbb, in hexadecimal.';
  const ratio = contrast(colour, CARDS[card]);
  if (ratio >= READABLE) return undefined;
  return (
    `Its contrast on the ${card} page (${CARDS[card]}) is ${floored(ratio)} to 1, and text needs ${READABLE} to 1 ` +
    `(WCAG 2.2 AA). Take a ${card === 'light' ? 'darker' : 'lighter'} one: ${readable(colour, card)} would do.`
  );
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
