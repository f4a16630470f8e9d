import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Secret } from 'otpauth';
import { application, ask, codeOf, exchange, refresh, signIn, token, userinfo } from '../support/application.js';
import { Authenticator, recoveryCodesOn } from '../support/authenticator.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, flowRealm, stores, MACHINE_SECRET, ORDERS, passwordOf } from './flow-host.js';

const app = application('confidential', CONFIDENTIAL_SECRET);
const mistyped = 'this-is-a-password-in-the-wrong-field';

describe.each(stores)('on %s:', (kind) => {
  /** Every secret that was sent, by its kind. */
  const travelled = new Map<string, string>();
  /** A one-time code that was right. */
  let oneTimeCode = '';

  const host = useHost(flowRealm(kind));
  beforeAll(async () => {
    const visitor = new Visitor();
    const password = passwordOf(host, 'alice');
    await signIn(visitor, ask(host, app), mistyped, 'a wrong password');
    const authRequest = ask(host, app, { scope: 'openid profile orders:read', resource: ORDERS });
    const page = await visitor.visit(authRequest.url);
    const uid = page.url.pathname.split('/').at(-1) ?? '';
    const code = codeOf(await visitor.submit(page, { identifier: 'alice', password }));
    const first = await exchange(host, authRequest, code);
    await userinfo(host, first.body.access_token);
    const second = await refresh(host, app, first.body.refresh_token, { resource: ORDERS });
    await refresh(host, app, first.body.refresh_token); // reused
    const other = ask(host, application('asking'), { id_token_hint: first.body.id_token });
    await visitor.visit(other.url);
    await token(host, { id: 'machine' }, { grant_type: 'client_credentials', client_secret: MACHINE_SECRET });
    const more = await shownByBob();
    // With a hint nobody would be asked, and no token would lie in a form.
    const logout = await visitor.visit(`${host.issuer}/session/end`);

    const secrets = {
      'the password': password,
      'a mistyped password': mistyped,
      'the wrong password': 'a wrong password',
      'the generated administrator password': host.administrator.password,
      'the interaction': uid,
      'the code': code,
      'the code verifier': authRequest.verifier,
      'the opaque access token': first.body.access_token,
      'the ID token': first.body.id_token,
      'the JWT access token': second.body.access_token,
      'the JWT signature': second.body.access_token.split('.')[2] ?? '',
      'a client secret': CONFIDENTIAL_SECRET,
      'another client secret': MACHINE_SECRET,
      'the logout token': logout.fields['xsrf'] ?? '',
      ...more.secrets,
    };
    for (const [what, value] of Object.entries(secrets)) travelled.set(what, value);
    for (const [at, { body }] of [first, second].entries()) {
      const [family = '', own = ''] = body.refresh_token.split('.');
      travelled.set(`the family of refresh token ${at}`, family);
      travelled.set(`the own half of refresh token ${at}`, own);
    }
    let seen = 0;
    for (const secret of [...visitor.secrets, ...more.visitor.secrets]) {
      // Names are no secrets, and what a button says is none either.
      if (secret.length >= 20) travelled.set(`cookie or form value ${(seen += 1)}`, secret);
    }
    oneTimeCode = more.code;
    for (const [what, value] of travelled) if (value.length < 10) throw new Error(`${what} did not travel.`);
  });

  /** A second factor, its codes, and a password of their own choice. */
  async function shownByBob() {
    const chosen = 'words that bob alone would choose';
    const visitor = new Visitor();
    const page = await signIn(visitor, ask(host, application('strict')), 'bob', passwordOf(host, 'bob'));
    const phone = Authenticator.reading(page, host);
    const code = phone.code();
    const [first = '', second = ''] = recoveryCodesOn(await visitor.submit(page, { code }));
    await visitor.visit(page.url);
    const passwordPage = await visitor.visit(`${host.issuer}/account/password`);
    const changed = await visitor.submit(passwordPage, { password: chosen, again: chosen });
    expect(changed.text).toContain('Your password was changed');
    const again = new Visitor();
    const strictPage = await signIn(again, ask(host, application('strict')), 'bob', chosen);
    const wrong = await again.submit(strictPage, { code: 'a-code-that-is-none' });
    codeOf(await again.submit(wrong, { code: first }));
    return {
      visitor,
      code,
      secrets: {
        'the seed': phone.seed,
        'the seed in bytes': Buffer.from(Secret.fromBase32(phone.seed).bytes).toString('latin1'),
        'the seed in hexadecimal': Secret.fromBase32(phone.seed).hex,
        'the seed in base64': Buffer.from(Secret.fromBase32(phone.seed).bytes).toString('base64'),
        'a recovery code that was used': first,
        'a recovery code that is left': second,
        'a recovery code as it is counted': second.replaceAll('-', ''),
        'a wrong code': 'a-code-that-is-none',
        'the password that bob chose': chosen,
        'the password that bob had': passwordOf(host, 'bob'),
      },
    };
  }

  describe('nothing that travelled as a secret', () => {
    test('lies in the store', async () => {
      const store = await host.dump();
      expect(store).toContain('alice'); // it is the store, and readable
      expect([...travelled].filter(([, value]) => store.includes(value)).map(([what]) => what)).toEqual([]);
    });

    test('was logged, though everything is logged that can be', () => {
      const logs = host.logs();
      expect(logs).toContain('"path":"/token"');
      expect([...travelled].filter(([, value]) => logs.includes(value)).map(([what]) => what)).toEqual([]);
    });

    test('is a one-time code that a person typed', async () => {
      // Six digits are somewhere in the time of day by chance, but not as a word of their own.
      const word = new RegExp(`"${oneTimeCode}"|[=: ]${oneTimeCode}\\b`);
      expect([word.test(await host.dump()), word.test(host.logs())]).toEqual([false, false]);
    });

    test('is a sealing key or a private key in the clear', async () => {
      const [key = ''] = await readdir(host.keysFolder).then((names) => names.filter((name) => name.endsWith('.key')));
      const bytes = await readFile(join(host.keysFolder, key));
      const store = await host.dump();
      for (const form of [
        bytes.toString('latin1'),
        bytes.toString('base64'),
        bytes.toString('base64url'),
        '"d":"',
        '\\"d\\":\\"',
      ]) {
        expect(store.includes(form)).toBe(false);
      }
    });
  });
});
