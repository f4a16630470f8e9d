import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { pagePolicy } from '../../../http/security-headers.js';
import { ACCOUNT_CLIENT } from '../../../realm/clients/account-client.js';
import { AUTHORIZATION_ANSWER } from '../../../realm/clients/answer-parameters.js';
import type { Pages } from '../../../pages/pages.js';
import { appendParameters } from '../../requests/append-parameters.js';
import { arriveAt } from '../../sign-out/arrival-page.js';

type ResponseMode = Parameters<Provider['registerResponseMode']>[1];

/**
 * The library's provider with response modes of ours. The library parses and rewrites the query of a redirect URI, which changes its bytes
 * (`caf%E9` becomes `caf%EF%BF%BD`). Ours append parameters. An answer that follows a form is sent by a page.
 */
export function providerWithResponseModes(pages: Pages): typeof Provider {
  return class extends Provider {
    override registerResponseMode(name: string, handler: ResponseMode): void {
      super.registerResponseMode(name, responseMode(name, handler, pages));
    }
  };
}

function responseMode(name: string, handler: ResponseMode, pages: Pages): ResponseMode {
  switch (name) {
    case 'query':
    case 'fragment':
      return async (ctx, redirectUri, parameters) => {
        // The library leaves out what is undefined; all of the rest is text.
        const uri = appendParameters(redirectUri, parameters as Record<string, string>, {
          ours: AUTHORIZATION_ANSWER,
          to: name,
        });
        if (followsForm(ctx)) return arriveAt(pages, ctx, uri);
        ctx.status = 303;
        // ctx.redirect() would write the address anew.
        ctx.set('Location', uri);
      };
    case 'form_post':
      return async (ctx, redirectUri, parameters) => {
        // Chromium would apply form-action to the application's redirects. This page has no input.
        pagePolicy(ctx, { leadsAnywhere: true });
        await handler(ctx, redirectUri, parameters);
      };
    default:
      return handler;
  }
}

/** An authorization request is resumed after a person filled a form in. Our own account pages redirect nowhere else. */
const followsForm = ({ oidc }: KoaContextWithOIDC): boolean =>
  oidc.route === 'resume' && oidc.client?.clientId !== ACCOUNT_CLIENT;
