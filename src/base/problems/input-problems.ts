/** A limit that a value exceeds. */
export interface InputLimit {
  /** The kind of the value: `string`, `array`, `number` ... */
  readonly of: string;
  readonly limit: number | string;
  /** The value may be as large as the limit itself. */
  readonly inclusive: boolean;
}

declare module './problem.js' {
  interface ProblemParams {
    /** A value of another kind than expected. */
    'wrong-type': { readonly expected: string; readonly received: string };
    /** The value is none of the possible ones. */
    'not-an-option': { readonly options: readonly (string | number | boolean | null)[] };
    'too-small': InputLimit;
    'too-big': InputLimit;
    'wrong-form': { readonly form: string; readonly pattern?: string };
    'not-a-multiple': { readonly of: number | string };
    'unknown-fields': { readonly fields: readonly string[] };
    'wrong-key': { readonly of: string };
    'wrong-element': { readonly of: string };
  }
}
