export {};

declare module '../../base/problems/problem.js' {
  interface ProblemParams {
    'user-id-form': NoParams;
    'user-id-taken': { readonly id: string };
    'line-expected': NoParams;
    'control-characters': NoParams;
    'web-address-expected': { readonly https: boolean };
    'birthdate-form': NoParams;
    'time-zone-unknown': NoParams;
    'language-unknown': NoParams;
    'phone-number-form': NoParams;
    'too-many-assignments': { readonly most: number };
    'assignment-id-twice': NoParams;
    'assignment-ends-first': { readonly id: string };
    'too-many-events': { readonly most: number };
    'subject-linked-already': { readonly connector: string };
    'too-many-links': { readonly most: number };
    'userstore-already': { readonly userstore: string };
    'move-needs-link': { readonly userstore: string };
    'move-needs-password': NoParams;
    'home-link': { readonly connector: string };
    'last-way-in': { readonly connector: string };
  }
}
