import type { VNode } from 'preact';
import type { Locale } from '../../src/base/locale.js';
import type { Texts } from '../locales/en.js';

/** The words of one authenticator on the page that asks for a second factor. */
export interface FactorWords {
  /** Its name in links and on other pages. */
  readonly name: string;
  readonly title: string;
  /** The label of the field. */
  readonly code: string;
  readonly explains: string;
  readonly errors: Readonly<Record<FactorError, string>>;
}

export type FactorError = 'code-missing' | 'wrong-code' | 'used-code';

/** The contents of a page that sets up a second factor. */
export interface EnrolmentShown {
  readonly why: (application: string) => string;
  /** How its secret gets into the app or device. */
  readonly instructions: VNode;
  /** The label of the field for its first code. */
  readonly confirm: string;
  /** Six digits and nothing else: a phone shows its digits to type. */
  readonly digits: boolean;
}

/** The language of a page. */
export interface InLanguage {
  readonly texts: Texts;
  readonly locale: Locale;
}
