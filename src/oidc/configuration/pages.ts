import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { Pages } from '../../sign-in/pages/pages.js';

/** The library's own pages, in our words. */
export const pages = (shown: Pages) =>
  ({
    async renderError(ctx, { error, error_description: description }) {
      if (ctx.oidc.route === 'resume' && ctx.status === 400) return shown.expired(ctx);
      const fault = ctx.status >= 500 ? 'ours' : 'application';
      await shown.failure(ctx, { fault, code: error, ...(description !== undefined && { description }) }, ctx.status);
    },
    features: {
      rpInitiatedLogout: {
        enabled: true,
        async logoutSource(ctx) {
          const { client, session, params } = ctx.oidc;
          const back = params?.['post_logout_redirect_uri'];
          const state = session?.state as { secret: string };
          await shown.confirmLogout(
            ctx,
            {
              action: ctx.oidc.urlFor('end_session_confirm'),
              xsrf: state.secret,
              ...(client?.clientName !== undefined && { application: client.clientName }),
            },
            typeof back === 'string' ? { formTargets: [back] } : {},
          );
        },
        async postLogoutSuccessSource(ctx) {
          const name = clientName(ctx);
          await shown.signedOut(ctx, name === undefined ? {} : { onlyOf: name });
        },
      },
    },
  }) satisfies Configuration;

const clientName = ({ oidc }: KoaContextWithOIDC): string | undefined =>
  oidc.client?.clientName ?? oidc.client?.clientId;
