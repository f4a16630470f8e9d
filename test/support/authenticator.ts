import { Secret, TOTP } from 'otpauth';
import type { Host } from './host/host.js';
import type { Page } from './visitor.js';

/** An authenticator app on somebody's phone, whose clock goes with the host's. */
export class Authenticator {
  readonly seed: string;
  readonly #host: Pick<Host, 'ahead'>;

  constructor(host: Pick<Host, 'ahead'>, seed: string) {
    this.#host = host;
    this.seed = seed;
  }

  /** Takes the seed from the page that shows it to be typed. */
  static reading(page: Page, host: Pick<Host, 'ahead'>): Authenticator {
    const seed = /<code>([A-Z2-7 ]{32,})<\/code>/.exec(page.text)?.[1];
    if (seed === undefined) throw new Error(`There is no seed on this page (${page.status}): ${page.text}`);
    return new Authenticator(host, seed.replaceAll(' ', ''));
  }

  /** Returns the current code, or the code that many steps from now. */
  code(steps = 0): string {
    const totp = new TOTP({ secret: Secret.fromBase32(this.seed), algorithm: 'SHA1', digits: 6, period: 30 });
    return totp.generate({ timestamp: Date.now() + this.#host.ahead() + steps * 30_000 });
  }
}

/** The same digits as another keyboard writes them: `arab`, `fullwide`, `deva` and so on, with a hyphen in the middle. */
export const typedIn = (numberingSystem: string, code: string): string =>
  code
    .replaceAll(/\d/g, (digit) => new Intl.NumberFormat('en', { numberingSystem }).format(Number(digit)))
    .replace(/^(.{3})(?=.{3}$)/u, '$1 - ');

/** The recovery codes on a page. */
export const recoveryCodesOn = ({ text }: Page): readonly string[] =>
  [...text.matchAll(/<code>([0-9a-z]{4}(?:-[0-9a-z]{4}){3})<\/code>/g)].map(([, code = '']) => code);
