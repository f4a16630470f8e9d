/**
 * strangers: applications that nobody here wrote, run with nothing but their recipe.
 *
 * `./scripts/strangers` starts a real Gatehouse for each, from the realm file in its recipe (`docs/applications/NAME.md`). It runs
 * the application with the recipe's blocks. It then signs a person in with a real browser, or calls the API with a real token.
 * A stranger defines how it is installed, started and tried. The recipe alone defines how Gatehouse is set up.
 */
import type { Page } from 'playwright-core';
import type { Reason } from '../../../src/http/refusals/reasons.js';

export interface Stranger {
  /** Its folder here, its page in `docs/applications`, and its row in the table. */
  readonly name: string;
  readonly kind: 'signs people in' | 'api';
  /** Origins that the page gives to the application (`https://shop.example.com`). Each becomes a free port of localhost. */
  readonly origins: readonly string[];
  /** The settings that the page gives the application beyond issuer, client id, secret and redirect URI. The realm file's part is read from the page. */
  readonly set: readonly string[];
  /**
   * Fetches and builds what it runs, pinned, into `.cache/strangers/` (see installs.ts). Quick when that is there already.
   *
   * @param block a block of the page as it stands there, for what is built from it
   */
  install(block: (mark: string) => string): Promise<void>;
  /** Starts the application as the page says. Resolves when it answers. */
  start(here: Here): Promise<void>;
  /** Signs in, or calls. @throws whatever says that it did not work */
  tries(here: Here): Promise<void>;
  /** One mistake that an administrator makes. Tried last, after what `start` started was ended. */
  readonly mistake?: Mistake;
}

export interface Mistake {
  /** In words: "the secret is wrong". */
  readonly what: string;
  /** The reason that Gatehouse's log line must name. */
  readonly reason: Reason;
  /** Makes it: starts the application wrongly and goes as far as the refusal. */
  make(here: Here): Promise<void>;
}

/** Where one stranger runs: its Gatehouse, its recipe with this run's addresses, and people with browsers. */
export interface Here {
  readonly issuer: string;
  /** A folder of this run, removed afterwards. */
  readonly folder: string;
  /** The local origin that replaces an origin of the page: `http://localhost:PORT`. */
  origin(example: string): string;
  port(example: string): number;
  /** The page's one block with this mark (`sh env`, `js application`), with the addresses of this run. @throws {Error} where there is not one */
  block(mark: string): string;
  /** A secret that `gatehouse bootstrap` made for a client of the page. */
  secret(name: string): Promise<string>;
  /** The file that holds it. */
  secretFile(name: string): string;
  /** Runs a program until the stranger is done. Its output is shown when something fails. */
  run(command: string, args: readonly string[], options?: RunOptions): Child;
  /** Resolves once something answers there, with whatever status. @throws {Error} when nothing does within a minute */
  answers(url: string): Promise<void>;
  /** A page in a browser of a person of its own. */
  newPerson(): Promise<Page>;
  /** Fills in Gatehouse's sign-in page and allows what its consent page asks, until the browser is elsewhere. Ada may write orders, Rea only read. */
  signIn(page: Page, username?: Username): Promise<void>;
  /** An access token of that person for an API, by the client `orders-app` of harness/realm.yaml. */
  token(options: TokenOptions): Promise<string>;
  /** Lines of Gatehouse's log that say why something was refused. */
  refusals(): readonly Refused[];
}

export type Username = 'ada' | 'rea';

export interface TokenOptions {
  readonly username: Username;
  readonly scope: string;
  readonly resource: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Beside PATH, HOME and TMPDIR. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Child {
  readonly pid: number;
  /** All it has written so far. */
  output(): string;
  hasEnded(): boolean;
  /** SIGTERM, then SIGKILL, to it and all that it started. */
  end(): Promise<void>;
}

export interface Refused {
  readonly client: string;
  readonly endpoint: string;
  readonly error?: string;
  readonly reason: string;
  readonly words: string;
}
