import { change, type RecordKind } from './record-kind.js';

const bob = { subjectKind: 'user', subjectId: 'bob' } as const;
const byBob = { actorKind: 'user', actorId: 'bob', clientId: 'shop' } as const;
const scopes = { userId: 'bob', clientId: 'shop', scopes: ['openid', 'email'], resourceScopes: [] };

/** About sign-ins, sessions and consents. */
export const SIGN_IN_KINDS = {
  'sign-in': {
    when: 'Somebody signed in, raised the level of a session (step-up), or failed to.',
    outcomes: ['success', 'failure'],
    why: {
      'wrong-credentials': 'The password was wrong, or no user has the name; then there is no subject.',
      'wrong-code': 'The code of the second factor was wrong.',
      'used-code': 'The code of the second factor was used before.',
      locked: 'The userstore has locked the account.',
      disabled: 'The userstore has disabled the account.',
      expired: 'The account has expired in the userstore.',
      'must-change': 'The userstore requires a new password.',
      'not-allowed': 'The userstore allows no sign-in here, or the user is unknown to Gatehouse.',
      'link-suspended': 'The connector had no such account at its last synchronization, and the user lives elsewhere.',
      'rule-domains': 'The verified address is of no domain that the rules of the connector name, or there is none.',
      'rule-claims': 'A claim has none of the values that the rules of the connector name, or is missing.',
      'rule-max-age': 'The sign-in elsewhere is older than the rules of the connector allow, or of unknown age.',
      denied: 'The userstore refused without a reason.',
      throttled: 'Too many attempts failed before, so the password or code was not checked.',
      overloaded: 'Too many passwords were waiting to be checked, so this one was not.',
      'not-offered': 'The typed name asks for a userstore that the client does not offer.',
      unavailable: 'The userstore could not be reached, so the password was not checked.',
      'upstream-error': 'The userstore gave no answer that can be used.',
      misconfigured: 'The settings of the userstore are wrong.',
      access_denied: 'The user is disabled.',
      login_required: 'Another user than the requested one signed in.',
      unmet_authentication_requirements: 'The user cannot reach the required level.',
      cancelled: 'The person cancelled.',
    },
    details: {
      methods: 'the methods that were shown, as in the claim `amr` (RFC 8176)',
      userstore: 'the userstore of the user',
      connector: 'the connector that checked the password, or to which the person went',
      typed: 'the keyed hash of a typed name that no user has, or that was not looked up',
      stepUp: '`true` if the session existed and only its level was raised',
    },
    example: {
      ...byBob,
      ...bob,
      outcome: 'success',
      details: { methods: ['pwd', 'otp', 'mfa'], userstore: 'primary', connector: 'primary' },
      actor: {
        address: '198.51.100.4',
        agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
        device: { browser: 'Firefox', system: 'Linux' },
      },
      subject: { name: 'bob' },
    },
  },
  'session.ended': {
    when: 'A session was ended, or all sessions of a user. A session that expires leaves no record.',
    outcomes: ['success'],
    details: {
      cause:
        '`sign-out`, `other-sign-in` (somebody else signed in in the same browser), `ended-by-user` (from another session), ' +
        '`upstream-sign-out` (at the identity provider by which the session began), `administrator`, `signed-out-everywhere`, `password-change`, `second-factor-change`, `user-disabled`, ' +
        '`user-removed` or `user-erased`',
      session: 'the id of the session, which grants nothing',
      all: '`true` if all sessions of the user were ended; the session in which the change was made may have been kept',
    },
    example: {
      actorKind: 'user',
      actorId: 'bob',
      ...bob,
      outcome: 'success',
      details: { cause: 'password-change', all: true },
      actor: { address: '198.51.100.4' },
    },
  },
  'consent.given': change('A user allowed a client the requested scopes and claims.', {
    ...byBob,
    ...bob,
    subject: { after: scopes },
  }),
  'consent.denied': {
    when: 'A user was asked for consent and denied it.',
    outcomes: ['failure'],
    why: { 'consent-denied': 'The person chose not to allow it.' },
    details: { scopes: 'the scopes that were asked for', resourceScopes: 'the same, by resource server' },
    example: {
      ...byBob,
      ...bob,
      outcome: 'failure',
      why: 'consent-denied',
      details: { scopes: ['email'], resourceScopes: { 'https://orders.example': ['orders:read'] } },
    },
  },
  'consent.withdrawn': change('A consent was withdrawn, and its grants were revoked.', {
    ...byBob,
    ...bob,
    subject: { before: scopes },
  }),
  'back-channel-logout': {
    when: 'An application could not be notified that a session had ended.',
    outcomes: ['failure'],
    why: { 'logout-not-delivered': 'Every attempt failed.' },
    details: { attempts: 'how often it was tried', failure: 'what the last attempt met' },
    example: {
      actorKind: 'system',
      actorId: 'outbox',
      ...bob,
      outcome: 'failure',
      why: 'logout-not-delivered',
      clientId: 'shop',
      details: { attempts: 20, failure: 'it answered 500' },
    },
  },
} as const satisfies Record<string, RecordKind>;
