import { Router, type RouterContext } from '@koa/router';
import type { Context, Middleware } from 'koa';
import { Arrived } from '#views/arrived.js';
import { newId } from '../../base/crypto/ids.js';
import { shortened } from '../../base/text/shortened.js';
import type { ReceivedAnswers } from '../../federation/answers/received-answers.js';
import type { ConnectorView } from '../../federation/connectors/connector-service.js';
import { mapIdentity } from '../../federation/mapping/map-identity.js';
import type { RedirectSignIns } from '../../federation/userstores/redirect-sign-ins.js';
import type { CsrfTokens } from '../../http/request/csrf.js';
import { readForm } from '../../http/request/form.js';
import type { Pages } from '../../pages/pages.js';
import { pathOf } from '../../pages/pages.js';
import type { Client } from '../../realm/clients/client.js';
import { leadTo } from '../lead-to.js';
import { refuseUpstream, type UnusedAnswer } from '../refuse-upstream.js';
import { arrivalCookie, arrivalPath, askedCookie } from './arrival-cookie.js';

interface ArrivalParts {
  readonly issuer: URL;
  readonly pages: Pick<Pages, 'page' | 'arriving' | 'expired' | 'failure'>;
  readonly answers: Pick<ReceivedAnswers, 'find'>;
  readonly redirects: Pick<RedirectSignIns, 'landing' | 'complete'>;
  readonly connector: (id: string) => Promise<Pick<ConnectorView, 'displayName' | 'mapping'> | undefined>;
  readonly client: (id: string) => Promise<Pick<Client, 'name' | 'initiateLoginUri'> | undefined>;
  readonly csrf: CsrfTokens;
}

const FORM = 'arrived';

/** The question before a sign-in that began at another identity provider, below the issuer's path. */
export function arrivalRouter(parts: ArrivalParts): Middleware {
  const folder = `${pathOf(parts.issuer)}/connector/`;
  const router = new Router();
  const connectorOf = ({ params }: RouterContext): string => params['connector'] ?? '';
  router.get(`${folder}:connector/arrived`, (ctx) => ask(ctx, parts, connectorOf(ctx)));
  router.post(`${folder}:connector/arrived`, (ctx) => goOn(ctx, parts, connectorOf(ctx)));
  const routes = router.routes() as Middleware;
  return async (ctx, next) => {
    const isOurs = ctx.path.startsWith(folder) && ctx.path.endsWith('/arrived') && ctx.method !== 'HEAD';
    await (isOurs ? routes(ctx, next) : next());
  };
}

interface FoundArrival {
  readonly connector: string;
  readonly person: string;
  readonly application: string;
  readonly href: string;
}

async function ask(ctx: Context, parts: ArrivalParts, connector: string): Promise<void> {
  const ticket = ctx.URL.searchParams.get('ticket') ?? '';
  const found = await find(parts, connector, ticket);
  if ('why' in found) return refuseUpstream(ctx, parts.pages, { of: 'sign-in', why: found.why });
  const browser = newId();
  const action = arrivalPath(parts.issuer, connector);
  askedCookie(parts.issuer).set(ctx, browser);
  const { connector: provider, person, application } = found;
  const csrf = parts.csrf.issue(`${browser} ${ticket}`, FORM);
  await parts.pages.page(ctx, (around) => Arrived({ ...around, action, ticket, csrf, provider, person, application }));
}

/** The person pressed the button: the application begins a sign-in of its own (OpenID Connect Core 4), and this answer is for it. */
async function goOn(ctx: Context, parts: ArrivalParts, connector: string): Promise<void> {
  const { issuer, csrf, pages } = parts;
  const form = await readForm(ctx.req);
  const fields = form.kind === 'form' ? form.fields : new Map<string, string>();
  const ticket = fields.get('ticket') ?? '';
  const browser = askedCookie(issuer).read(ctx);
  const isAsked = browser !== undefined && csrf.holds(fields.get('csrf'), `${browser} ${ticket}`, FORM);
  if (!isAsked) return pages.expired(ctx);
  const found = await find(parts, connector, ticket);
  if ('why' in found) return refuseUpstream(ctx, pages, { of: 'sign-in', why: found.why });
  askedCookie(issuer).set(ctx, null);
  arrivalCookie(issuer).keep(ctx, { connector, ticket });
  await leadTo(ctx, pages, { url: found.href }, { application: found.application });
}

/** `why`: for the log. */
async function find(parts: ArrivalParts, id: string, ticket: string): Promise<FoundArrival | { readonly why: string }> {
  const landing = await parts.redirects.landing(id);
  if (!landing) return { why: 'arrival-not-allowed' satisfies UnusedAnswer };
  const [connector, client, kept] = await Promise.all([
    parts.connector(id),
    parts.client(landing.client),
    parts.answers.find(id, { ticket, state: undefined }),
  ]);
  if (!connector || !kept) return { why: 'arrival-over' satisfies UnusedAnswer };
  if (client?.initiateLoginUri === undefined) return { why: 'arrival-no-application' satisfies UnusedAnswer };
  const answer = { state: '', kept: '', query: new URLSearchParams(), received: kept.received };
  const outcome = await parts.redirects.complete(id, answer);
  if (outcome?.kind !== 'ok')
    return { why: outcome && 'reason' in outcome ? outcome.reason : ('arrival-over' satisfies UnusedAnswer) };
  const { username, email } = mapIdentity(connector.mapping, outcome.identity);
  const href = new URL(client.initiateLoginUri);
  href.searchParams.set('iss', `${parts.issuer.origin}${pathOf(parts.issuer)}`);
  return {
    ...{ connector: connector.displayName, application: client.name, href: href.href },
    person: shortened(username ?? email ?? outcome.identity.subject),
  };
}
