import type { Locale } from '../../src/base/locale.js';
import { de } from './de.js';
import { en, type Texts } from './en.js';

/** Every language of the pages. */
export const texts: Readonly<Record<Locale, Texts>> = { en, de };
