import type { RedirectLink } from '#views/components/redirect-links.js';
import type { Context } from 'koa';
import type { AuditEntry } from '../audit/audit-entry.js';
import type { SignIn } from '../audit/sign-in-entry.js';
import type { Actor } from '../changes/actor.js';
import type { AnswerParameters } from './answer-parameters.js';
import type { ReceivedAnswers } from '../federation/answers/received-answers.js';
import type { RedirectSignIns } from '../federation/userstores/redirect-sign-ins.js';
import type { UserPasswords } from '../identity/passwords/user-passwords.js';
import type { Admissions } from '../identity/userstores/admissions.js';
import type { RedirectThrottle } from '../identity/throttling/redirect-throttle.js';
import type { PasswordAuthentication } from '../identity/userstores/authenticate-password.js';
import type { CsrfTokens } from '../http/request/csrf.js';
import type { SecondFactorService } from '../identity/second-factor/second-factor-service.js';
import type { ResourceServer } from '../realm/resource-servers/resource-server.js';
import type { Authenticator } from './authenticators/authenticator.js';
import type { Interaction, Interactions, SignInResult } from './interaction.js';
import type { KnownBrowserCookie } from './known-browser-cookie.js';
import { connectorLogo } from '../pages/branding.js';
import type { Pages } from '../pages/pages.js';
import { pathOf } from '../pages/pages.js';
import type { KeepSession } from '../sessions/keep-session.js';
import type { KnowUser } from './known-user.js';

/** The dependencies of sign-in. */
export interface SignInParts {
  readonly issuer: URL;
  readonly interactions: Interactions;
  readonly authentication: PasswordAuthentication;
  /** Finds the user of a pending identity. */
  readonly admissions: Admissions;
  readonly redirects: RedirectSignIns;
  readonly answers: ReceivedAnswers;
  readonly parameters: AnswerParameters;
  readonly redirectThrottle: Pick<RedirectThrottle, 'begin'>;
  /** The same for answers that are documents. */
  readonly answerThrottle: Pick<RedirectThrottle, 'begin'>;
  readonly passwords: Pick<UserPasswords, 'set' | 'setElsewhere'>;
  /** The writes that keep this session while all other sessions of the user end. */
  readonly keepSession: KeepSession;
  /** The facts about a user for the next step. */
  readonly know: KnowUser;
  readonly browsers: KnownBrowserCookie;
  readonly secondFactors: Pick<SecondFactorService, 'verify' | 'enrol' | 'beginEnrolment' | 'readEnrolment'>;
  readonly authenticators: readonly Authenticator[];
  /** By which an authenticator app lists the account. */
  readonly realmName: () => string;
  /** The texts for the consent page; undefined: shown by its identifier. */
  readonly resourceServer: (identifier: string) => Promise<Pick<ResourceServer, 'name' | 'permissions'> | undefined>;
  /** Stores the audit record of a sign-in or an attempt at one. */
  readonly recordSignIn: (by: Actor, signIn: SignIn) => Promise<void>;
  /** Begins to read what {@link recordSignIn} will need of this user, beside other reads. */
  readonly prepareRecord: (userId: string) => void;
  /** By which the records of a name that no user has are found. */
  readonly hashOfName: (typed: string) => string;
  /** Stores the audit record of another failure. */
  readonly recordFailure: (entry: AuditEntry) => Promise<void>;
  readonly csrf: CsrfTokens;
  readonly pages: Pages;
}

/** One request for an interaction that this browser began. */
export interface SignInRequest {
  readonly ctx: Context;
  readonly interaction: Interaction;
  readonly parts: SignInParts;
  /** The authenticator that the address names, among those that a person may choose from. */
  readonly method?: string;
  /** The person has set the hint of the application aside, by the address. */
  readonly isAnotherWay?: true;
  /** An account elsewhere was refused: the links of the page ask there for another one. */
  readonly asksForAccount?: true;
}

/** The path of this interaction's pages. */
export const pathOfInteraction = ({ parts, interaction }: SignInRequest): string =>
  `${pathOf(parts.issuer)}/sign-in/${interaction.uid}`;

/** The links to the pages of other identity providers. */
export const redirectLinks = (request: SignInRequest): readonly RedirectLink[] =>
  request.interaction.redirects.map(({ id, displayName, logo }) => ({
    name: displayName,
    href: `${pathOfInteraction(request)}/redirect/${id}${request.asksForAccount ? '?account=other' : ''}`,
    ...(logo !== undefined && { logo: connectorLogo(id, logo)?.name }),
  }));

/** The path for signing in with another account. */
export const pathOfOther = (request: SignInRequest): string => `${pathOfInteraction(request)}/other`;

/** The path of the sign-in form without the hint of the application. */
export const pathOfAnotherWay = (request: SignInRequest): string => `${pathOfInteraction(request)}/another-way`;

/** The same request without the hint of the application. */
export function withoutHint(request: SignInRequest): SignInRequest {
  const { form, requirements, hintedRedirect, ...interaction } = request.interaction;
  if (hintedRedirect !== undefined) {
    const { hintedRedirect: _, ...unhinted } = request.interaction;
    return { ...request, isAnotherWay: true, interaction: unhinted };
  }
  if (!form?.ordinary) return request;
  const { nameFirst: _, ...rest } = requirements;
  return {
    ...request,
    isAnotherWay: true,
    interaction: {
      ...interaction,
      form: form.ordinary,
      requirements: { ...rest, ...(form.ordinary.nameFirst && { nameFirst: true }) },
    },
  };
}

/** Leaves the pages: the authorization request continues with this result. */
export async function leave({ ctx, interaction, parts }: SignInRequest, result: SignInResult): Promise<void> {
  goTo(ctx, await parts.interactions.finish(interaction, result));
}

/** 303, so that a posted form is followed by a GET (RFC 9700 4.12: a 307 would post the password again). */
export function goTo(ctx: Context, url: string): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.status = 303;
  ctx.redirect(url);
}
