import { z } from 'zod';
import { lineFault, linesFault, nameFault } from './text-faults.js';

const checked = (what: string, most: number, fault: (text: string) => string | undefined) =>
  z
    .string()
    .max(most, `${what} has ${most} characters at most.`)
    .superRefine((text, context) => {
      const found = text.length > most ? undefined : fault(text);
      if (found !== undefined) context.addIssue({ code: 'custom', message: `${what} ${found}` });
    });

/** A displayed line; surrounding spaces are removed. `what` begins the sentence that refuses one: "A reason". */
export const lineInput = (what: string, most: number) =>
  z
    .string()
    .trim()
    .pipe(checked(what, most, lineFault));

/** Any number of lines, possibly none. */
export const linesInput = (what: string, most: number) => checked(what, most, linesFault);

/** A name that grants access (see {@link nameFault}). */
export const nameInput = (what: string, most: number) => checked(what, most, nameFault);
