import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { days, minutes, seconds } from '../../src/base/clock.js';
import { claimsOf, token } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import {
  assertion,
  clientRealm,
  type KeyServer,
  newKey,
  SECRET,
  startKeyServer,
  ODD_SECRET,
  BASE64_SECRET,
} from './client-realm.js';
import { requestLine, stores } from './flow-host.js';

const inline = [newKey('ES256'), newKey('RS256'), newKey('PS256'), newKey('EdDSA')];
const [ours = newKey('ES256')] = inline;

describe.each(stores)('on %s, a client', (store) => {
  let keys: KeyServer;
  beforeAll(async () => {
    keys = await startKeyServer();
  });
  const host = useHost(() => clientRealm(store, inline, keys));
  afterAll(async () => {
    await keys.close();
  });

  /** The status of a request for a token of its own that it proves itself by in this way. */
  const proved = async (id: string, proof: Readonly<Record<string, string>>, secret?: string): Promise<number> => {
    const by = secret === undefined ? { id } : { id, secret };
    const { status, body } = await token(host, by, { grant_type: 'client_credentials', ...proof });
    if (status !== 200) expect(body.access_token).toBeUndefined();
    return status;
  };
  const signed = async (claims: Readonly<Record<string, unknown>>): Promise<number> =>
    proved('signer', await assertion(host, 'signer', ours, claims));

  /** Time goes by in steps: after a longer pause a process reads all clients anew, and what it knew of their keys is gone. */
  const goBy = async (time: number): Promise<void> => {
    for (let left = time; left > 0; left -= seconds(40)) {
      await host.advance(Math.min(left, seconds(40)));
      expect(await signed({})).toBe(200);
    }
  };

  test.each(inline.map((key) => [key.algorithm, key] as const))('proves itself by %s', async (_algorithm, key) => {
    expect(await proved('signer', await assertion(host, 'signer', key))).toBe(200);
    expect(await proved('signer', await assertion(host, 'signer', key, { aud: `${host.issuer}/token` }))).toBe(200);
  });

  test('uses an assertion once: of 20 at the same moment one gets a token', async () => {
    const proof = await assertion(host, 'signer', ours);
    const answers = await Promise.all(Array.from({ length: 20 }, () => proved('signer', proof)));
    expect(answers.filter((status) => status === 200)).toHaveLength(1);
    expect(answers.filter((status) => status === 401)).toHaveLength(19);
    expect(await proved('signer', proof)).toBe(401);
    // The server stores only a hash of the assertion's jti.
    const jti = String(claimsOf(proof['client_assertion'] ?? '')['jti']);
    const written = `${await host.dump()}${host.logs()}`;
    for (const secret of [proof['client_assertion'] ?? '', jti]) expect(written.includes(secret)).toBe(false);
  });

  test('is refused with an assertion whose audience is the issuer with a slash, which the log says', async () => {
    const proof = await assertion(host, 'signer', ours, { aud: `${host.issuer}/` });
    const body = new URLSearchParams({ client_id: 'signer', grant_type: 'client_credentials', ...proof });
    const answer = await fetch(`${host.issuer}/token`, { method: 'POST', body });
    expect(await requestLine(host, answer)).toMatchObject({
      status: 401,
      client: 'signer',
      reason: 'issuer-trailing-slash',
      words: `issuer has a trailing slash: aud of client_assertion is ${host.issuer}/, and the issuer is ${host.issuer}`,
    });
  });

  test('is refused with an assertion that another key signed, by another way, or for someone else', async () => {
    const at = Math.floor((Date.now() + host.ahead()) / 1000);
    expect(await proved('signer', await assertion(host, 'signer', { ...newKey('ES256'), kid: ours.kid }))).toBe(401);
    expect(await signed({ aud: 'https://elsewhere.test' })).toBe(401);
    expect(await signed({ iss: 'remote' })).toBe(401);
    expect(await signed({ sub: 'remote' })).toBe(400);
    expect(await signed({ exp: at - 60 })).toBe(401);
    expect(await signed({ exp: undefined })).toBe(401);
    expect(await signed({ jti: undefined })).toBe(401);
    expect(await signed({ jti: 'x'.repeat(501) })).toBe(401);
    expect(await signed({ iat: at + 300 })).toBe(401);
    expect(await signed({ nbf: at + 300 })).toBe(401);
    // The server remembers a jti for a limited time, so it refuses an assertion that outlives it.
    expect(await signed({ exp: at + 3720 })).toBe(401);
    const unsigned = [
      { alg: 'none' },
      { iss: 'signer', sub: 'signer', aud: host.issuer, jti: randomUUID(), exp: at + 60 },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const proof = await assertion(host, 'signer', ours);
    expect(await proved('signer', { ...proof, client_assertion: `${unsigned}.` })).toBe(401);
  });

  // RFC 7523 3, RFC 9126 2: the issuer, the token endpoint, and the endpoint itself.
  test.each<[string, (issuer: string) => unknown]>([
    ['the issuer with a slash', (issuer) => `${issuer}/`],
    ['another endpoint', (issuer) => `${issuer}/token/introspection`],
    ['a list of others', () => ['https://elsewhere.test']],
    ['nothing', () => ''],
    ['a number', () => 5],
    ['a list in a list', (issuer) => [[issuer]]],
    ['nobody', () => undefined],
  ])('is refused with an assertion whose audience is %s', async (_what, aud) => {
    expect(await signed({ aud: [host.issuer, 'https://elsewhere.test'] })).toBe(200);
    expect(await signed({ aud: aud(host.issuer) })).toBe(401);
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['exp as text', { exp: '2795657772' }],
    ['exp without end', { exp: 1e308 }],
    ['exp before all time', { exp: -1 }],
    ['jti that is a number', { jti: 5 }],
    ['jti that is a list', { jti: ['a'] }],
    ['an empty jti', { jti: '' }],
    ['iat as text', { iat: 'now' }],
    ['a list of issuers', { iss: ['signer'] }],
  ])('is refused with an assertion with %s', async (_what, claims) => {
    expect(await signed(claims)).toBe(401);
  });

  // The library knows no secret of any client, but a text that everybody can guess.
  test('proves nothing by a MAC, whatever the key', async () => {
    for (const id of ['signer', 'basic', 'poster']) {
      const at = Math.floor((Date.now() + host.ahead()) / 1000);
      const mac = await new SignJWT({ iss: id, sub: id, aud: host.issuer, jti: randomUUID(), exp: at + 60 })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(`kept-as-hash:${id}`));
      expect(await proved(id, { ...(await assertion(host, id, ours)), client_assertion: mac })).toBe(401);
    }
  });

  test('is refused when it proves itself in another way than its own', async () => {
    expect(await proved('poster', { client_id: 'poster', client_secret: SECRET })).toBe(200);
    expect(await proved('poster', {}, SECRET)).toBe(401);
    expect(await proved('basic', {}, SECRET)).toBe(200);
    expect(await proved('basic', { client_id: 'basic', client_secret: SECRET })).toBe(401);
    expect(await proved('basic', {})).toBe(401);
    expect(await proved('basic', await assertion(host, 'basic', ours))).toBe(401);
    expect(await proved('signer', {}, 'kept-as-hash:signer')).toBe(401);
    expect(await proved('signer', {})).toBe(401);
  });

  describe('keeps a secret and says no more,', () => {
    /** The answer to these headers and this body. */
    const answerTo = async (headers: Readonly<Record<string, string>>, body: Readonly<Record<string, string>>) => {
      const params = new URLSearchParams({ grant_type: 'client_credentials', ...body });
      const answer = await fetch(`${host.issuer}/token`, { method: 'POST', headers, body: params });
      return { status: answer.status, ...((await answer.json()) as { error?: string; error_description?: string }) };
    };
    const basic = (id: string, secret: string) => ({
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    });
    /** RFC 6749 appendix B. */
    const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

    test('and sends it in the header or in the body, but not in both', async () => {
      expect(await proved('either', {}, SECRET)).toBe(200);
      expect(await proved('either', { client_id: 'either', client_secret: SECRET })).toBe(200);
      const both = await answerTo(basic('either', SECRET), { client_id: 'either', client_secret: SECRET });
      expect(both).toMatchObject({ status: 400, error: 'invalid_request' });
      expect(both.error_description).toMatch(/one mechanism/);
      // One that is wrong in either place, or in neither, opens nothing.
      expect(await proved('either', {}, `${SECRET}x`)).toBe(401);
      expect(await proved('either', { client_id: 'either', client_secret: `${SECRET}x` })).toBe(401);
      expect(await proved('either', { client_id: 'either' })).toBe(401);
    });

    test('and that has any character: encoded in the header, as it is, or in the body', async () => {
      for (const encode of [formEncoded, encodeURIComponent, (text: string) => text]) {
        expect(await answerTo(basic('odd', encode(ODD_SECRET)), {})).toMatchObject({ status: 200 });
        expect(await answerTo(basic('base64', encode(BASE64_SECRET)), {})).toMatchObject({ status: 200 });
      }
      expect(await proved('odd', { client_id: 'odd', client_secret: ODD_SECRET })).toBe(200);
    });

    test('and that ends, alone or twice, in what no decoder takes is refused like every wrong one', async () => {
      for (const wrong of ['%', '%zz', `${ODD_SECRET}%`, ODD_SECRET.slice(1), `${BASE64_SECRET}+`, '\u00e9%', '+']) {
        const { status } = await answerTo(basic('odd', wrong), {});
        expect([400, 401]).toContain(status);
        expect((await answerTo(basic('base64', wrong), {})).status).toBe(status);
      }
      // The server decodes an encoded secret at most once.
      const escaped = formEncoded(formEncoded(BASE64_SECRET));
      expect(await answerTo(basic('base64', escaped), {})).toMatchObject({ status: 401 });
    });
  });

  test('has its keys fetched, kept, and fetched anew at one that nobody knows', async () => {
    const [first, second] = [newKey('ES256'), newKey('EdDSA')];
    keys.keys = [first];
    keys.asked.length = 0;
    expect(await proved('remote', await assertion(host, 'remote', first))).toBe(200);
    expect(await proved('remote', await assertion(host, 'remote', first))).toBe(200);
    expect(keys.asked).toEqual(['127.0.0.1/jwks']);

    keys.keys = [second];
    // Not at every guess.
    expect(await proved('remote', await assertion(host, 'remote', newKey('ES256')))).toBe(401);
    expect(keys.asked).toHaveLength(1);
    await goBy(seconds(61));
    expect(await proved('remote', await assertion(host, 'remote', second))).toBe(200);
    expect(keys.asked).toHaveLength(2);
    expect(await proved('remote', await assertion(host, 'remote', first))).toBe(401);
  });

  test('is not believed by a key that it took away ten minutes ago', async () => {
    const stolen = newKey('ES256');
    keys.keys = [stolen];
    await host.advance(minutes(11));
    expect(await proved('remote', await assertion(host, 'remote', stolen))).toBe(200);
    keys.keys = [newKey('ES256')];
    await goBy(minutes(11));
    expect(await proved('remote', await assertion(host, 'remote', stolen))).toBe(401);
  });

  test('whose server fails is refused, and that server left alone for a while', async () => {
    const key = newKey('ES256');
    keys.keys = [key];
    keys.answer = 'failure';
    await host.advance(minutes(11));
    keys.asked.length = 0;
    for (let n = 0; n < 5; n++) expect(await proved('remote', await assertion(host, 'remote', key))).toBe(401);
    expect(keys.asked).toHaveLength(1);
    keys.answer = 'keys';
    await host.advance(seconds(11));
    expect(await proved('remote', await assertion(host, 'remote', key))).toBe(200);
  });

  test('is refused, and no more than that, where what lies at its address is no list of public keys', async () => {
    const key = newKey('ES256');
    const secret = { kty: 'oct', k: Buffer.from('x'.repeat(32)).toString('base64url'), kid: key.kid };
    const broken = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: key.kid };
    const encrypting = { ...key.jwk, use: 'enc' };
    const many = Array.from({ length: 2000 }, () => key.jwk); // more than we read
    for (const list of [5, null, [null], [secret], [broken], [encrypting], many]) {
      keys.answer = { text: JSON.stringify({ keys: list }) };
      await host.advance(minutes(11));
      expect(await proved('remote', await assertion(host, 'remote', key))).toBe(401);
    }
    for (const text of ['null', '[]', '<html>', '']) {
      keys.answer = { text };
      await host.advance(minutes(11));
      expect(await proved('remote', await assertion(host, 'remote', key))).toBe(401);
    }
    keys.answer = 'keys';
    keys.keys = [key];
    await host.advance(minutes(11));
    expect(await proved('remote', await assertion(host, 'remote', key))).toBe(200);
    expect(host.logs()).not.toContain('"level":50');
  });

  test('whose keys lie inside, or behind a redirect, gets nobody to ask there', async () => {
    keys.keys = [ours];
    keys.asked.length = 0;
    expect(await proved('inside', await assertion(host, 'inside', ours))).toBe(401);
    expect(keys.asked).toEqual([]);
    expect(await proved('moved', await assertion(host, 'moved', ours))).toBe(401);
    expect(keys.asked).toEqual(['127.0.0.1/moved']);
  });

  describe('has several secrets,', () => {
    const added = async (...more: readonly string[]): Promise<{ readonly id: string; readonly secret: string }> => {
      const { code, out } = await host.command('client', 'secret', 'add', 'basic', ...more);
      expect(code).toBe(0);
      const [said = '', secret = ''] = out;
      return { id: said.split(' ')[1] ?? '', secret };
    };
    /** Waits until the server knows what a command changed: it asks twice a second. */
    async function answers(status: number, secret: string): Promise<void> {
      const until = performance.now() + 15_000;
      while ((await proved('basic', {}, secret)) !== status) {
        if (performance.now() > until) throw new Error(`The secret is not answered with ${status}.`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }

    test('of which each is good until it is ended, and none can be read again', async () => {
      const first = await added();
      const another = await added();
      await answers(200, another.secret);
      for (const secret of [SECRET, first.secret, another.secret]) expect(await proved('basic', {}, secret)).toBe(200);
      const { out } = await host.command('client', 'secret', 'list', 'basic');
      expect(out).toHaveLength(4);
      expect(out.join()).toContain(first.id);
      expect(`${out.join()}${await host.dump()}${host.logs()}`).not.toContain(first.secret);

      expect((await host.command('client', 'secret', 'remove', 'basic', first.id)).code).toBe(0);
      await answers(401, first.secret);
      for (const secret of [SECRET, another.secret]) expect(await proved('basic', {}, secret)).toBe(200);
    });

    test('and one with an end is refused from then on', async () => {
      const { secret } = await added('--days', '2');
      const later = await added();
      expect((await host.command('client', 'secret', 'remove', 'basic', later.id, '--days', '3')).code).toBe(0);
      await answers(200, later.secret);
      expect(await proved('basic', {}, secret)).toBe(200);
      await host.advance(days(2));
      expect(await proved('basic', {}, secret)).toBe(401);
      expect(await proved('basic', {}, later.secret)).toBe(200);
      await host.advance(days(1));
      expect(await proved('basic', {}, later.secret)).toBe(401);
      expect(await proved('basic', {}, SECRET)).toBe(200);
    });

    test('which commands speak of in sentences', async () => {
      const said = async (...argv: readonly string[]) => (await host.command('client', ...argv)).err.join(' ');
      expect(await said('secret', 'add', 'nobody')).toMatch(/There is no client nobody/);
      expect(await said('secret', 'add', 'signer')).toMatch(/authenticates by private_key_jwt and has no secret/);
      expect(await said('secret', 'remove', 'basic', 'nothing')).toMatch(
        /There is no secret of client basic called nothing/,
      );
      expect(await said('secret', 'add', 'basic', '--days', '0')).toMatch(/--days needs a number/);
      const { out } = await host.command('client', 'show', 'signer');
      expect(out.join('\n')).toMatch(/authentication: +private_key_jwt/);
      expect((await host.command('client', 'list')).out.join('\n')).toMatch(
        /signer +private_key_jwt +client_credentials/,
      );
    });
  });
});
