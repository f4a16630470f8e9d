import { change, type RecordKind } from './record-kind.js';

const client = { subjectKind: 'client', subjectId: 'shop' } as const;
const server = { subjectKind: 'resource-server', subjectId: 'orders' } as const;
const connector = { subjectKind: 'connector', subjectId: 'corp' } as const;
const ring = { actorKind: 'system', actorId: 'keys', subjectKind: 'key-ring', subjectId: 'r1' } as const;
const settings = { subjectKind: 'settings', subjectId: 'settings' } as const;

const keys = (before: readonly string[], after: readonly string[]) => ({
  before: { use: 'signing', keys: [...before] },
  after: { use: 'signing', keys: [...after] },
});

const HASH = 'q3kLr0F9mOaVtYb1xKc2sWd8hZ5nUe7jPiGfT4vRyQM';
const RUN = '01a2b3c4d5e600000f1e2d3c4b5a6978';

const SYNC_DETAILS = {
  run: 'the id of the report (`gatehouse connector history`)',
  mode: '`full`, `incremental` or `preview`',
  counts: 'how many people the run read and changed; numbers that are 0 are left out',
  stops: 'how many reasons it has to stop',
  hash: 'of all its changes',
  reason: 'why it could not read everything, as a stable code',
};

/** About clients, resource servers, connectors, settings and keys. */
export const REALM_KINDS = {
  'client.created': change('A client was created.', { ...client, subject: { after: { name: 'Shop' } } }),
  'client.changed': change('Fields of a client were changed, such as its redirect URIs.', {
    ...client,
    subject: {
      before: { redirectUris: ['https://shop.example/cb'] },
      after: { redirectUris: ['https://shop.example/callback'] },
    },
  }),
  'client.secret-set': change('A client received a new secret, and all earlier ones ended.', { ...client }),
  'client.secret-added': change('A client received a further secret.', { ...client }),
  'client.secret-ended': change('A secret of a client was ended.', { ...client }),
  'client.assignments-replaced': change('Assignments to a client were added, changed or removed.', {
    ...client,
    subject: { before: { assignments: [] }, after: { assignments: [] } },
  }),
  'client.renamed': change('A client was created as the new name of another, which was removed.', {
    ...client,
    actor: { reason: 'was store' },
    subject: { after: { name: 'Shop' } },
  }),
  'client.removed': change('A client was removed.', { ...client, subject: { before: { name: 'Shop' } } }),
  'resource-server.created': change('A resource server was created.', {
    ...server,
    subject: { after: { identifier: 'https://orders.example', name: 'Orders' } },
  }),
  'resource-server.changed': change('A resource server was changed, such as its permissions.', {
    ...server,
    subject: { before: { accessTokenSeconds: 300 }, after: { accessTokenSeconds: 600 } },
  }),
  'resource-server.removed': change('A resource server was removed.', {
    ...server,
    subject: { before: { identifier: 'https://orders.example' } },
  }),
  'connector.created': change('A connector to a directory or identity provider was created.', {
    ...connector,
    subject: { after: { displayName: 'Example Corp', kind: 'ldap' } },
  }),
  'connector.changed': change('A connector was changed, enabled or disabled.', {
    ...connector,
    subject: { before: { enabled: true }, after: { enabled: false } },
  }),
  'connector.removed': change('A connector was removed.', {
    ...connector,
    subject: { before: { displayName: 'Example Corp', kind: 'ldap' } },
  }),
  'connector.confirmed': change('A synchronization has seen everybody of a connector, so the access from it goes on.', {
    ...{ actorKind: 'system', actorId: 'synchronization', ...connector },
    subject: {},
  }),
  'connector.synchronized': {
    when: 'A synchronization of a connector ended. Runs of the schedule with the same end leave one record.',
    outcomes: ['success', 'failure'],
    why: {
      stopped: 'It would have taken too much away, so it changed nothing and waits for an approval.',
      partial: 'Something could not be read, so nobody counts as gone.',
      failed: 'Nothing could be read.',
    },
    details: SYNC_DETAILS,
    example: {
      ...{ actorKind: 'system', actorId: 'synchronization', ...connector, outcome: 'success' },
      details: { run: RUN, mode: 'incremental', counts: { read: 12, new: 1, changed: 2 }, hash: HASH },
    },
  },
  'connector.synchronization-previewed': {
    when: 'Somebody looked at what a synchronization of a connector would do. Nothing was changed.',
    outcomes: ['success', 'failure'],
    why: { partial: 'Something could not be read.', failed: 'Nothing could be read.' },
    details: SYNC_DETAILS,
    example: {
      ...{ actorKind: 'host', actorId: 'root', ...connector, outcome: 'success' },
      details: { run: RUN, mode: 'preview', counts: { read: 12, gone: 11 }, stops: 1, hash: HASH },
    },
  },
  'connector.synchronization-approved': {
    when: 'Somebody allowed a synchronization to make the changes that were shown to them.',
    outcomes: ['success'],
    details: { hash: 'the hash of the changes' },
    example: {
      ...{ actorKind: 'host', actorId: 'root', ...connector, outcome: 'success' },
      actor: { reason: 'the branch in Rome was closed' },
      details: { hash: HASH },
    },
  },
  'connector.tested': {
    when: 'Somebody tested a connector by signing in there. Nobody was signed in here, and nothing was changed.',
    outcomes: ['success', 'failure'],
    why: {
      denied: 'The person cancelled there, or the provider refused.',
      unavailable: 'The provider could not be reached.',
      'upstream-error': 'The provider gave no answer that can be used.',
      misconfigured: 'The settings of the connector, or those of the client there, are wrong.',
    },
    details: {
      result:
        'what a sign-in would have done: `linked`, `joins`, `creates`, `asks-account`, `asks-fields` or `refused`',
      reason: 'why it failed, as a stable code',
    },
    example: {
      ...{ actorKind: 'host', actorId: 'root', ...connector, outcome: 'success' },
      ...{ actor: { address: '198.51.100.4' }, details: { result: 'creates' } },
    },
  },
  'settings.created': change('The settings of the realm were changed for the first time.', {
    ...settings,
    subject: { after: { name: 'Example' } },
  }),
  'settings.changed': change('Settings of the realm were changed.', {
    ...settings,
    subject: { before: { secondFactor: 'optional' }, after: { secondFactor: 'required' } },
  }),
  'key-ring.created': change('The first keys of a use were created.', {
    ...ring,
    subject: { after: keys([], ['k1']).after },
  }),
  'key-ring.completed': change('Keys that a new version needs were added.', {
    ...ring,
    subject: keys(['k1'], ['k1', 'k2']),
  }),
  'key-ring.rotated': change('A new key was made, by schedule or by an administrator.', {
    ...ring,
    subject: keys(['k1'], ['k1', 'k2']),
  }),
  'key-ring.tended': change('Keys that were no longer needed were removed.', {
    ...ring,
    subject: keys(['k1', 'k2'], ['k2']),
  }),
  'key-ring.retired': change('A key was retired at once, since it may be compromised.', {
    ...ring,
    actorKind: 'host',
    actorId: 'root',
    subject: keys(['k1', 'k2'], ['k2']),
  }),
} as const satisfies Record<string, RecordKind>;
