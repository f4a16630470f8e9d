import type { Locale } from '../../src/base/locale.js';
import { de } from './de.js';
import { en, type Texts } from './en.js';

/** Every language that pages come in. */
export const texts: Readonly<Record<Locale, Texts>> = { en, de };
