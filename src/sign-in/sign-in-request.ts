import type { Context } from 'koa';
import type { SignIn } from '../audit/sign-in-record.js';
import type { Actor } from '../changes/actor.js';
import type { CsrfTokens } from '../http/request/csrf.js';
import type { Enrolled, SecondFactorService } from '../identity/second-factor/second-factor-service.js';
import type { ResourceServer } from '../realm/resource-servers/resource-server.js';
import type { KnownUser } from './flow/facts.js';
import type { Interaction, Interactions, SignInResult } from './interaction.js';
import type { KnownBrowserCookie } from './known-browser-cookie.js';
import type { Pages } from '../pages/pages.js';
import { pathOf } from '../pages/pages.js';
import type { Passwords } from './passwords.js';

/** The dependencies of sign-in. */
export interface SignInParts {
  readonly issuer: URL;
  readonly interactions: Interactions;
  readonly passwords: Passwords;
  readonly browsers: KnownBrowserCookie;
  readonly secondFactors: Pick<SecondFactorService, 'verify' | 'enrolments'>;
  /** Makes it the user's second factor, and ends everything of theirs but the session that this browser has. */
  readonly enrol: (
    by: Actor,
    user: KnownUser,
    shown: { readonly seed: string; readonly code: string },
    session: string | undefined,
  ) => Promise<EnrolOutcome>;
  /** By which an authenticator app lists the account. */
  readonly realmName: () => string;
  /** For the words on the consent page; undefined: shown by its identifier. */
  readonly resourceServer: (identifier: string) => Promise<Pick<ResourceServer, 'name' | 'permissions'> | undefined>;
  /** Keeps the audit record of a sign-in, done or tried. */
  readonly recordSignIn: (by: Actor, signIn: SignIn) => Promise<void>;
  readonly csrf: CsrfTokens;
  readonly pages: Pages;
}

/** As {@link Enrolled}, with the user as sign-in knows them. */
export type EnrolOutcome =
  | Exclude<Enrolled, { readonly kind: 'ok' }>
  | (Omit<Extract<Enrolled, { readonly kind: 'ok' }>, 'user'> & { readonly user: KnownUser });

/** One request about one interaction that this browser began. */
export interface SignInRequest {
  readonly ctx: Context;
  readonly interaction: Interaction;
  readonly parts: SignInParts;
}

/** Where the pages of this interaction lie. */
export const pathOfInteraction = ({ parts, interaction }: SignInRequest): string =>
  `${pathOf(parts.issuer)}/sign-in/${interaction.uid}`;

/** Where somebody else than who is signed in may sign in. */
export const pathOfOther = (request: SignInRequest): string => `${pathOfInteraction(request)}/other`;

/** Leaves the pages: the authorization request goes on with this result. */
export async function leave({ ctx, interaction, parts }: SignInRequest, result: SignInResult): Promise<void> {
  goTo(ctx, await parts.interactions.finish(interaction, result));
}

/** 303, so that what follows a posted form is a GET (RFC 9700 4.12: a 307 would post the password on). */
export function goTo(ctx: Context, url: string): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.status = 303;
  ctx.redirect(url);
}
