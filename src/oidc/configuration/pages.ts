import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { wishLocales } from '../../pages/locale.js';
import type { Pages } from '../../pages/pages.js';
import { explain } from '../refusals/explain.js';
import type { StartAgainFrom } from '../interactions/restart-sign-in.js';
import type { PairwiseSubjects } from '../issuance/pairwise-subjects.js';
import { isQuestionNeeded, signOutAtOnce } from '../sign-out/sign-out.js';

/** The library's own pages, in our words. */
export const pages = (shown: Pages, startAgain: StartAgainFrom, pairwise: Pick<PairwiseSubjects, 'userIdOf'>) =>
  ({
    async renderError(ctx, { error, error_description: description }, thrown) {
      wishLocales(ctx.req, ctx.oidc.params?.['ui_locales']);
      if (ctx.oidc.route === 'resume' && ctx.status === 400) {
        return shown.expired(ctx, await startAgain(ctx.path.split('/').at(-1) ?? ''));
      }
      const fault = ctx.status >= 500 ? 'ours' : 'application';
      // Details for the application's developer; the log line may say more.
      const { open } = fault === 'ours' ? {} : await explain(ctx, thrown);
      const reason = open === description ? undefined : open;
      const said = { ...(description !== undefined && { description }), ...(reason !== undefined && { reason }) };
      await shown.failure(ctx, { fault, code: error, ...said }, ctx.status);
    },
    features: {
      rpInitiatedLogout: {
        enabled: true,
        async logoutSource(ctx) {
          const { client, session, params } = ctx.oidc;
          wishLocales(ctx.req, params?.['ui_locales']);
          if (!isQuestionNeeded(ctx, pairwise)) return signOutAtOnce(ctx);
          const state = session?.state as { secret: string };
          await shown.confirmLogout(ctx, {
            action: ctx.oidc.urlFor('end_session_confirm'),
            xsrf: state.secret,
            ...(client?.clientName !== undefined && { application: client.clientName }),
          });
        },
        async postLogoutSuccessSource(ctx) {
          wishLocales(ctx.req, ctx.oidc.params?.['ui_locales']);
          const name = clientName(ctx);
          await shown.signedOut(ctx, name === undefined ? {} : { onlyOf: name });
        },
      },
    },
  }) satisfies Configuration;

const clientName = ({ oidc }: KoaContextWithOIDC): string | undefined =>
  oidc.client?.clientName ?? oidc.client?.clientId;
