/** Which requests may get a remembered answer, and that only an equal request gets it. */
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { answerKeys, repeatableRequests } from '../../../src/oidc/revalidated-answers/answer-key.js';

type RequestHead = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

const request = (about: Partial<RequestHead> = {}): RequestHead => ({
  method: 'POST',
  url: '/token/introspection',
  ...about,
  headers: { authorization: 'Basic c2hvcDpzZWNyZXQ=', 'content-length': '11', accept: '*/*', ...about.headers },
});

describe('an answer may be repeated', () => {
  const repeatable = repeatableRequests(new URL('https://id.example'));

  test('at introspection and userinfo, with the bodies that these read', () => {
    expect(repeatable(request())).toEqual({ hasBody: true });
    expect(repeatable(request({ url: '/me' }))).toEqual({ hasBody: true });
    const { headers } = request();
    delete headers['content-length'];
    expect(repeatable({ method: 'GET', url: '/me', headers })).toEqual({ hasBody: false });
  });

  test('below the path of the issuer', () => {
    const below = repeatableRequests(new URL('https://id.example/realm/'));
    expect(below(request({ url: '/realm/token/introspection' }))).toEqual({ hasBody: true });
    expect(below(request())).toBeUndefined();
  });

  test.each<[string, Partial<RequestHead>]>([
    ['another endpoint', { url: '/token' }],
    ['another spelling', { url: '/token/introspection/' }],
    ['a query', { url: '/token/introspection?a=b' }],
    ['another method', { method: 'PUT' }],
    ['HEAD', { method: 'HEAD', url: '/me' }],
    ['a GET with a body', { method: 'GET', url: '/me' }],
    ['a proof of possession', { headers: { dpop: 'eyJ' } }],
    ['a page of another origin', { headers: { origin: 'https://page.example' } }],
    ['a body of unknown length', { headers: { 'transfer-encoding': 'chunked' } }],
    ['a body that waits to be asked for', { headers: { expect: '100-continue' } }],
    ['a long body', { headers: { 'content-length': '16385' } }],
    ['a length that is none', { headers: { 'content-length': 'x' } }],
  ])('but not with %s', (_what, about) => {
    expect(repeatable(request(about))).toBeUndefined();
  });
});

describe('the key of an answer', () => {
  const keyOf = answerKeys();
  const body = Buffer.from('token=abcde');
  const key = keyOf(request(), body);

  test('is the same for the same request, whoever carries it', () => {
    const headers = { 'x-forwarded-for': '192.0.2.7', 'user-agent': 'other', traceparent: '00-1-2-01' };
    expect(keyOf(request({ headers }), body)).toBe(key);
  });

  test.each<[string, RequestHead, string]>([
    ['another secret', request({ headers: { authorization: 'Basic c2hvcDpndWVzcw==' } }), 'token=abcde'],
    ['no secret', request({ headers: { authorization: '' } }), 'token=abcde'],
    ['another token', request(), 'token=abcdf'],
    ['another type of answer', request({ headers: { accept: 'application/jwt' } }), 'token=abcde'],
    ['another type of body', request({ headers: { 'content-type': 'text/plain' } }), 'token=abcde'],
    ['a header that nobody knows', request({ headers: { 'oauth-client-attestation': 'eyJ' } }), 'token=abcde'],
    ['cookies', request({ headers: { cookie: 'a=b' } }), 'token=abcde'],
    ['another method', request({ method: 'GET' }), 'token=abcde'],
    ['another endpoint', request({ url: '/me' }), 'token=abcde'],
    ['a part of the body among the headers', request({ headers: { token: 'abcde' } }), ''],
  ])('is another one with %s', (_what, other, text) => {
    expect(keyOf(other, Buffer.from(text))).not.toBe(key);
  });

  test('is a MAC: it shows nothing, and nobody else can make it', () => {
    expect(key).toMatch(/^[\w-]{43}$/);
    expect(answerKeys()(request(), body)).not.toBe(key);
  });
});
