import { Router, type RouterContext } from '@koa/router';
import type { Context, Middleware } from 'koa';
import type { AccountDone } from '#views/account-frame.js';
import { en } from '#views/locales/en.js';
import type { Cursor } from '../base/paging.js';
import { actorIn } from '../http/request/actor-of-request.js';
import type { CsrfTokens } from '../http/request/csrf.js';
import { readForm } from '../http/request/form.js';
import { logRefusal } from '../http/refusals/log-refusal.js';
import { REASONS } from '../http/refusals/reasons.js';
import { ACCOUNT_CALLBACK, ACCOUNT_CLIENT } from '../realm/clients/account-client.js';
import type { Session } from '../sessions/session.js';
import { type Pages, pathOf } from '../pages/pages.js';
import type { User } from '../identity/users/user.js';
import type { Stored } from '../storage/spec.js';
import type { AccountPage, AccountVisit, RefusedChange } from './account-page.js';
import { isFresh, signInUrl } from './sign-in-first.js';

export interface AccountParts {
  readonly issuer: URL;
  /** The signed-in user of the browser: a port that `oidc/` implements. */
  readonly signedIn: (
    ctx: Context,
  ) => Promise<{ readonly session: Stored<Session>; readonly user: Stored<User> } | undefined>;
  readonly csrf: CsrfTokens;
  readonly pages: Pick<Pages, 'page' | 'failure' | 'signedOut'>;
}

/** @param list in the order of the navigation, starting with the start page */
export function accountRouter(parts: AccountParts, list: readonly AccountPage[]): Middleware {
  const path = pathOf(parts.issuer);
  const base = `${parts.issuer.origin}${path}`;
  const router = new Router();
  router.get(`${path}${ACCOUNT_CALLBACK}`, comeBack);
  for (const page of list) {
    const at = `${path}/account${page.path}`;
    router.get(at, (ctx) => enter(ctx, page, page.forChanges, (visit) => page.show(visit)));
    router.post(at, (ctx) => enter(ctx, page, true, (visit) => take(visit, page)));
    const { answered } = page;
    if (!answered) continue;
    router.get(`${at}/answer/:connector`, async (ctx, next): Promise<void> => {
      // HEAD is no visit: an answer counts once.
      if (ctx.method !== 'GET') await next();
      else await enter(ctx, page, true, (visit) => answered(visit, ctx.params['connector'] ?? ''));
    });
  }

  async function enter(
    ctx: RouterContext,
    page: AccountPage,
    fresh: boolean,
    then: (visit: AccountVisit) => Promise<void>,
  ): Promise<void> {
    const found = await parts.signedIn(ctx);
    if (found && (!fresh || isFresh(found.session.proofs, found.user))) await then(visitOf(ctx, page, found));
    else leaveTo(ctx, signInUrl(base, page.name, { again: fresh }));
  }

  function visitOf(
    ctx: RouterContext,
    page: AccountPage,
    { user, session }: { readonly user: Stored<User>; readonly session: Stored<Session> },
  ): AccountVisit {
    const further = (next: Cursor): string => {
      // A token, so that only cursors that we issued, for this user and this list, reach the store.
      const token = parts.csrf.issue(session.id, placeName(page, user, next));
      return `${path}/account${page.path}?after=${next}.${token}`;
    };
    const [place = '', token] = String(ctx.query['after'] ?? '').split('.');
    const isOurs = parts.csrf.holds(token, session.id, placeName(page, user, place));
    const after = isOurs ? (place as Cursor) : undefined;
    const done = DONE.find((what) => parts.csrf.holds(String(ctx.query['done']), session.id, `done ${what}`));
    return {
      ctx,
      user,
      session,
      by: actorIn(ctx, { kind: 'user', id: user.id }),
      action: after === undefined ? `${path}/account${page.path}` : further(after),
      after,
      first: `${path}/account${page.path}`,
      further,
      csrf: (form) => parts.csrf.issue(session.id, formName(page, form)),
      answer: (view, refused) =>
        parts.pages.page(
          ctx,
          (around) =>
            view({
              ...around,
              person: { username: user.username, ...(user.profile.name !== undefined && { name: user.profile.name }) },
              here: page.name,
              pages: list.map((each) => ({ name: each.name, href: `${path}/account${each.path}` })),
              signOut: `${path}/session/end`,
              ...(refused ? { error: refused.error } : done !== undefined && { done }),
            }),
          refused ? { status: refused.status } : {},
        ),
      done(what, to = page.name) {
        const target = list.find(({ name }) => name === to) ?? page;
        // Carried in a token, so that no external link can claim that something was done.
        const token = parts.csrf.issue(session.id, `done ${what}`);
        leaveTo(ctx, `${path}/account${target.path}?done=${token}`);
      },
    };
  }

  async function take(visit: AccountVisit, page: AccountPage): Promise<void> {
    const again = (refused: RefusedChange, reason: 'form-expired' | 'form-unreadable' = 'form-unreadable') => {
      const { ctx, user } = visit;
      const words = REASONS[reason].cause;
      logRefusal(ctx, {
        client: ACCOUNT_CLIENT,
        user: user.id,
        endpoint: 'account',
        error: refused.error,
        reason,
        words,
      });
      return page.show(visit, refused);
    };
    const form = await readForm(visit.ctx.req);
    if (form.kind === 'refused') return again({ status: form.status, error: 'form-unreadable' });
    const { csrf, form: name = '', ...fields } = Object.fromEntries(form.fields);
    const taken = Object.hasOwn(page.forms, name) ? page.forms[name] : undefined;
    if (!taken) return again({ status: 400, error: 'form-unreadable' });
    if (!parts.csrf.holds(csrf, visit.session.id, formName(page, name))) {
      return again({ status: 403, error: 'stale-form' }, 'form-expired');
    }
    return taken(visit, new Map(Object.entries(fields)));
  }

  /** Handles the response of the authorization endpoint. The next page comes from our list, never from the request. */
  async function comeBack(ctx: RouterContext): Promise<void> {
    const error = String(ctx.query['error'] ?? '');
    if (error === 'access_denied') {
      // The user cancelled: whatever needed another sign-in is unchanged.
      if (await parts.signedIn(ctx)) leaveTo(ctx, `${path}/account`);
      else await parts.pages.signedOut(ctx, { signIn: `${path}/account` });
      return;
    }
    if (error !== '') {
      const code = /^[a-z_]{1,60}$/.test(error) ? error : 'server_error';
      return parts.pages.failure(ctx, { fault: 'application', code }, 400);
    }
    const wanted = list.find(({ name }) => name === ctx.query['state']) ?? list[0];
    leaveTo(ctx, `${path}/account${wanted?.path ?? ''}`);
  }

  // The router itself adds the properties that its type requires of the context.
  const routes = router.routes() as Middleware;
  // Other requests would otherwise be matched against every route.
  return async (ctx, next) => {
    const ours = ctx.path === `${path}/account` || ctx.path.startsWith(`${path}/account/`);
    await (ours ? routes(ctx, next) : next());
  };
}

/** All confirmations that a page can show. */
const DONE = Object.keys(en.account.done) as AccountDone[];

const formName = (page: AccountPage, form: string): string => `account${page.path} ${form}`;

const placeName = (page: AccountPage, user: User, place: string): string =>
  `account${page.path} of ${user.id} after ${place}`;

/** 303, so that a posted form is followed by a GET. */
function leaveTo(ctx: Context, url: string): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.status = 303;
  ctx.redirect(url);
}
