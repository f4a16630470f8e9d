/** The meaning of a reason: why the request was refused, and what to do about it. Short plain sentences. */
export interface ReasonText {
  readonly cause: string;
  readonly cure: string;
}
