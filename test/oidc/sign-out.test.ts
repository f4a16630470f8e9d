import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { asksBeforeSignOut, type SignOutHint } from '../../src/oidc/sign-out/sign-out.js';

const BEGAN = 1_000_000_000;
const shop = { clientId: 'shop', sid: 'sid of shop', offline: false };
const forum = { clientId: 'forum', sid: 'sid of forum', offline: false };
const account = { clientId: 'gatehouse-account', sid: 'sid of account', offline: false };
const session = { userId: 'alice', startedAt: BEGAN, clients: [shop] };
const hint: SignOutHint = { clientId: 'shop', userId: 'alice', issuedAt: BEGAN + 1 };

describe('a person who comes to sign out', () => {
  test.each([
    ['when-needed', [shop], false],
    ['when-needed', [shop, account], false],
    ['when-needed', [shop, forum], true],
    ['always', [shop], true],
    ['never', [shop], false],
    ['never', [shop, forum], false],
  ] as const)(
    'by the ID token of their session, in a realm that asks %s, with %j, is asked: %j',
    (setting, clients, asked) => {
      expect(asksBeforeSignOut(setting, hint, { ...session, clients: [...clients] })).toBe(asked);
      expect(asksBeforeSignOut(setting, { ...hint, sid: shop.sid }, { ...session, clients: [...clients] })).toBe(asked);
    },
  );

  test('by anything else is asked, whatever the realm says', () => {
    const wrong = fc.constantFrom<SignOutHint | undefined>(
      undefined,
      { ...hint, clientId: 'forum' },
      { ...hint, clientId: '__proto__' },
      { ...hint, userId: 'bob' },
      { ...hint, userId: undefined },
      { ...hint, sid: forum.sid },
      { ...hint, sid: '' },
      { ...hint, issuedAt: BEGAN - 120_000 },
    );
    fc.assert(
      fc.property(
        fc.constantFrom('when-needed' as const, 'always' as const, 'never' as const),
        wrong,
        (setting, brought) => {
          expect(asksBeforeSignOut(setting, brought, session)).toBe(true);
          expect(asksBeforeSignOut(setting, brought, { ...session, clients: [] })).toBe(true);
        },
      ),
    );
    expect(asksBeforeSignOut('never', hint, undefined)).toBe(true);
    const { userId: _, ...nobody } = session;
    expect(asksBeforeSignOut('never', { ...hint, userId: undefined }, nobody)).toBe(true);
  });
});
