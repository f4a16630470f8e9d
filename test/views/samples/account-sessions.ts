import { AccountSessions, type AccountSessionsProps, type ListedSession } from '../../../views/account-sessions.js';
import type { Surroundings } from '../../../views/layout.js';
import { atAccount } from '../at-account.js';
import type { Samples } from '../sample.js';

const startedAt = Date.UTC(2026, 10, 2, 8);
const here: ListedSession = {
  handle: 'a',
  here: true,
  startedAt,
  usedAt: startedAt,
  address: '192.0.2.7',
  device: { browser: 'Firefox', system: 'Linux' },
};
const page =
  (sessions: readonly ListedSession[], more: Pick<AccountSessionsProps, 'further' | 'first'> = {}, zone?: string) =>
  (around: Surroundings) =>
    AccountSessions({
      ...atAccount(around, 'sessions'),
      action: '/account/sessions',
      csrf: { end: 'token', everywhere: 'token' },
      sessions,
      ...(zone !== undefined && { zone }),
      ...more,
    });

export const samples: Samples = {
  'this one alone': page([here]),
  several: page([here, { handle: 'b', here: false, startedAt }], {}, 'Europe/Berlin'),
  'a part of many': page([here], { further: '/account/sessions?after=x', first: '/account/sessions' }),
};
