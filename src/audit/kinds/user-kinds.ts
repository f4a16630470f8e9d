import { change, type RecordKind } from './record-kind.js';

const bob = { subjectKind: 'user', subjectId: 'bob' } as const;
const byBob = { ...bob, actorKind: 'user', actorId: 'bob' } as const;
const seller = {
  id: 'a1',
  kind: 'role',
  target: 'seller',
  grantedBy: 'user:ada',
  grantedAt: 1_796_000_000_000,
  validUntil: 1_796_600_000_000,
  limitations: [],
};

/** About the accounts of users. */
export const USER_KINDS = {
  'user.created': change('A user was created.', {
    ...bob,
    subject: { after: { username: 'bob', userstore: 'primary', blocks: [] } },
  }),
  'user.changed': {
    ...change('Fields of a user were changed, such as the blocks, the username or the profile.', {
      ...bob,
      actor: { address: '192.0.2.7', reason: 'left the company' },
      subject: { before: { blocks: [] }, after: { blocks: [{ by: 'administrator', since: 1_795_000_000_000 }] } },
    }),
    details: { connector: 'the connector by which fields were changed in the directory first' },
  },
  'user.removed': change('A user was removed.', { ...bob, subject: { before: { username: 'bob', blocks: [] } } }),
  'user.assignments-replaced': change(
    'Assignments of roles, permissions or groups to a user were added, changed or removed.',
    { ...bob, subject: { before: { assignments: [] }, after: { assignments: [seller] } } },
  ),
  'user.email-set': change('The e-mail address of a user was set, or verified.', {
    ...bob,
    subject: { before: { emailVerified: false }, after: { email: 'bob@example.com', emailVerified: true } },
  }),
  'user.email-removed': change('The e-mail address of a user was removed.', {
    ...bob,
    subject: { before: { email: 'bob@example.com', emailVerified: true }, after: { emailVerified: false } },
  }),
  'user.password-set': {
    when: 'A password was set. Neither it nor its hash is recorded.',
    outcomes: ['success'],
    details: { userstore: 'the userstore that keeps the password, if it is not `primary`' },
    example: { ...byBob, outcome: 'success' },
  },
  'user.password-change-required': change('A user was required to change the password at the next sign-in.', {
    ...bob,
    subject: { before: {}, after: { mustChangePassword: true } },
  }),
  'user.second-factor-enrolled': change('A second factor was enrolled.', {
    ...byBob,
    subject: { before: {}, after: { secondFactorMethods: ['totp'] } },
  }),
  'user.second-factor-replaced': change('A second factor was replaced by another of the same method.', {
    ...byBob,
    subject: { before: { secondFactorMethods: ['totp'] }, after: { secondFactorMethods: ['totp'] } },
  }),
  'user.second-factor-removed': change('A second factor was removed.', {
    ...bob,
    actor: { reason: 'lost the phone' },
    subject: { before: { secondFactorMethods: ['totp'] }, after: {} },
  }),
  'user.recovery-codes-renewed': change('A user received new recovery codes.', { ...byBob }),
  'user.recovery-code-used': change('A recovery code was used in place of a second factor.', { ...byBob }),
  'user.signed-out-everywhere': change('All sessions of a user were ended.', {
    ...bob,
    subject: { before: {}, after: { signedOutAt: 1_796_000_000_000 } },
  }),
  'user.linked': {
    ...change('A user was linked to an account of a connector.', {
      ...bob,
      details: { connector: 'corp' },
      subject: { after: { links: [{ connector: 'corp', subject: '5f7c2a4e-0d5b-4a39-8c1e-2f0d9f3b7a11' }] } },
    }),
    details: { connector: 'the id of the connector' },
  },
  'user.unlinked': change(
    'A link between a user and an account of a connector was removed, with the access that came by it.',
    {
      ...bob,
      subject: { before: { assignments: [] }, after: { assignments: [] } },
    },
  ),
  'user.link-suspended': {
    ...change('A connector no longer has the account of a user, or it is disabled there: it signs nobody in.', {
      ...bob,
      details: { connector: 'corp', standing: 'gone' },
      subject: {
        before: { blocks: [] },
        after: { blocks: [{ by: 'quarantine:corp', since: 1_796_000_000_000, reason: 'gone' }] },
      },
    }),
    details: {
      connector: 'the id of the connector',
      standing: '`gone`, `disabled` or `expired`, as the connector reports it',
    },
  },
  'user.link-resumed': {
    ...change('A connector has the account of a user again: it signs the user in.', {
      ...bob,
      details: { connector: 'corp' },
      subject: {
        before: { blocks: [{ by: 'quarantine:corp', since: 1_796_000_000_000, reason: 'gone' }] },
        after: { blocks: [] },
      },
    }),
    details: { connector: 'the id of the connector' },
  },
  'user.moved': change('A user was moved to another userstore, and signed out everywhere.', {
    ...bob,
    subject: { before: { userstore: 'primary' }, after: { userstore: 'corp' } },
  }),
  'user.unlocked': change('The delays after failed sign-ins of a user were lifted.', { ...bob }),
  'address.unlocked': change('The delays after failed sign-ins from a network were lifted.', {
    actorKind: 'host',
    actorId: 'root',
    subjectKind: 'address',
    subjectId: 'HPmVQ0oW2c1i8d0X1q3dJw',
    subject: { before: { network: '192.0.2.7' } },
  }),
} as const satisfies Record<string, RecordKind>;
