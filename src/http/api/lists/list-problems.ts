export {};

declare module '../../../base/problems/problem.js' {
  interface ProblemParams {
    /** A cursor of another list or caller, or one whose list has changed since. */
    'cursor-unknown': NoParams;
  }
}
