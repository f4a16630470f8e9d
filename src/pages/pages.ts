import type { Context } from 'koa';
import type { VNode } from 'preact';
import { render } from 'preact-render-to-string';
import type { Asset } from '#views/assets.js';
import { Arriving, type ArrivingProps } from '#views/arriving.js';
import { Busy, type BusyProps } from '#views/busy.js';
import { ChangePassword, type ChangePasswordProps } from '#views/change-password.js';
import { ConfirmLogout, type ConfirmLogoutProps } from '#views/confirm-logout.js';
import { ChooseAccount, type ChooseAccountProps } from '#views/choose-account.js';
import { Consent, type ConsentProps } from '#views/consent.js';
import { Expired, type ExpiredProps } from '#views/expired.js';
import { Failure, type FailureProps } from '#views/failure.js';
import { Home } from '#views/home.js';
import { Identify, type IdentifyProps } from '#views/identify.js';
import type { Surroundings } from '#views/layout.js';
import { texts } from '#views/locales/texts.js';
import { SignedOut, type SignedOutProps } from '#views/signed-out.js';
import { SignIn, type SignInProps } from '#views/sign-in.js';
import { UserstorePassword, type UserstorePasswordProps } from '#views/userstore-password.js';
import { WrongAddress } from '#views/wrong-address.js';
import type { Locale } from '../base/locale.js';
import { logRefusal } from '../http/refusals/log-refusal.js';
import { REASONS } from '../http/refusals/reasons.js';
import { requestIdOf } from '../http/request/request-id.js';
import { pagePolicy, type PagePolicy } from '../http/security-headers.js';
import type { Settings } from '../realm/settings/settings.js';
import { ASSETS_FOLDER, sendAsset } from './assets.js';
import { brandOf } from './branding.js';
import { localeOf } from './locale.js';

type Own<Props extends Surroundings> = Omit<Props, keyof Surroundings>;

/** A page to show: its status, and its permissions. */
export interface PageAnswer extends PagePolicy {
  readonly status?: number;
}

/** The server-rendered pages. Each function writes the complete response: status, headers, body. */
export interface Pages {
  identify(ctx: Context, props: Own<IdentifyProps>, shown?: PageAnswer): Promise<void>;
  signIn(ctx: Context, props: Own<SignInProps>, shown?: PageAnswer): Promise<void>;
  chooseAccount(ctx: Context, props: Own<ChooseAccountProps>, shown?: PageAnswer): Promise<void>;
  changePassword(ctx: Context, props: Own<ChangePasswordProps>, shown?: PageAnswer): Promise<void>;
  userstorePassword(ctx: Context, props: Own<UserstorePasswordProps>, shown?: PageAnswer): Promise<void>;
  consent(ctx: Context, props: Own<ConsentProps>, shown?: PageAnswer): Promise<void>;
  confirmLogout(ctx: Context, props: Own<ConfirmLogoutProps>): Promise<void>;
  signedOut(ctx: Context, props: Own<SignedOutProps>): Promise<void>;
  /** Redirects the browser to an application. The policy of a form's page ends here and does not apply to the target. */
  arriving(ctx: Context, props: Own<ArrivingProps>): Promise<void>;
  /** Shown while nobody can sign in: 503. */
  busy(ctx: Context, props: Own<BusyProps>): Promise<void>;
  /** For an interaction that cannot be read. */
  expired(ctx: Context, startAgain?: ExpiredProps['startAgain']): Promise<void>;
  failure(ctx: Context, props: Omit<Own<FailureProps>, 'requestId'>, status: number): Promise<void>;
  /** The page at the issuer's own address. */
  home(ctx: Context): Promise<void>;
  /** For a request to another host name than the issuer's: 421. */
  wrongAddress(ctx: Context): Promise<void>;
  /** Renders a page of another module. */
  page(ctx: Context, view: (around: Surroundings) => VNode, shown?: PageAnswer): Promise<void>;
  /** A static file, if there is one of this name. */
  /** @param more static files beside those of the pages */
  asset(ctx: Context, name: string, more?: readonly Asset[]): void;
}

/** The settings of a realm that its pages show. */
export type RealmShown = Pick<Settings, 'name' | 'locale' | 'colours' | 'logo' | 'contact'>;

/**
 * @param issuer all links are below its path
 * @param realm called for each page, since it may change at run time
 */
export function pages(issuer: URL, realm: () => RealmShown): Pages {
  const around = (ctx: Context): Surroundings => {
    const shown = realm();
    const locale = localeOf(ctx, shown.locale);
    return {
      locale,
      texts: texts[locale],
      realmName: shown.name,
      brand: brandOf(shown),
      ...(shown.contact && { contact: shown.contact }),
      assets: `${pathOf(issuer)}${ASSETS_FOLDER}/`,
    };
  };
  const show = async <Props extends Surroundings>(
    ctx: Context,
    page: (props: Props) => VNode,
    props: Own<Props>,
    shown: PageAnswer = {},
  ): Promise<void> => {
    const surroundings = around(ctx);
    await answer(ctx, surroundings.locale, page({ ...surroundings, ...props } as Props), shown);
  };
  return {
    identify: (ctx, props, shown) => show(ctx, Identify, props, shown),
    signIn: (ctx, props, shown) => show(ctx, SignIn, props, shown),
    chooseAccount: (ctx, props, shown) => show(ctx, ChooseAccount, props, shown),
    changePassword: (ctx, props, shown) => show(ctx, ChangePassword, props, shown),
    userstorePassword: (ctx, props, shown) => show(ctx, UserstorePassword, props, shown),
    consent: (ctx, props, shown) => show(ctx, Consent, props, shown),
    confirmLogout: (ctx, props) => show(ctx, ConfirmLogout, props),
    // Nobody enters anything into the forms of these pages.
    signedOut: (ctx, props) => show(ctx, SignedOut, props, { leadsAnywhere: props.upstream?.form !== undefined }),
    arriving: (ctx, props) => show(ctx, Arriving, props, { leadsAnywhere: props.form !== undefined }),
    busy: (ctx, props) => show(ctx, Busy, props, { status: 503 }),
    // 410 for finished and foreign interactions alike: a difference would reveal which ones exist.
    expired: (ctx, startAgain) => {
      const noCookies = ctx.headers.cookie === undefined;
      const reason = noCookies ? 'cookie-missing' : 'interaction-expired';
      logRefusal(ctx, { endpoint: 'sign-in', error: 'expired', reason, words: REASONS[reason].cause });
      return show(
        ctx,
        Expired,
        { account: `${pathOf(issuer)}/account`, noCookies, ...(startAgain && { startAgain }) },
        { status: 410 },
      );
    },
    failure: (ctx, props, status) => show(ctx, Failure, { ...props, requestId: requestIdOf(ctx.req) }, { status }),
    home: (ctx) => show(ctx, Home, { account: `${pathOf(issuer)}/account` }),
    wrongAddress(ctx) {
      const address = `${issuer.origin}${pathOf(issuer)}`;
      const surroundings = { ...around(ctx), assets: `${address}${ASSETS_FOLDER}/` };
      const page = WrongAddress({ ...surroundings, issuer: address });
      return answer(ctx, surroundings.locale, page, { status: 421, assetsAt: issuer.origin });
    },
    page: (ctx, view, shown) => show(ctx, view, {}, shown),
    asset: (ctx, name, more = []) => sendAsset(ctx, name, brandOf(realm()), more),
  };
}

/** The issuer's path without a trailing slash: empty for an issuer at the root. */
export const pathOf = (issuer: URL): string => issuer.pathname.replace(/\/+$/, '');

async function answer(
  ctx: Context,
  locale: Locale,
  page: VNode,
  { status = 200, ...policy }: PageAnswer,
): Promise<void> {
  pagePolicy(ctx, policy);
  ctx.vary('Accept-Language');
  ctx.set('Content-Language', locale);
  ctx.status = status;
  ctx.type = 'html';
  ctx.body = `<!doctype html>${render(page)}`;
}
