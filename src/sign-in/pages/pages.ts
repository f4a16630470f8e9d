import type { Context } from 'koa';
import type { VNode } from 'preact';
import { render } from 'preact-render-to-string';
import { ConfirmLogout, type ConfirmLogoutProps } from '#views/confirm-logout.js';
import { Consent, type ConsentProps } from '#views/consent.js';
import { Expired } from '#views/expired.js';
import { Failure, type FailureProps } from '#views/failure.js';
import type { Surroundings } from '#views/layout.js';
import { en } from '#views/locales/en.js';
import { SignedOut, type SignedOutProps } from '#views/signed-out.js';
import { SignIn, type SignInProps } from '#views/sign-in.js';
import { requestIdOf } from '../../http/request-id.js';
import { pagePolicy, type PagePolicy } from '../../http/security-headers.js';
import { ASSETS_FOLDER } from './assets.js';

type Own<Props extends Surroundings> = Omit<Props, keyof Surroundings>;

/** A page that is to be shown: which status it answers with, and where its form may lead (see PagePolicy). */
export interface Shown extends PagePolicy {
  readonly status?: number;
}

/** The server-rendered pages. Each writes the whole answer: status, headers, body. */
export interface Pages {
  signIn(ctx: Context, props: Own<SignInProps>, shown: Shown): Promise<void>;
  consent(ctx: Context, props: Own<ConsentProps>, shown: Shown): Promise<void>;
  /** @param shown.formTargets where the application wants the browser back after logout */
  confirmLogout(ctx: Context, props: Own<ConfirmLogoutProps>, shown: Shown): Promise<void>;
  signedOut(ctx: Context, props: Own<SignedOutProps>): Promise<void>;
  /** For an interaction that cannot be read. */
  expired(ctx: Context): Promise<void>;
  failure(ctx: Context, props: Omit<Own<FailureProps>, 'requestId'>, status: number): Promise<void>;
  /** A page of another face's own. */
  page(ctx: Context, view: (around: Surroundings) => VNode, shown?: Shown): Promise<void>;
}

/**
 * @param issuer all links are made below its path
 * @param realmName asked for each page, since it may change while we run
 */
export function pages(issuer: URL, realmName: () => string): Pages {
  const surroundings = (): Surroundings => ({
    texts: en,
    realmName: realmName(),
    assets: `${pathOf(issuer)}${ASSETS_FOLDER}/`,
  });
  return {
    signIn: (ctx, props, shown) => show(ctx, SignIn({ ...surroundings(), ...props }), shown),
    consent: (ctx, props, shown) => show(ctx, Consent({ ...surroundings(), ...props }), shown),
    confirmLogout: (ctx, props, shown) => show(ctx, ConfirmLogout({ ...surroundings(), ...props }), shown),
    signedOut: (ctx, props) => show(ctx, SignedOut({ ...surroundings(), ...props }), {}),
    // 410 for the finished and the foreign alike: their difference would say which interactions exist.
    expired: (ctx) => show(ctx, Expired(surroundings()), { status: 410 }),
    failure: (ctx, props, status) =>
      show(ctx, Failure({ ...surroundings(), ...props, requestId: requestIdOf(ctx.req) }), { status }),
    page: (ctx, view, shown = {}) => show(ctx, view(surroundings()), shown),
  };
}

/** The issuer's path without a trailing slash: empty for an issuer at the root. */
export const pathOf = (issuer: URL): string => issuer.pathname.replace(/\/+$/, '');

async function show(ctx: Context, page: VNode, { status = 200, ...policy }: Shown): Promise<void> {
  await pagePolicy(ctx, policy);
  ctx.status = status;
  ctx.type = 'html';
  ctx.body = `<!doctype html>${render(page)}`;
}
