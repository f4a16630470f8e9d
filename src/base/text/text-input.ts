import { z } from 'zod';
import { problem, type Problem } from '../problems/problem.js';
import { refusing } from '../problems/read-input.js';
import { lineFault, linesFault, nameFault } from './text-faults.js';
import type { TextName } from './text-problems.js';

const checked = (name: TextName, most: number, fault: (name: TextName, text: string) => Problem | undefined) =>
  z
    .string()
    .superRefine(
      refusing((text) => (text.length > most ? problem('text-too-long', [], { text: name, most }) : fault(name, text))),
    );

/** A displayed line; surrounding spaces are removed. `what` begins the sentence that refuses one: "A reason". */
export const lineInput = (name: TextName, most: number) =>
  z
    .string()
    .trim()
    .pipe(checked(name, most, lineFault));

/** Any number of lines, possibly none. */
export const linesInput = (name: TextName, most: number) => checked(name, most, linesFault);

/** A name that grants access (see {@link nameFault}). */
export const nameInput = (name: TextName, most: number) => checked(name, most, nameFault);
