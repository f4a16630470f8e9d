/** Callers of decisions and their authentication: tests for a host with the realm of decisions.test.ts. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { minutes, seconds } from '../../src/base/clock.js';
import { application, ask, claimsOf, codeOf, signIn, token } from '../support/application.js';
import { blocksOf, typed } from '../support/documents.js';
import type { Host } from '../support/host/host.js';
import type { TestRealm } from '../support/host/temporary-place.js';
import { Visitor } from '../support/visitor.js';
import { assertion, newKey } from './client-realm.js';
import { passwordOf } from './flow-host.js';

export const ORDERS = 'https://orders.test';
export const ORDERS_SECRET = randomBytes(32).toString('base64url');
const GATEHOUSE = 'urn:gatehouse:api';
const key = newKey('ES256');

/** The realm of this test, and a resource server that has a key instead of a secret. */
export const decisionRealm: TestRealm = {
  realmFile: 'test/flows/decisions.realm.yaml',
  clients: [
    {
      id: 'keyed-api',
      name: 'A resource server that has no secret',
      authentication: 'private_key_jwt',
      jwks: { keys: [key.jwk] },
      grantTypes: ['client_credentials'],
      scopes: [],
      introspects: [ORDERS],
      resourceServers: [GATEHOUSE],
      defaultResourceServer: GATEHOUSE,
    },
  ],
};

interface There {
  readonly host: () => Host;
  /** Their ids. */
  readonly ada: () => string;
  readonly bob: () => string;
}

interface Question {
  /** The subject and the owner of the order. */
  readonly name?: string;
  readonly owner?: string;
  readonly context?: object;
}

export function whoMayAsk({ host, ada, bob }: There): void {
  const basic = (id: string, secret = ORDERS_SECRET): string =>
    `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

  /** Asks whether ada may change an order of hers, which she may. */
  async function asked(headers: Readonly<Record<string, string>>, more: Question = {}) {
    const { name = ada(), owner = name, context = {} } = more;
    const answer = await fetch(`${host().issuer}/access/v1/evaluation`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({
        subject: { type: 'user', id: name },
        action: { name: 'orders:change' },
        resource: { type: 'order', id: '17', properties: { owner } },
        context,
      }),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
  }

  describe('by an access token,', () => {
    const askedBy = (value: string, scheme = 'Bearer') => asked({ Authorization: `${scheme} ${value}` });
    const own = async (params: Readonly<Record<string, string>>, secret?: string): Promise<string> => {
      const { client_id: id = 'portal' } = params;
      const by = secret === undefined ? { id } : { id, secret };
      return (await token(host(), by, { grant_type: 'client_credentials', ...params })).body.access_token;
    };
    const refused = async (value: string): Promise<void> => {
      const { status, headers, body } = await askedBy(value);
      expect([status, headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringMatching(/^Basic .*, Bearer realm="[^"]+", error="invalid_token"$/),
      ]);
      expect(body).not.toHaveProperty('decision');
    };

    test('a client that has a key and no secret asks, until the token is over', async () => {
      const value = await own(await assertion(host(), 'keyed-api', key));
      expect(claimsOf(value)).toMatchObject({ aud: GATEHOUSE, sub: 'keyed-api' });
      const { status, body } = await askedBy(value, 'bearer');
      expect([status, body['decision']]).toEqual([200, true]);
      await host().advance(minutes(6));
      await refused(value);
    });

    test('so it stands on the page', async () => {
      const [block = ''] = blocksOf(await readFile('docs/authzen.md', 'utf8'), 'sh run bearer');
      const { client_assertion: signed = '' } = await assertion(host(), 'keyed-api', key);
      const places = { 'http://localhost:3000': host().issuer, 'returns-api': 'keyed-api' };
      expect(JSON.parse(await typed(block, places, { assertion: signed }))).toMatchObject({ decision: false });
    });

    test('none asks that was revoked', async () => {
      const value = await own({ resource: GATEHOUSE }, ORDERS_SECRET);
      expect((await askedBy(value)).status).toBe(200);
      await fetch(`${host().issuer}/token/revocation`, {
        method: 'POST',
        headers: { Authorization: basic('portal') },
        body: new URLSearchParams({ token: value }),
      });
      await refused(value);
    });

    test('none asks with a token for another audience, of no resource server, or that is changed', async () => {
      await refused(await own({ resource: ORDERS }, ORDERS_SECRET));
      await refused(await own({ client_id: 'plain', resource: GATEHOUSE }, ORDERS_SECRET));
      const value = await own({ resource: GATEHOUSE }, ORDERS_SECRET);
      const [header = '', payload = '', signature = ''] = value.split('.');
      await refused([header, payload, signature.split('').toReversed().join('')].join('.'));
      await refused([header, payload, ''].join('.'));
      await refused('..');
    });

    test('none asks with one that is bound to a key, whatever it sends along', async () => {
      const pair = newKey('ES256');
      const proofFor = (path: string, more: object) =>
        new SignJWT({ htm: 'POST', htu: `${host().issuer}${path}`, jti: randomUUID(), ...more })
          .setIssuedAt((Date.now() + host().ahead()) / 1000)
          .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: pair.jwk })
          .sign(pair.privateKey);
      const got = async (nonce?: string) =>
        fetch(`${host().issuer}/token`, {
          method: 'POST',
          headers: { Authorization: basic('portal'), DPoP: await proofFor('/token', { nonce }) },
          body: new URLSearchParams({ grant_type: 'client_credentials', resource: GATEHOUSE }),
        });
      const nonce = (await got()).headers.get('dpop-nonce') ?? '';
      const { access_token: value } = (await (await got(nonce)).json()) as { access_token: string };
      expect(claimsOf(value)).toMatchObject({ aud: GATEHOUSE, cnf: { jkt: expect.any(String) } });
      await refused(value);
      const ath = createHash('sha256').update(value).digest('base64url');
      const proof = await proofFor('/access/v1/evaluation', { ath, nonce });
      const answer = await asked({ Authorization: `DPoP ${value}`, DPoP: proof });
      expect([answer.status, answer.body['detail']]).toEqual([401, expect.stringContaining('bound to a key')]);
    });

    test("nobody asks with a user's token, an ID token or a code", async () => {
      const asking = application('portal', ORDERS_SECRET);
      for (const resource of [GATEHOUSE, ORDERS]) {
        const request = ask(host(), asking, { resource });
        const code = codeOf(await signIn(new Visitor(), request, 'bob', passwordOf(host(), 'bob')));
        await refused(code);
        const by = { code, redirect_uri: asking.redirectUri, code_verifier: request.verifier, resource };
        const { body } = await token(host(), asking, { grant_type: 'authorization_code', ...by });
        expect(claimsOf(body.access_token)).toMatchObject({ aud: resource, sub: bob(), client_id: 'portal' });
        await refused(body.access_token);
        await refused(body.id_token);
      }
    });
  });

  /** Returns the user's pairwise subject identifier at the application `discreet`. */
  const nameOf = async (username: string): Promise<string> => {
    const request = ask(host(), application('discreet'), { resource: ORDERS });
    const code = codeOf(await signIn(new Visitor(), request, username, passwordOf(host(), username)));
    const { id, redirectUri } = request.application;
    const by = { code, redirect_uri: redirectUri, code_verifier: request.verifier, resource: ORDERS };
    const { body } = await token(host(), { id }, { grant_type: 'authorization_code', ...by });
    return String(claimsOf(body.access_token)['sub']);
  };
  describe('people with pairwise names', () => {
    const context = { client_id: 'discreet' };

    test('are named by the sub of the token, by whoever says which client it was issued to', async () => {
      const [name, other] = [await nameOf('ada'), await nameOf('bob')];
      expect(name).not.toBe(ada());
      const by = { Authorization: basic('orders-api') };
      expect((await asked(by, { name, context })).body).toMatchObject({ decision: true });
      expect((await asked(by, { name, owner: other, context })).body).toMatchObject({ decision: false });
      expect((await asked(by, { owner: name, context })).body).toMatchObject({ decision: true });
    });

    test('are named so by an API of that sector without a word', async () => {
      const by = { Authorization: basic('discreet-api') };
      expect((await asked(by, { name: await nameOf('ada') })).body).toMatchObject({ decision: true });
    });

    test('are named so in the filter of a list too', async () => {
      const name = await nameOf('ada');
      const answer = await fetch(`${host().issuer}/access/v1/filter`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: basic('discreet-api') },
        body: JSON.stringify({
          subject: { type: 'user', id: name },
          action: { name: 'orders:change' },
          resource: { type: 'order' },
        }),
      });
      const text = await answer.text();
      expect(JSON.parse(text)).toMatchObject({ rows: 'some', where: [{ field: 'owner', in: [name] }] });
      expect(text).not.toContain(ada());
    });

    test('are nobody by a name of another sector, and no answer says their id', async () => {
      const name = await nameOf('ada');
      const by = { Authorization: basic('orders-api') };
      for (const client of ['reserved', 'public', 'no-such-client', undefined]) {
        const { body } = await asked(by, { name, context: { client_id: client } });
        expect(body).toMatchObject({ decision: false, context: { reasons: [`There is no user ${name}.`] } });
      }
      const gone = await asked(by, { name: await nameOf('bob'), context });
      for (const { body } of [gone, await asked(by, { name, context })]) {
        expect(JSON.stringify(body)).not.toContain(ada());
        expect(JSON.stringify(body)).not.toContain(bob());
      }
    });
  });

  test('what people with pairwise names did is reported under those, by who has them', async () => {
    const name = await nameOf('ada');
    const report = async (by: string, ...subjects: string[]) => {
      const answer = await fetch(`${host().issuer}/access/v1/events`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: basic(by) },
        body: JSON.stringify({ events: subjects.map((subject) => ({ subject, event: 'visit' })) }),
      });
      return [answer.status, ((await answer.json()) as Record<string, unknown>)['detail']];
    };
    expect(await report('discreet-api', name, name, ada())).toEqual([200, undefined]);
    expect(await report('orders-api', ada(), name)).toEqual([400, `events.1.subject: There is no user ${name}.`]);
  });

  describe('wrong secrets', () => {
    const tried = (id: string, secret: string, from: string) =>
      asked({ Authorization: basic(id, secret), 'X-Forwarded-For': from });
    const statuses = async (times: number, from: string, id = 'orders-api'): Promise<number[]> => {
      const all: number[] = [];
      for (let i = 0; i < times; i++) all.push((await tried(id, randomBytes(24).toString('base64url'), from)).status);
      return all;
    };

    test('are looked at more and more seldom from where they come, the right one too, and from nowhere else', async () => {
      expect(await statuses(21, '192.0.2.1')).toEqual(Array.from({ length: 21 }, () => 401));
      const { status, headers, body } = await tried('orders-api', ORDERS_SECRET, '192.0.2.1');
      expect([status, headers.get('content-type'), body['code']]).toEqual([
        429,
        'application/problem+json',
        'throttled',
      ]);
      const wait = Number(headers.get('retry-after'));
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(15);
      expect((await tried('orders-api', ORDERS_SECRET, '192.0.2.2')).status).toBe(200);
      expect((await tried('both-apis', ORDERS_SECRET, '192.0.2.1')).status).toBe(400); // which of the two it is, it did not say
      await host().advance(seconds(wait));
      expect(await statuses(2, '192.0.2.1')).toEqual([401, 429]);
      await host().advance(minutes(15));
      expect((await tried('orders-api', ORDERS_SECRET, '192.0.2.1')).status).toBe(200);
    });

    test('are treated alike where there is no such client', async () => {
      expect((await statuses(22, '192.0.2.3', 'no-such-api')).slice(19)).toEqual([401, 401, 429]);
    });

    test('are no guesses where it is the same one again, as of a process that kept an old one', async () => {
      for (let i = 0; i < 25; i++) {
        expect((await tried('orders-api', 'the-secret-of-before-0123456789abcdef', '192.0.2.4')).status).toBe(401);
      }
      expect((await tried('orders-api', ORDERS_SECRET, '192.0.2.4')).status).toBe(200);
    });

    test('are told of on the host, and forgotten there', async () => {
      await statuses(22, '192.0.2.5');
      const shown = await host().command('throttle', 'show', '192.0.2.5');
      expect(shown.out.join('\n')).toMatch(/21 failed sign-ins by a secret of one client from 192\.0\.2\.5/);
      await host().command('throttle', 'lift', '192.0.2.5');
      expect((await tried('orders-api', ORDERS_SECRET, '192.0.2.5')).status).toBe(200);
    });

    test('lie nowhere in the clear', async () => {
      const wrong = randomBytes(24).toString('base64url');
      await tried('orders-api', wrong, '192.0.2.6');
      expect(`${await host().dump()}${host().logs()}`).not.toContain(wrong);
    });
  });
}
