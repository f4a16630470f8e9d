import type { Texts } from '../locales/en.js';

/** Why a code, or its form, was refused. */
export type CodeError =
  | { readonly code: Exclude<keyof Texts['secondFactor']['errors'], 'throttled'> | keyof Texts['form']['errors'] }
  | { readonly code: 'throttled'; readonly seconds: number };

export function codeErrorInWords(error: CodeError, { secondFactor, form }: Texts): string {
  if (error.code === 'throttled') return secondFactor.errors.throttled(form.wait(error.seconds));
  const { code } = error;
  return code === 'stale-form' || code === 'form-unreadable' ? form.errors[code] : secondFactor.errors[code];
}
