/** Facts and requirements from which tests of the next step begin. */
import type { Facts, KnownUser, Missing } from '../../src/sign-in/flow/facts.js';
import type { Requirements } from '../../src/sign-in/flow/requirements.js';
import type { Step } from '../../src/sign-in/flow/step.js';

export const NOW = 1_800_000_000_000;
export const PASSWORD = 'urn:gatehouse:acr:password';
export const TWO_FACTOR = 'urn:gatehouse:acr:two-factor';
export const nothing: Missing = { scopes: [], claims: [], resourceScopes: {} };

export const nobody: Facts = {
  shownBefore: [],
  shownHere: [],
  chosenHere: false,
  consentedHere: false,
  missing: nothing,
};
export const user: KnownUser = {
  id: 'alice',
  username: 'alice',
  blocks: [],
  userstore: 'primary',
  signOutEpoch: 0,
  ...{ secondFactor: 'may-enrol', available: [], enrollable: [] },
  requiredLevel: PASSWORD,
  owes: [],
};
export const aliceAt = (at: number): Facts => ({ ...nobody, user, shownBefore: [{ method: 'pwd', at }] });
export const alice = aliceAt(NOW - 60_000);
export const here = (facts: Facts): Facts => ({ ...facts, shownBefore: [], shownHere: facts.shownBefore });
export const withCode = (facts: Facts, at = NOW - 60_000): Facts => ({
  ...facts,
  shownBefore: [...facts.shownBefore, { method: 'otp', at }],
});
export const withCodeHere = (facts: Facts): Facts => ({
  ...facts,
  shownHere: [...facts.shownHere, { method: 'otp', at: NOW - 1000 }],
});
export const plain: Requirements = {
  login: false,
  choose: false,
  consent: false,
  alwaysSecondFactor: false,
  acrValues: [],
};
export const wants = (more: Partial<Requirements>): Requirements => ({ ...plain, ...more });
export const UNMET = 'refuse unmet_authentication_requirements';

export function inWords(step: Step): string {
  if (step.kind === 'refuse') return `refuse ${step.error}`;
  return step.kind === 'required-action' ? step.action : step.kind;
}
