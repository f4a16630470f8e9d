import { setTimeout as delay } from 'node:timers/promises';
import { type Application, ask, codeOf, type Asked } from '../../test/support/application.ts';
import { type Page, Visitor } from '../../test/support/visitor.ts';
import { APPLICATION, ASKED } from '../realm.ts';
import { cheapFetch } from './send.ts';
import { requestTokens, type Tokens } from './tokens.ts';

/** A code with the data that its application needs to redeem it. */
export interface Code {
  readonly code: string;
  readonly verifier: string;
}

const MOST_TRIES = 10;

/** A user with a password, and a browser that stays signed in. */
export class Person {
  readonly issuer: string;
  readonly #username: string;
  readonly #password: string;
  #browser: Promise<Visitor> | undefined;

  constructor(issuer: string, username: string, password: string) {
    this.issuer = issuer;
    this.#username = username;
    this.#password = password;
  }

  /** In a new browser, from the first redirect to a code. Waits and tries again where a busy server asks for it. */
  async signIn(): Promise<Code> {
    return (await this.#signedIn()).code;
  }

  /** Once, under overload; returns whether it succeeded. */
  async trySignIn(): Promise<boolean> {
    return (await this.tryOrWait(new Visitor(cheapFetch))) === undefined;
  }

  /** The same: undefined if signed in, otherwise the seconds until a retry. */
  async tryOrWait(browser: Visitor): Promise<number | undefined> {
    const signedIn = await this.#attempt(browser);
    return typeof signedIn === 'number' ? signedIn : undefined;
  }

  /** In the signed-in browser; signs in the first time. */
  async authorize(by: Application = APPLICATION): Promise<Code> {
    this.#browser ??= this.#signedIn().then(({ browser }) => browser);
    const browser = await this.#browser;
    const asked = this.#ask(by);
    return codeIn(await browser.visit(asked.url), asked);
  }

  redeem({ code, verifier }: Code, by: Application = APPLICATION): Promise<Tokens> {
    return requestTokens(this.issuer, {
      grant_type: 'authorization_code',
      client_id: by.id,
      ...(by.secret !== undefined && { client_secret: by.secret }),
      redirect_uri: by.redirectUri,
      code,
      code_verifier: verifier,
    });
  }

  /** Tokens of the same grant; without a resource, the access token is opaque. */
  refresh(refreshToken: string, by: Application = APPLICATION, resource?: string): Promise<Tokens> {
    return requestTokens(this.issuer, {
      grant_type: 'refresh_token',
      client_id: by.id,
      ...(by.secret !== undefined && { client_secret: by.secret }),
      refresh_token: refreshToken,
      ...(resource !== undefined && { resource }),
    });
  }

  /** A code, or the seconds until a retry. */
  async #attempt(browser: Visitor): Promise<Code | number> {
    const asked = this.#ask();
    const form = await browser.visit(asked.url);
    if (isRefused(form)) return retryAfter(form);
    const page = await browser.submit(form, { identifier: this.#username, password: this.#password });
    return isRefused(page) ? retryAfter(page) : codeIn(page, asked);
  }

  #ask({ id, redirectUri }: Application = APPLICATION): Asked {
    return ask({ issuer: this.issuer }, { id, redirectUri }, ASKED);
  }

  async #signedIn(): Promise<{ readonly browser: Visitor; readonly code: Code }> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const browser = new Visitor(cheapFetch);
      const code = await this.#attempt(browser);
      if (typeof code !== 'number') return { browser, code };
      await delay(code * 1000);
    }
    throw new Error(`${this.#username} was asked to wait ${MOST_TRIES} times.`);
  }
}

const codeIn = (page: Page, { verifier }: Asked): Code => ({ code: codeOf(page), verifier });

const isRefused = ({ status }: Page): boolean => status === 503 || status === 429;
const retryAfter = ({ headers }: Page): number => Number(headers.get('retry-after'));
