export {};

declare module '../base/problems/problem.js' {
  interface ProblemParams {
    'decision-name-form': NoParams;
    'event-subject-form': NoParams;
    'event-name-form': NoParams;
    'event-moment-form': NoParams;
  }
}
