import { createHash, randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { Visitor } from '../../support/visitor.js';
import type { TokenOptions } from './stranger.js';

/** The longest time that a person waits for one page. */
export const PAGE_MS = 20_000;

/** Signs in at Gatehouse and consents if asked, until the browser leaves Gatehouse. @throws {Error} with the text of the page */
export async function signIn(page: Page, issuer: string, username: string, password: string): Promise<void> {
  const { origin } = new URL(issuer);
  try {
    await page.locator('input[name=identifier]').fill(username, { timeout: PAGE_MS });
    await page.locator('input[name=password]').fill(password);
    const left = page.waitForURL((url) => url.origin !== origin, { timeout: PAGE_MS, waitUntil: 'domcontentloaded' });
    const allow = page.locator('button[name=decision][value=allow]');
    const isAsked = allow.waitFor({ timeout: PAGE_MS }).then(
      () => true,
      () => false,
    );
    await page.locator('input[name=password]').press('Enter');
    const first = await Promise.race([
      left.then(() => 'left' as const),
      isAsked.then((is) => (is ? 'asked' : 'stuck')),
    ]);
    if (first === 'asked') await allow.click({ noWaitAfter: true });
    await left;
  } catch (error) {
    throw new Error(`The sign-in did not come back to the application.\n${await describe(page)}`, { cause: error });
  }
}

/** Describes the browser's address and page text for an error message. */
async function describe(page: Page): Promise<string> {
  const text = await page.innerText('body', { timeout: 2_000 }).catch(() => '');
  return `The browser is at ${page.url()}:\n${text.slice(0, 1_000)}`;
}

interface TokenClient {
  readonly issuer: string;
  readonly secret: string;
  readonly password: string;
}

/** Gets a token with the code flow as client `orders-app` of realm.yaml. @throws {Error} with the response if it has no token */
export async function tokenFor(options: TokenOptions, { issuer, secret, password }: TokenClient): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL(`${issuer}/auth`);
  const redirectUri = 'https://orders-app.example.com/callback';
  url.search = new URLSearchParams({
    client_id: 'orders-app',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: options.scope,
    resource: options.resource,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  const person = new Visitor();
  let page = await person.submit(await person.visit(url), { identifier: options.username, password });
  // After a form of Gatehouse a page may lead on by itself.
  const onward = /<meta http-equiv="refresh" content="0;\s*url=([^"]+)"/i.exec(page.text)?.[1];
  if (onward !== undefined) page = await person.visit(new URL(onward.replaceAll('&amp;', '&'), page.url));
  const code = page.url.searchParams.get('code');
  if (code === null) throw new Error(`No code for ${options.username}: ${page.url.href} ${page.heading ?? ''}`);
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`orders-app:${secret}`).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      resource: options.resource,
    }),
  });
  const { access_token: token, ...rest } = (await answer.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`No token for ${options.username}: ${JSON.stringify(rest)}`);
  return token;
}
