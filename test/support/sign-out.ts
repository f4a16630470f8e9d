import type { Host } from './host/host.js';
import type { Page, Visitor } from './visitor.js';

/** Comes to sign out, as an application sends people. */
export const comeToSignOut = (
  visitor: Visitor,
  { issuer }: Pick<Host, 'issuer'>,
  params: Readonly<Record<string, string>> = {},
): Promise<Page> => visitor.visit(`${issuer}/session/end?${new URLSearchParams(params).toString()}`);

/** The same, and says yes where there is a question. */
export async function signOut(
  visitor: Visitor,
  host: Pick<Host, 'issuer'>,
  params: Readonly<Record<string, string>> = {},
): Promise<Page> {
  const page = await comeToSignOut(visitor, host, params);
  return page.heading === 'Sign out?' ? visitor.submit(page, { logout: 'yes' }) : page;
}
