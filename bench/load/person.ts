import { type Application, ask, codeOf, signIn, type Asked } from '../../test/support/application.ts';
import { type Page, Visitor } from '../../test/support/visitor.ts';
import { APPLICATION, ASKED } from '../realm.ts';
import { requestTokens, type Tokens } from './tokens.ts';

/** A code with the data that its application needs to redeem it. */
export interface Code {
  readonly code: string;
  readonly verifier: string;
}

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

  /** In a new browser, from the first redirect to a code. */
  async signIn(browser = new Visitor()): Promise<Code> {
    const asked = this.#ask();
    return codeIn(await this.#typeIn(browser, asked), asked);
  }

  /** The same under overload; returns whether it succeeded. */
  async trySignIn(): Promise<boolean> {
    return (await this.tryOrWait(new Visitor())) === undefined;
  }

  /** The same: undefined if signed in, otherwise the seconds until a retry. */
  async tryOrWait(browser: Visitor): Promise<number | undefined> {
    const asked = this.#ask();
    const door = await browser.visit(asked.url);
    if (isRefused(door)) return retryAfter(door);
    const page = await browser.submit(door, { identifier: this.#username, password: this.#password });
    if (isRefused(page)) return retryAfter(page);
    codeIn(page, asked);
    return undefined;
  }

  /** In the signed-in browser; signs in the first time. */
  async authorize(by: Application = APPLICATION): Promise<Code> {
    this.#browser ??= this.#signedIn();
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

  #typeIn(browser: Visitor, asked: Asked): Promise<Page> {
    return signIn(browser, asked, this.#username, this.#password);
  }

  #ask({ id, redirectUri }: Application = APPLICATION): Asked {
    return ask({ issuer: this.issuer }, { id, redirectUri }, ASKED);
  }

  async #signedIn(): Promise<Visitor> {
    const browser = new Visitor();
    await this.signIn(browser);
    return browser;
  }
}

const codeIn = (page: Page, { verifier }: Asked): Code => ({ code: codeOf(page), verifier });

const isRefused = ({ status }: Page): boolean => status === 503 || status === 429;
const retryAfter = ({ headers }: Page): number => Number(headers.get('retry-after'));
