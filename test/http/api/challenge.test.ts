import { expect, test } from '@jest/globals';
import type { AuthenticationRefusal } from '../../../src/http/api/authentication/authentication-result.js';
import { challengesOf } from '../../../src/http/api/authentication/challenge.js';
import type { AuthenticationWay, CallerSecurity } from '../../../src/http/api/authentication/security.js';

const about = { realm: 'https://id.example.com', proofAlgorithms: ['ES256', 'PS256'] };
const why = { reason: 'not-authenticated', words: 'x' } as const;
const nothing: AuthenticationRefusal = { ok: false, kind: 'unauthenticated', why };
const wrong = (scheme: 'Bearer' | 'DPoP', error: 'invalid_token' | 'use_dpop_nonce'): AuthenticationRefusal => ({
  ...{ ok: false, kind: 'token-refused', why },
  ...{ scheme, error },
});
const challenges = (refusal: AuthenticationRefusal, ways: CallerSecurity['ways'], dpop?: 'refused') =>
  challengesOf({ ways, help: '', ...(dpop && { dpop }) }, refusal, about);

const BASIC = 'Basic realm="https://id.example.com", charset="UTF-8"';
const BEARER = 'Bearer realm="https://id.example.com"';
const DPOP = 'DPoP realm="https://id.example.com", algs="ES256 PS256"';

test.each<[readonly [AuthenticationWay, ...AuthenticationWay[]], 'refused' | undefined, readonly string[]]>([
  [['client-basic'], undefined, [BASIC]],
  [['user-token'], undefined, [BEARER, DPOP]],
  [['client-basic', 'client-token'], 'refused', [BASIC, BEARER]],
  [['client-basic', 'client-token', 'user-token'], undefined, [BASIC, BEARER, DPOP]],
])('each way in has a challenge: %j, DPoP %s', (ways, dpop, expected) => {
  expect(challenges(nothing, ways, dpop)).toEqual(expected);
});

test('the fault of a token stands at the scheme by which it was sent', () => {
  expect(challenges(wrong('Bearer', 'invalid_token'), ['user-token'])).toEqual([
    `${BEARER}, error="invalid_token"`,
    DPOP,
  ]);
  expect(challenges(wrong('DPoP', 'use_dpop_nonce'), ['user-token'])).toEqual([
    BEARER,
    `${DPOP}, error="use_dpop_nonce"`,
  ]);
  // Where no proof is taken, the other scheme is the only place.
  expect(challenges(wrong('DPoP', 'invalid_token'), ['user-token'], 'refused')).toEqual([
    `${BEARER}, error="invalid_token"`,
  ]);
});
