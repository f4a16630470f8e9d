export {};

declare module '../base/problems/problem.js' {
  interface ProblemParams {
    'decision-name-form': NoParams;
    'event-subject-form': NoParams;
    'event-name-form': NoParams;
    'event-moment-form': NoParams;
    /** The event has not happened yet. */
    'event-ahead': { readonly at: string };
    /** The event happened before the days that are counted. */
    'event-too-old': { readonly at: string; readonly days: number };
    'idempotency-key-form': NoParams;
    /** The caller is several resource servers, and names none of them. */
    'audience-unnamed': { readonly audiences: readonly string[] };
  }
}
