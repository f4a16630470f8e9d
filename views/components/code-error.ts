import type { Texts } from '../locales/en.js';
import type { FactorError, FactorWords } from './factor-words.js';

/** Why a code, or its form, was refused. */
export type CodeError =
  | { readonly code: FactorError | keyof Texts['form']['errors'] }
  | { readonly code: 'throttled'; readonly seconds: number };

/** @param words of the authenticator whose code was asked for */
export function codeErrorInWords(
  error: CodeError,
  { secondFactor, form }: Texts,
  { errors }: Pick<FactorWords, 'errors'>,
): string {
  if (error.code === 'throttled') return secondFactor.throttled(form.wait(error.seconds));
  const { code } = error;
  return code === 'stale-form' || code === 'form-unreadable' ? form.errors[code] : errors[code];
}
