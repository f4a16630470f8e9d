import { Router, type RouterContext } from '@koa/router';
import type { Middleware } from 'koa';
import { now } from '../base/clock.js';
import { finishSignIn, linkPending, refuse } from './flow/advance.js';
import { nextStep } from './flow/next-step.js';
import type { RequiredAction } from './flow/required-action.js';
import type { Step } from './flow/step.js';
import type { Interaction } from './interaction.js';
import { ASSETS_FOLDER } from '../pages/assets.js';
import { connectorLogo } from '../pages/branding.js';
import { wishLocales } from '../pages/locale.js';
import { pathOf } from '../pages/pages.js';
import { otherAccountPage, postSignIn, signInPage } from './steps/authenticate.js';
import { choosePage, postChoice } from './steps/choose-account.js';
import { changePasswordPage, postNewPassword } from './steps/change-password.js';
import { completeProfilePage, postCompletion } from './steps/complete-profile.js';
import { consentPage, postConsent } from './steps/consent.js';
import { enrolPage, postEnrol } from './steps/enrol-second-factor.js';
import { identifyPage, postName } from './steps/identify.js';
import { linkAccountPage, postLink } from './steps/link-account.js';
import { type Arrival, arrivalAt, arrivalCookie } from './arrivals/arrival-cookie.js';
import { beginRedirect, receiveAnswer, takeAnswer, takeArrival } from './steps/redirect.js';
import { postSecondFactor, secondFactorPage } from './steps/second-factor.js';
import { postUserstorePassword } from './steps/userstore-password.js';
import { leave, type SignInParts, type SignInRequest, withoutHint } from './sign-in-request.js';

/** The pages between an authorization request and its response, with their static files, below the issuer's path. */
export function signInRouter(parts: SignInParts): Middleware {
  const base = pathOf(parts.issuer);
  const router = new Router();
  const answer = (ctx: RouterContext): Promise<void> => receiveAnswer(ctx, parts, ctx.params['connector'] ?? '');
  const withInteraction = (handle: (request: SignInRequest) => Promise<void>) => async (ctx: RouterContext) => {
    const uid = ctx.params['uid'] ?? '';
    const interaction = await parts.interactions.read(ctx.req, ctx.res, uid);
    wishLocales(ctx.req, interaction?.uiLocales);
    const method = ctx.params['method'];
    if (interaction) await handle({ ctx, interaction, parts, ...(method !== undefined && { method }) });
    else await parts.pages.expired(ctx, await parts.interactions.startAgain(uid));
  };
  router.get(`${base}${ASSETS_FOLDER}/:name`, async (ctx) => {
    const name = ctx.params['name'] ?? '';
    const offered = name.startsWith('connector-') ? await parts.redirects.offered() : [];
    parts.pages.asset(
      ctx,
      name,
      offered.flatMap(({ id, logo }) => (logo === undefined ? [] : (connectorLogo(id, logo) ?? []))),
    );
  });
  router.get(`${base}/sign-in/:uid`, withInteraction(showNext));
  router.post(`${base}/sign-in/:uid`, withInteraction(postSignIn));
  router.get(`${base}/sign-in/:uid/another-way`, withInteraction(setAside(showNext)));
  router.post(`${base}/sign-in/:uid/another-way`, withInteraction(setAside(postSignIn)));
  // The page of the name belongs to the form without a hint.
  router.post(`${base}/sign-in/:uid/name`, withInteraction(setAside(postName)));
  router.get(`${base}/connector/:connector/callback`, (ctx) => answer(ctx));
  router.post(`${base}/connector/:connector/callback`, (ctx) => answer(ctx));
  router.get(`${base}/sign-in/:uid/redirect/:connector`, withInteraction(atConnector(beginRedirect)));
  router.get(`${base}/sign-in/:uid/redirect/:connector/answer`, withInteraction(atConnector(takeAnswer)));
  router.get(`${base}/sign-in/:uid/other`, withInteraction(otherAccountPage));
  router.post(`${base}/sign-in/:uid/account`, withInteraction(postChoice));
  router.post(`${base}/sign-in/:uid/link`, withInteraction(postLink));
  router.post(`${base}/sign-in/:uid/complete`, withInteraction(postCompletion));
  router.post(`${base}/sign-in/:uid/consent`, withInteraction(postConsent));
  router.post(`${base}/sign-in/:uid/password`, withInteraction(postNewPassword));
  router.post(`${base}/sign-in/:uid/userstore-password`, withInteraction(postUserstorePassword));
  // Pages name the authenticator; those of a version before knew one, which is the first.
  router.get(`${base}/sign-in/:uid/second-factor/:method`, withInteraction(showNext));
  router.post(`${base}/sign-in/:uid/second-factor{/:method}`, withInteraction(postSecondFactor));
  router.get(`${base}/sign-in/:uid/enrol-second-factor/:method`, withInteraction(showNext));
  router.post(`${base}/sign-in/:uid/enrol-second-factor{/:method}`, withInteraction(postEnrol));
  // The router itself adds what its type asks of the context.
  const routes = router.routes() as Middleware;
  const folders = [`${base}${ASSETS_FOLDER}/`, `${base}/sign-in/`, `${base}/connector/`];
  // Other requests would otherwise be matched against every route.
  return async (ctx, next) => {
    await (folders.some((folder) => ctx.path.startsWith(folder)) ? routes(ctx, next) : next());
  };
}

/** Handles the request without the hint of the application. */
const setAside = (handle: (request: SignInRequest) => Promise<void>) => (request: SignInRequest) =>
  handle(withoutHint(request));

/**
 * Handles the request with the connector that its address names. HEAD, which the router serves as GET, is no visit: a program that looks at
 * links would use up what counts once.
 */
const atConnector =
  (handle: (request: SignInRequest, connector: string) => Promise<void>) => async (request: SignInRequest) => {
    if (request.ctx.method !== 'HEAD')
      await handle(request, String((request.ctx as RouterContext).params['connector']));
  };

/** Whether a request that may ask nobody anything goes on at this step: once to the provider, and then back. */
function goesOnUnasked({ hintedRedirect, redirectsBegun, attempt }: Interaction, { kind }: Step): boolean {
  switch (kind) {
    case 'identify':
    case 'authenticate':
      return hintedRedirect !== undefined && redirectsBegun === 0;
    case 'finish':
      return true;
    case 'consent':
      return attempt !== undefined;
    case 'choose-account':
    case 'link-account':
    case 'complete-profile':
    case 'link':
    case 'second-factor':
    case 'required-action':
    case 'refuse':
      return false;
  }
}

/** An answer that goes before a session here, since the person has just pressed a button that says who they are. */
async function newArrival({ ctx, interaction, parts }: SignInRequest): Promise<Arrival | undefined> {
  const { attempt, facts, pending, passive, client } = interaction;
  if (attempt || pending || passive || facts.shownHere.length > 0) return undefined;
  return arrivalAt(ctx, parts, client.id);
}

/** Shows the page of the next step; if nothing is left to do, the request continues. */
async function showNext(request: SignInRequest): Promise<void> {
  const { attempt, facts, requirements } = request.interaction;
  const step = nextStep(facts, requirements, now());
  const { hintedRedirect, passive } = request.interaction;
  if (passive && !goesOnUnasked(request.interaction, step)) return refuse(request, 'login_required');
  const arrival = await newArrival(request);
  if (arrival) {
    arrivalCookie(request.parts.issuer).forget(request.ctx);
    if (await takeArrival(request, arrival)) return;
  }
  const isSignIn = step.kind === 'identify' || step.kind === 'authenticate';
  if (isSignIn && hintedRedirect !== undefined) return beginRedirect(request, hintedRedirect);
  // Whoever said who they are does not go on as somebody else, who has a session here.
  if (arrival && step.kind === 'finish') return signInPage(request);
  switch (step.kind) {
    case 'identify':
      return identifyPage(request);
    case 'authenticate':
      return signInPage(request);
    case 'choose-account':
      return choosePage(request);
    case 'link-account':
      return linkAccountPage(request);
    case 'complete-profile':
      return completeProfilePage(request);
    case 'link': {
      // Another tab gave the last proof that was needed.
      const refused = attempt && facts.user && (await linkPending(request, attempt, facts.user));
      return refused && leave(request, { kind: 'refused', error: refused });
    }
    case 'second-factor':
      return secondFactorPage(request);
    case 'required-action':
      return requiredActionPage(request, step.action);
    case 'consent':
    case 'finish':
      // Another tab gave the last proof that was needed.
      if (attempt && facts.user) return finishSignIn(request, { attempt, facts, user: facts.user });
      if (step.kind === 'consent') return consentPage(request, step.missing);
      return leave(request, { kind: 'unchanged' });
    case 'refuse':
      return refuse(request, step.error);
  }
}

/** The page for a required action. */
function requiredActionPage(request: SignInRequest, action: RequiredAction): Promise<void> {
  switch (action) {
    case 'change-password':
      return changePasswordPage(request);
    case 'enrol-second-factor':
      return enrolPage(request);
  }
}
