import { Router, type RouterContext } from '@koa/router';
import type { Context, Middleware } from 'koa';
import { ConnectorTest } from '#views/connector-test.js';
import { ConnectorTestRefused } from '#views/connector-test-refused.js';
import type { TestReport } from '../../federation/test-sign-in/test-report.js';
import type { TestRefusal, TestSignIns } from '../../federation/test-sign-in/test-sign-ins.js';
import { TEST_LASTS } from '../../federation/test-sign-in/test-ticket.js';
import { logRefusal } from '../../http/refusals/log-refusal.js';
import { REASONS } from '../../http/refusals/reasons.js';
import { agentOf } from '../../http/request/actor-of-request.js';
import { requestIdOf } from '../../http/request/request-id.js';
import { type Pages, pathOf } from '../../pages/pages.js';
import type { AnswerParameters } from '../answer-parameters.js';
import { begunCookie } from '../begun-cookie.js';
import { newTestState } from '../redirect-state.js';
import { leadTo } from '../lead-to.js';
import { testCommand, testPath } from './test-address.js';
import { shownTest } from './test-page.js';

interface ConnectorTestParts {
  readonly issuer: URL;
  readonly pages: Pick<Pages, 'page' | 'arriving'>;
  readonly tests: TestSignIns;
  readonly parameters: Pick<AnswerParameters, 'taken'>;
}

/** The pages on which a connector is tested, below the issuer's path. */
export function connectorTestRouter(parts: ConnectorTestParts): Middleware {
  const { issuer } = parts;
  const router = new Router();
  const folder = `${pathOf(issuer)}/connector/`;
  const connectorOf = ({ params }: RouterContext): string => params['connector'] ?? '';
  router.get(`${folder}:connector/test`, (ctx) => begin(ctx, parts, connectorOf(ctx)));
  router.get(`${folder}:connector/test/answer`, (ctx) => complete(ctx, parts, connectorOf(ctx)));
  const routes = router.routes() as Middleware;
  // HEAD is no visit: a program that looks at links must not use up a ticket.
  return async (ctx, next) => {
    await (ctx.method === 'GET' && ctx.path.startsWith(folder) ? routes(ctx, next) : next());
  };
}

async function begin(ctx: Context, parts: ConnectorTestParts, connector: string): Promise<void> {
  const ticket = ctx.URL.searchParams.get('ticket') ?? '';
  const begun = await parts.tests.begin(connector, { ticket, state: newTestState, from: originOf(ctx) });
  switch (begun.kind) {
    case 'begun':
      cookieOf(parts).set(ctx, testPath(parts.issuer, connector), begun.kept);
      return leadTo(ctx, parts.pages, begun.target, {});
    case 'ended':
      return showReport(ctx, parts, begun.report);
    case 'refused':
      return showRefusal(ctx, parts, connector, begun.why);
  }
}

async function complete(ctx: Context, parts: ConnectorTestParts, connector: string): Promise<void> {
  const kept = cookieOf(parts).read(ctx);
  const query = parts.parameters.taken(ctx, connector);
  const ended = await parts.tests.complete(connector, { kept, query, from: originOf(ctx) });
  if (ended.kind === 'refused') return showRefusal(ctx, parts, connector, ended.why);
  cookieOf(parts).set(ctx, testPath(parts.issuer, connector), null);
  return showReport(ctx, parts, ended.report);
}

const originOf = (ctx: Context) => {
  const agent = agentOf(ctx);
  return { requestId: requestIdOf(ctx.req), address: ctx.ip, ...(agent !== undefined && { agent }) };
};

const cookieOf = ({ issuer }: Pick<ConnectorTestParts, 'issuer'>) => begunCookie(issuer, 'test', TEST_LASTS);

const showReport = (ctx: Context, { pages }: ConnectorTestParts, report: TestReport): Promise<void> =>
  pages.page(ctx, (around) => ConnectorTest({ ...around, ...shownTest(report, around.locale) }));

/** The same answer for a connector that does not exist: only a ticket says that one does. */
function showRefusal(ctx: Context, { pages }: ConnectorTestParts, connector: string, why: TestRefusal): Promise<void> {
  const reason = 'connector-test-refused';
  logRefusal(ctx, { endpoint: 'connector-test', error: why, reason, words: REASONS[reason].cause });
  const command = testCommand(connector);
  return pages.page(ctx, (around) => ConnectorTestRefused({ ...around, why, command }), { status: 410 });
}
