import { expected, send } from './send.ts';

export type Tokens = Readonly<Record<'access_token' | 'refresh_token', string>>;

/** One call of the token endpoint. @throws {Error} for a refusal */
export async function requestTokens(issuer: string, form: Readonly<Record<string, string>>): Promise<Tokens> {
  const answer = await send(`${issuer}/token`, { method: 'POST', form });
  return JSON.parse(expected(200, answer).text) as Tokens;
}

/** @throws {Error} unless it is a JWT: an opaque token costs a store, and a JWT a signature */
export function jwt({ access_token: token }: Tokens): void {
  if (token.split('.').length !== 3) throw new Error('An access token that should be a JWT is none.');
}
