import type { Application } from '../../test/support/application.ts';
import type { Person } from './person.ts';

/** Opaque access tokens of one grant that no request has presented yet, each given once. */
export async function newTokens(
  person: Person,
  by: Application,
  count: number,
): Promise<{ readonly next: () => string }> {
  const { access_token: first, refresh_token: refreshToken } = await person.redeem(await person.authorize(by), by);
  const tokens = [first];
  // A refresh costs less than another authorization and exchange.
  for (let current = refreshToken; tokens.length < count;) {
    const refreshed = await person.refresh(current, by);
    tokens.push(refreshed.access_token);
    current = refreshed.refresh_token;
  }
  return {
    next() {
      const token = tokens.pop();
      if (token === undefined) throw new Error('More tokens were presented than made.');
      return token;
    },
  };
}
