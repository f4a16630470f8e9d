import type { RecordKind } from './record-kind.js';

/** About requests of clients. */
export const PROTOCOL_KINDS = {
  'oauth.refused': {
    when: 'A protocol endpoint refused a request. `why` is the reason of the log line.',
    outcomes: ['failure'],
    why: 'reasons',
    details: { endpoint: 'the endpoint', error: 'the OAuth error' },
    example: {
      actorKind: 'client',
      actorId: 'shop',
      outcome: 'failure',
      why: 'code-expired',
      clientId: 'shop',
      details: { endpoint: 'token', error: 'invalid_grant' },
      actor: { address: '203.0.113.9' },
    },
  },
  'token.reuse-detected': {
    when: 'A code or refresh token was presented again. Everything issued for it was revoked.',
    outcomes: ['failure'],
    why: {
      'code-used': 'It was an authorization code.',
      'refresh-token-used': 'It was a refresh token.',
    },
    details: { endpoint: 'the endpoint', error: 'the OAuth error' },
    example: {
      actorKind: 'client',
      actorId: 'shop',
      subjectKind: 'user',
      subjectId: 'bob',
      outcome: 'failure',
      why: 'refresh-token-used',
      clientId: 'shop',
      details: { endpoint: 'token', error: 'invalid_grant' },
      actor: { address: '203.0.113.9' },
    },
  },
  'token.issued': {
    when: 'Access tokens were issued: one, or those of a minute for the same client, subject and grant type.',
    outcomes: ['success'],
    details: {
      grantType: 'the grant type',
      jti: 'the identifier of a JWT',
      tokenHash: 'for an opaque token its hash, since its identifier is a secret',
      scope: 'the scopes',
      resource: 'the resource server',
    },
    example: {
      actorKind: 'client',
      actorId: 'shop',
      subjectKind: 'user',
      subjectId: 'bob',
      outcome: 'success',
      clientId: 'shop',
      details: {
        grantType: 'refresh_token',
        count: 3,
        firstAt: 1_796_000_000_000,
        lastAt: 1_796_000_042_000,
        first: { jti: 'vVIxlDg0' },
        last: { jti: 'q6b2mAcd' },
      },
    },
  },
  'decision.made': {
    when: 'A resource server asked whether somebody may do something, and was answered.',
    outcomes: ['success', 'failure'],
    details: { resourceServer: 'the resource server', permission: 'the permission' },
    example: {
      actorKind: 'client',
      actorId: 'orders',
      subjectKind: 'user',
      subjectId: 'bob',
      outcome: 'failure',
      details: {
        resourceServer: 'https://orders.example',
        permission: 'orders:cancel',
        count: 2,
        firstAt: 1_796_000_000_000,
        lastAt: 1_796_000_042_000,
      },
    },
  },
} as const satisfies Record<string, RecordKind>;
