import { ask } from '../../test/support/application.ts';
import type { Page } from '../../test/support/visitor.ts';
import { APPLICATION, ASKED, usernames } from '../realm.ts';
import { FromAddress } from '../../test/support/from-address.ts';

/** Concurrent posts. More would only wait for the cores. */
const IN_FLIGHT = 24;

export interface Attack {
  begin(): void;
  /** Resolves with the seconds until a guess of each address was checked. */
  firstGuesses(): Promise<number>;
  end(): Promise<{ readonly posts: number; readonly judged: number; readonly seconds: number }>;
}

/** This many addresses with a sign-in page each, which post wrong passwords of the first person in turn, without pause. */
export async function guessers(issuer: string, addresses: number): Promise<Attack> {
  const all: { readonly browser: FromAddress; page: Page }[] = [];
  for (let at = 0; at < addresses; at++) {
    const browser = new FromAddress(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`);
    const { url } = ask({ issuer }, { id: APPLICATION.id, redirectUri: APPLICATION.redirectUri }, ASKED);
    all.push({ browser, page: await browser.visit(url) });
  }
  const [identifier = ''] = usernames(1);
  let posts = 0;
  let judged = 0;
  let began = 0;
  let ended = false;
  const done = Promise.withResolvers<number>();
  const looked = new Set<number>();
  const lanes: Promise<void>[] = [];

  async function lane(first: number): Promise<void> {
    for (let at = first; !ended; at = (at + IN_FLIGHT) % addresses) {
      const guesser = all[at];
      if (!guesser) return;
      const { status } = await guesser.browser.submit(guesser.page, { identifier, password: `a guess ${posts++}` });
      if (status !== 403) continue;
      judged++;
      looked.add(at);
      if (looked.size === addresses) done.resolve((performance.now() - began) / 1000);
    }
  }

  return {
    begin() {
      began = performance.now();
      for (let at = 0; at < Math.min(IN_FLIGHT, addresses); at++) lanes.push(lane(at));
    },
    firstGuesses: () => done.promise,
    async end() {
      ended = true;
      const seconds = (performance.now() - began) / 1000;
      await Promise.all(lanes);
      return { posts, judged, seconds };
    },
  };
}
