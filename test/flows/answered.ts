import { expect } from '@jest/globals';
import { application, ask, type Asked, codeOf, exchange, refresh } from '../support/application.js';
import type { Host } from '../support/host/host.js';
import type { Visitor } from '../support/visitor.js';

const app = application('public');

/** Everything that the server has answered; unanswered requests are not in it. */
export interface Answered {
  /** Whose cookie came with an answer. */
  readonly sessions: Visitor[];
  /** Handed out, and not sent back yet. */
  readonly codes: Map<string, Asked>;
  readonly exchanged: Map<string, Asked>;
  /** The last one of each family; a family whose next rotation was asked for is out of it until that is answered. */
  readonly refreshTokens: Set<string>;
  rotations: number;
  onRotation?: () => void;
}

/** Checks that responses hold: everything issued can be used, and nothing single-use works twice. */
export async function expectKept(host: Host, answered: Answered): Promise<void> {
  expect(answered.sessions.length).toBeGreaterThan(0);
  expect(answered.codes.size).toBeGreaterThan(0);
  expect(answered.exchanged.size).toBeGreaterThan(0);
  expect(answered.refreshTokens.size).toBeGreaterThan(0);

  const signedIn = answered.sessions.map(async (visitor) =>
    codeOf(await visitor.visit(ask(host, app, { prompt: 'none' }).url)),
  );
  expect(await Promise.all(signedIn)).toHaveLength(answered.sessions.length);
  const redeemed = await Promise.all([...answered.codes].map(([code, asked]) => exchange(host, asked, code)));
  expect(redeemed.map(({ status }) => status)).toEqual(redeemed.map(() => 200));
  const rotated = await Promise.all([...answered.refreshTokens].map((token) => refresh(host, app, token)));
  expect(rotated.map(({ status }) => status)).toEqual(rotated.map(() => 200));
  // Last, since it ends the grants.
  const again = await Promise.all([...answered.exchanged].map(([code, asked]) => exchange(host, asked, code)));
  expect(again.map(({ body }) => body.error)).toEqual(again.map(() => 'invalid_grant'));
}
