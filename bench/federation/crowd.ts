import { ask } from '../../test/support/application.ts';
import { FromAddress } from '../../test/support/from-address.ts';
import type { Page } from '../../test/support/visitor.ts';
import { APPLICATION, ASKED } from '../realm.ts';

/** People of a directory, each at an address of their own and with a sign-in page open. */
export interface Crowd {
  /** All of them post their passwords at once. */
  post(): Posted;
}

export interface Posted {
  /** How many have an answer. */
  answered(): number;
  /** How often each status came. */
  readonly statuses: Promise<ReadonlyMap<number, number>>;
}

/** How many pages are opened at a time. */
const OPENING = 24;

export async function openCrowd(issuer: string, people: number, password: string): Promise<Crowd> {
  const all: { readonly browser: FromAddress; page: Page }[] = [];
  const open = async (at: number): Promise<void> => {
    const browser = new FromAddress(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`);
    all[at] = { browser, page: await browser.visit(ask({ issuer }, APPLICATION, ASKED).url) };
  };
  for (let at = 0; at < people; at += OPENING)
    await Promise.all(Array.from({ length: Math.min(OPENING, people - at) }, (_, more) => open(at + more)));
  return {
    post() {
      let answered = 0;
      const statuses = new Map<number, number>();
      const posts = all.map(async (one, at) => {
        // The same page is shown again after a fault.
        const next = await one.browser.submit(one.page, { identifier: `p${at}`, password });
        answered++;
        statuses.set(next.status, (statuses.get(next.status) ?? 0) + 1);
      });
      return { answered: () => answered, statuses: Promise.all(posts).then(() => statuses) };
    },
  };
}
