import { Router, type RouterContext } from '@koa/router';
import type { Middleware } from 'koa';
import { now } from '../base/clock.js';
import { finishSignIn } from './flow/advance.js';
import { nextStep } from './flow/next-step.js';
import type { RequiredAction } from './flow/required-action.js';
import { ASSETS_FOLDER } from '../pages/assets.js';
import { wishLocales } from '../pages/locale.js';
import { pathOf } from '../pages/pages.js';
import { otherAccountPage, postSignIn, signInPage } from './steps/authenticate.js';
import { choosePage, postChoice } from './steps/choose-account.js';
import { changePasswordPage, postNewPassword } from './steps/change-password.js';
import { consentPage, postConsent } from './steps/consent.js';
import { enrolPage, postEnrol } from './steps/enrol-second-factor.js';
import { postSecondFactor, secondFactorPage } from './steps/second-factor.js';
import { leave, type SignInParts, type Visit } from './sign-in-request.js';

/** The pages between an authorization request and its answer, with the files they refer to, below the issuer's path. */
export function signInRouter(parts: SignInParts): Middleware {
  const base = pathOf(parts.issuer);
  const router = new Router();
  const visit = (handle: (visit: Visit) => Promise<void>) => async (ctx: RouterContext) => {
    const uid = ctx.params['uid'] ?? '';
    const interaction = await parts.interactions.read(ctx.req, ctx.res, uid);
    wishLocales(ctx.req, interaction?.uiLocales);
    if (interaction) await handle({ ctx, interaction, parts });
    else await parts.pages.expired(ctx, await parts.interactions.startAgain(uid));
  };
  router.get(`${base}${ASSETS_FOLDER}/:name`, (ctx) => parts.pages.asset(ctx, ctx.params['name'] ?? ''));
  router.get(`${base}/sign-in/:uid`, visit(showNext));
  router.post(`${base}/sign-in/:uid`, visit(postSignIn));
  router.get(`${base}/sign-in/:uid/other`, visit(otherAccountPage));
  router.post(`${base}/sign-in/:uid/account`, visit(postChoice));
  router.post(`${base}/sign-in/:uid/consent`, visit(postConsent));
  router.post(`${base}/sign-in/:uid/password`, visit(postNewPassword));
  router.post(`${base}/sign-in/:uid/second-factor`, visit(postSecondFactor));
  router.post(`${base}/sign-in/:uid/enrol-second-factor`, visit(postEnrol));
  // What its type asks of the context, the router itself puts there.
  const routes = router.routes() as Middleware;
  const folders = [`${base}${ASSETS_FOLDER}/`, `${base}/sign-in/`];
  // Everything else would be matched against every route, at each request.
  return async (ctx, next) => {
    await (folders.some((folder) => ctx.path.startsWith(folder)) ? routes(ctx, next) : next());
  };
}

/** The page of whatever comes next; a person who has nothing more to do here goes on. */
async function showNext(visit: Visit): Promise<void> {
  const { attempt, facts, requirements } = visit.interaction;
  const step = nextStep(facts, requirements, now());
  switch (step.kind) {
    case 'authenticate':
      return signInPage(visit);
    case 'choose-account':
      return choosePage(visit);
    case 'second-factor':
      return secondFactorPage(visit);
    case 'required-action':
      return requiredActionPage(visit, step.action);
    case 'consent':
    case 'finish':
      // Another tab showed the last of what was needed.
      if (attempt && facts.user) return finishSignIn(visit, { attempt, facts, user: facts.user });
      if (step.kind === 'consent') return consentPage(visit, step.missing);
      return leave(visit, { kind: 'unchanged' });
    case 'refuse':
      return leave(visit, { kind: 'refused', error: step.error });
  }
}

/** The page on which it is done. */
function requiredActionPage(visit: Visit, action: RequiredAction): Promise<void> {
  switch (action) {
    case 'change-password':
      return changePasswordPage(visit);
    case 'enrol-second-factor':
      return enrolPage(visit);
  }
}
