import type { ComputedClaimName } from './computed-claims.js';

declare module '../../base/problems/problem.js' {
  interface ProblemParams {
    'claim-form': NoParams;
    'claim-reserved': NoParams;
    'claim-twice': { readonly claim: string };
    'claims-twice': NoParams;
    'separator-of-list': NoParams;
    'invisible-characters': NoParams;
    'claim-needs-resource-server': NoParams;
    'claim-of-person': { readonly value: ComputedClaimName };
  }
}
