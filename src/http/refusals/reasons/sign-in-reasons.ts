import type { ReasonText } from './reason-text.js';

/** About signing in. */
export const SIGN_IN_REASONS = {
  'wrong-password': {
    cause: 'The password is wrong.',
    cure: 'The person types it again, or gets another one.',
  },
  'unknown-user': {
    cause: 'No user has the name that was typed.',
    cure: 'Compare the username and the verified e-mail address of the person.',
  },
  'userstore-failed': {
    cause: 'The userstore could not check the password: it does not answer, or it is not set up correctly.',
    cure: 'Read the reason in the log line, and test the userstore.',
  },
  'userstore-not-offered': {
    cause: 'The typed name asks for a userstore that the client does not offer, or that is not the one of `idp_hint`.',
    cure: 'Compare the `connectors` of the client, and `idp_hint`, with the userstore that the name asks for by its prefix or e-mail domain.',
  },
  'userstore-refused': {
    cause: 'The userstore of the person refuses the sign-in: the account there is locked, disabled or expired.',
    cure: 'Look at the account in the userstore.',
  },
  'connector-rule': {
    cause: 'A rule of the connector does not admit the account.',
    cure: 'Compare `rules` of the connector with the account there: `gatehouse connector explain` shows the outcome of each.',
  },
  'upstream-answer-refused': {
    cause: 'A browser came back from an identity provider with an answer that leads to no sign-in here.',
    cure: 'Look up the code in parentheses in docs/federation/openid-connect.md or saml.md. Look for an attack if it repeats.',
  },
  'upstream-logout-refused': {
    cause: 'A logout that came for a connector is not one of its identity provider, or cannot be checked now.',
    cure: 'Look up the code in parentheses in docs/federation/openid-connect.md or saml.md. Look for an attack if it repeats.',
  },
  'user-disabled': {
    cause: 'The user is disabled.',
    cure: 'Enable the user.',
  },
  'user-not-allowed': {
    cause: 'The person may not sign in here, or not at this level.',
    cure: 'Read the requirements of the client and of the roles of the person.',
  },
  'sign-in-throttled': {
    cause: 'Too many sign-ins failed for this name or address.',
    cure: 'Wait, or lift the delay with `gatehouse throttle`.',
  },
  'wrong-code': {
    cause: 'The code of the second factor is wrong.',
    cure: 'Compare the clock of the phone, or reset the second factor.',
  },
  'used-code': {
    cause: 'The code of the second factor was used before.',
    cure: 'Wait for the next code.',
  },
  overloaded: {
    cause: 'Too many passwords wait to be checked.',
    cure: 'Nothing is wrong with the request. Add processors, or look for an attack.',
  },

  'connector-test-refused': {
    cause: 'The link begins no test of a connector, or the answer belongs to none.',
    cure: 'Make a new link with `gatehouse connector test CONNECTOR --sign-in`.',
  },
  'account-link-refused': {
    cause: 'An account elsewhere was not linked to the account of the signed-in user.',
    cure: 'The field `error` names the connector and why. If it is `failed`, test the connector.',
  },
  'too-many-pending': {
    cause: 'Too many authorization requests from this address wait for an answer.',
    cure: 'Look for an application that begins sign-ins in a circle, or for an attack. They end within an hour.',
  },
  'request-too-large': {
    cause: 'The authorization request is longer than Gatehouse keeps.',
    cure: 'Send less: keep what `state` carries in the application, and name it by a short random value.',
  },
} as const satisfies Readonly<Record<string, ReasonText>>;
