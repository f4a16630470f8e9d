import { z } from 'zod';
import { LINK_LASTS, type OwnLinks, type RefusedLink } from '../federation/own-links/own-links.js';
import { logRefusal } from '../http/refusals/log-refusal.js';
import { REASONS } from '../http/refusals/reasons.js';
import type { IdentityLinks } from '../identity/links/identity-links.js';
import type { RedirectThrottle } from '../identity/throttling/redirect-throttle.js';
import type { Pages } from '../pages/pages.js';
import { ACCOUNT_CLIENT } from '../realm/clients/account-client.js';
import type { AnswerParameters } from '../sign-in/answer-parameters.js';
import { linkAnswersPath } from '../sign-in/answer-path.js';
import { begunCookie } from '../sign-in/begun-cookie.js';
import { leadTo } from '../sign-in/lead-to.js';
import { newLinkState } from '../sign-in/redirect-state.js';
import type { AccountPage, AccountVisit, FormFields, RefusedChange } from './account-page.js';

export interface LinkElsewhereParts {
  readonly issuer: URL;
  readonly links: Pick<IdentityLinks, 'of'>;
  readonly ownLinks: OwnLinks;
  readonly parameters: Pick<AnswerParameters, 'taken'>;
  readonly redirectThrottle: Pick<RedirectThrottle, 'begin'>;
  readonly pages: Pick<Pages, 'arriving'>;
  /** The page of the links. */
  readonly show: AccountPage['show'];
}

const form = z.strictObject({ connector: z.string().max(100) });

/** The way to another identity provider and back, for a new link of the user's own. */
export function linkElsewhere(parts: LinkElsewhereParts) {
  const { issuer, links, ownLinks, parameters, redirectThrottle, pages, show } = parts;
  const cookie = begunCookie(issuer, 'link', LINK_LASTS);
  const path = linkAnswersPath(issuer);
  const whoOf = ({ user, session }: AccountVisit) => ({ user, session: session.id });

  async function connect(visit: AccountVisit, fields: FormFields): Promise<void> {
    const { ctx } = visit;
    const parsed = form.safeParse(Object.fromEntries(fields));
    if (!parsed.success) return show(visit, { status: 400, error: 'form-unreadable' });
    // Before the provider hears of it.
    const wait = redirectThrottle.begin(ctx.ip);
    if (wait !== undefined) {
      ctx.set('Retry-After', String(wait));
      return show(visit, { status: 429, error: 'throttled' });
    }
    const { connector } = parsed.data;
    const asked = { links: await links.of(visit.user.id), state: newLinkState };
    const begun = await ownLinks.begin(whoOf(visit), connector, asked);
    if (begun.kind === 'refused') return refuse(visit, connector, begun);
    cookie.set(ctx, path, begun.kept);
    await leadTo(ctx, pages, begun.target, { provider: begun.displayName });
  }

  async function answered(visit: AccountVisit, connector: string): Promise<void> {
    const { ctx } = visit;
    const answer = { by: visit.by, kept: cookie.read(ctx), query: parameters.taken(ctx, connector) };
    const completed = await ownLinks.complete(whoOf(visit), connector, answer);
    if (completed.kind === 'refused') return refuse(visit, connector, completed);
    cookie.set(ctx, path, null);
    visit.done('linked');
  }

  function refuse(visit: AccountVisit, connector: string, { fault, reason }: RefusedLink): Promise<void> {
    const { ctx, user } = visit;
    const shown = shownAs(fault);
    if (shown.status === 503) ctx.set('Retry-After', '5');
    logRefusal(ctx, {
      ...{ client: ACCOUNT_CLIENT, user: user.id, endpoint: 'account' },
      error: [connector, fault, ...(reason === undefined ? [] : [reason])].join(': '),
      ...{ reason: 'account-link-refused', words: REASONS['account-link-refused'].cause },
    });
    return show(visit, shown);
  }

  return { connect, answered };
}

/** What the page says of it. */
function shownAs(fault: RefusedLink['fault']): RefusedChange {
  switch (fault) {
    case 'not-offered':
      return { status: 409, error: 'link-not-offered' };
    case 'not-begun':
      return { status: 410, error: 'link-not-begun' };
    case 'denied':
      return { status: 403, error: 'link-denied' };
    case 'failed':
      return { status: 503, error: 'link-failed' };
    case 'linked-to-another':
      return { status: 409, error: 'link-of-another' };
    case 'not-allowed':
    case 'link-suspended':
    case 'rule-domains':
    case 'rule-claims':
    case 'rule-max-age':
      return { status: 403, error: 'link-not-admitted' };
  }
}
