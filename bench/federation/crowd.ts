import type { LyingProvider } from '../../test/federation/oidc/lying-provider.ts';
import { ask } from '../../test/support/application.ts';
import { FromAddress } from '../../test/support/from-address.ts';
import type { Page } from '../../test/support/visitor.ts';
import { APPLICATION, ASKED } from '../realm.ts';

/** People of an upstream, each at an address of their own, before the step that asks it. */
export interface Crowd {
  /** All of them take that step at once: they post their passwords, or come back from a provider. */
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

/** People of a directory with a sign-in page open. */
export async function openCrowd(issuer: string, people: number, password: string): Promise<Crowd> {
  const pages: Page[] = [];
  const all = await opened(people, async (browser, at) => {
    pages[at] = await browser.visit(ask({ issuer }, APPLICATION, ASKED).url);
  });
  return {
    post: () =>
      posted(all, async (browser, at) => {
        const page = pages[at];
        if (!page) throw new Error('There is no page.');
        // The same page is shown again after a fault.
        return browser.submit(page, { identifier: `p${at}`, password });
      }),
  };
}

/** People of a provider who have signed in there. */
export async function openCrowdElsewhere(issuer: string, people: number, provider: LyingProvider): Promise<Crowd> {
  const answers: string[] = [];
  const all = await opened(people, async (browser, at) => {
    const page = await browser.visit(ask({ issuer }, APPLICATION, ASKED).url);
    const [, link = ''] = /<a class="button" href="([^"]*)">/.exec(page.text) ?? [];
    const left = await browser.visit(new URL(link, page.url));
    answers[at] = `${issuer}/connector/corp/callback?${(await provider.browser(left.url.href)).toString()}`;
  });
  return { post: () => posted(all, (browser, at) => browser.visit(answers[at] ?? '')) };
}

async function opened(
  people: number,
  open: (browser: FromAddress, at: number) => Promise<void>,
): Promise<readonly FromAddress[]> {
  const all = Array.from(
    { length: people },
    (_, at) => new FromAddress(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`),
  );
  for (let from = 0; from < people; from += OPENING)
    await Promise.all(all.slice(from, from + OPENING).map((browser, more) => open(browser, from + more)));
  return all;
}

function posted(all: readonly FromAddress[], step: (browser: FromAddress, at: number) => Promise<Page>): Posted {
  let answered = 0;
  const statuses = new Map<number, number>();
  const posts = all.map(async (browser, at) => {
    const { status } = await step(browser, at);
    answered++;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  });
  return { answered: () => answered, statuses: Promise.all(posts).then(() => statuses) };
}
