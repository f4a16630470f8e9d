/**
 * decisions: whether a subject may do something, for applications that ask (OpenID AuthZEN 1.0).
 *
 * Owns the endpoints, who may ask about what, and which facts from callers are accepted. It also owns the endpoint for activity
 * reports. Never decides anything itself: `access/` does. Never answers about another resource server's permission.
 */
import type { Context, Middleware } from 'koa';
import type { z } from 'zod';
import type { Snapshot, Snapshots } from '../access/evaluation/snapshot.js';
import { type Instant, now } from '../base/clock.js';
import { readJsonBody } from '../http/request/json-body.js';
import { problem, type ProblemCode } from '../http/problem.js';
import type { Why } from '../http/refusals/because.js';
import { logRefusal } from '../http/refusals/log-refusal.js';
import { type Reason, REASONS } from '../http/refusals/reasons.js';
import { GATEHOUSE_API } from '../realm/resource-servers/resource-server.js';
import { type DecisionAnswer, answerTo } from './answer.js';
import { type CallerResult, type Caller, callerOf, type CallerSources } from './caller.js';
import { type Counting, countEvents, type Events, eventsInput, mayReport } from './events.js';
import {
  actionSearchInput,
  type Evaluation,
  evaluationInput,
  evaluationsIn,
  evaluationsInput,
  filterInput,
  resourceSearchInput,
  type SubjectSearch,
  subjectSearchInput,
} from './evaluation.js';
import { filterFor } from './filter.js';
import { idsFor, type MakePairwise, nameFor, type OpenPairwise } from './named.js';
import { type SearchResult, searchActions, searchResources, type SearchSources, searchSubjects } from './search.js';
import type { SearchTokens } from './search-token.js';

export interface DecisionParts {
  /** The issuer, without a trailing slash. */
  readonly issuer: string;
  readonly callers: CallerSources;
  readonly snapshots: Pick<Snapshots, 'read'>;
  readonly sources: Omit<SearchSources, 'idOf' | 'nameOf'>;
  readonly openPairwise: OpenPairwise;
  readonly makePairwise: MakePairwise;
  readonly tokens: SearchTokens;
  readonly count: Counting['count'];
}

const EVALUATION = '/access/v1/evaluation';
const EVALUATIONS = '/access/v1/evaluations';
const FILTER = '/access/v1/filter';
const SEARCH_SUBJECT = '/access/v1/search/subject';
const SEARCH_RESOURCE = '/access/v1/search/resource';
const SEARCH_ACTION = '/access/v1/search/action';
const EVENTS = '/access/v1/events';
const METADATA = '/.well-known/authzen-configuration';

/** In bytes; enough for a hundred questions. */
const BODY_LIMIT = 256 * 1024;

export function decisionsRouter(parts: DecisionParts): Middleware {
  const { origin, pathname } = new URL(parts.issuer);
  const base = pathname === '/' ? '' : pathname;
  const metadata = JSON.stringify({
    policy_decision_point: parts.issuer,
    access_evaluation_endpoint: `${parts.issuer}${EVALUATION}`,
    access_evaluations_endpoint: `${parts.issuer}${EVALUATIONS}`,
    search_subject_endpoint: `${parts.issuer}${SEARCH_SUBJECT}`,
    search_resource_endpoint: `${parts.issuer}${SEARCH_RESOURCE}`,
    search_action_endpoint: `${parts.issuer}${SEARCH_ACTION}`,
    // Not part of AuthZEN: a filter for lists (docs/authzen.md).
    access_filter_endpoint: `${parts.issuer}${FILTER}`,
  });

  /** The well-known path precedes the issuer's own (AuthZEN 1.0, 9.2), and, as with OpenID's, also follows it. */
  const isMetadata = (path: string): boolean => path === `${METADATA}${base}` || path === `${base}${METADATA}`;

  async function asked<S extends z.ZodType>(
    ctx: Context,
    schema: S,
    then: (caller: Caller, input: z.output<S>) => Promise<object | undefined>,
  ): Promise<void> {
    if (ctx.method !== 'POST') {
      ctx.set('Allow', 'POST');
      refuse(ctx, undefined, 'method-not-allowed', 'Questions are posted, as JSON.');
      return;
    }
    const asking = await callerOf(ctx.headers.authorization, ctx.ip, parts.callers);
    if (asking.kind !== 'known') {
      turnAway(ctx, asking, origin);
      return;
    }
    const { caller } = asking;
    const body = await readJsonBody(ctx.req, BODY_LIMIT);
    if (body.kind === 'refused') {
      refuse(ctx, caller, body.code, SAID[body.code]);
      return;
    }
    const parsed = schema.safeParse(body.value);
    if (!parsed.success) {
      refuse(ctx, caller, 'invalid', faultsOf(parsed.error));
      return;
    }
    const answer = await then(caller, parsed.data);
    if (!answer) return;
    ctx.set('Cache-Control', 'no-store');
    ctx.type = 'application/json';
    ctx.body = JSON.stringify(answer);
  }

  /** The resource server that the caller asks as; undefined if it names one that is not its own. */
  function audienceOf(caller: Caller, { context }: Pick<Evaluation, 'context'>): string | undefined {
    const named = context?.audience;
    const [only, ...others] = caller.audiences;
    return (named === undefined ? others.length === 0 : caller.audiences.includes(named)) ? (named ?? only) : undefined;
  }
  const unnamed = (caller: Caller): string =>
    `context.audience: name the resource server that you ask as: ${caller.audiences.join(' or ')}.`;

  async function answered<Q extends Pick<Evaluation, 'context'>, A>(
    caller: Caller,
    question: Q,
    ctx: Context,
    by: Ask<Q, A>,
  ): Promise<A | undefined> {
    const audience = audienceOf(caller, question);
    if (audience === undefined) {
      const words = `the client is several resource servers (${caller.audiences.join(', ')}), and context.audience names none`;
      refuse(ctx, caller, 'invalid', unnamed(caller), { reason: 'audience-wrong', words });
      return undefined;
    }
    return asSeenBy(caller, question, audience, by);
  }
  async function asSeenBy<Q extends Pick<Evaluation, 'context'>, A>(
    caller: Caller,
    question: Q,
    audience: string,
    by: Ask<Q, A>,
  ): Promise<A> {
    const used = question.context?.client_id;
    const client = used === undefined ? undefined : await parts.callers.clients.get(used);
    // A subject of another sector resolves only for that sector, so any caller may send it. Subjects are created only for the
    // caller's own sector.
    const knownBy = [...(client ? [client] : []), caller.client];
    const idOf = idsFor(knownBy, parts.openPairwise);
    const nameOf = nameFor(caller.client, parts.makePairwise);
    return by(question, audience, { ...parts.sources, idOf, nameOf }, await parts.snapshots.read(), now());
  }
  const answer = (caller: Caller, evaluation: Evaluation, ctx: Context): Promise<DecisionAnswer | undefined> =>
    answered(caller, evaluation, ctx, answerTo);
  const answerInList = async (caller: Caller, evaluation: Evaluation): Promise<DecisionAnswer> => {
    const audience = audienceOf(caller, evaluation);
    return audience === undefined ? faulty(unnamed(caller)) : asSeenBy(caller, evaluation, audience, answerTo);
  };

  async function many(
    ctx: Context,
    caller: Caller,
    { evaluations, options, ...shared }: z.output<typeof evaluationsInput>,
  ): Promise<object | undefined> {
    // Without a list it is one question (AuthZEN 1.0, 7.1).
    if (evaluations === undefined || evaluations.length === 0) {
      const only = evaluationInput.safeParse(shared);
      if (only.success) return answer(caller, only.data, ctx);
      refuse(ctx, caller, 'invalid', faultsOf(only.error));
      return undefined;
    }
    const stopsAt = { execute_all: undefined, deny_on_first_deny: false, permit_on_first_permit: true }[
      options?.evaluations_semantic ?? 'execute_all'
    ];
    const answers: DecisionAnswer[] = [];
    for (const one of evaluationsIn({ evaluations, ...shared })) {
      const judged = one.ok ? await answerInList(caller, one.question) : faulty(faultsOf(one.fault));
      answers.push(judged);
      if (judged.decision === stopsAt) break;
    }
    return { evaluations: answers };
  }

  async function reported(ctx: Context, caller: Caller, events: Events): Promise<object | undefined> {
    if (!mayReport(caller, await parts.snapshots.read())) {
      const detail = 'What this resource server says of behaviour is not believed (trustedFor).';
      refuse(ctx, caller, 'forbidden', detail, because('not-trusted'));
      return undefined;
    }
    const key = ctx.get('Idempotency-Key') || undefined;
    const idOf = idsFor([caller.client], parts.openPairwise);
    const counting = { idOf, user: parts.sources.user, count: parts.count };
    const fault = await countEvents({ events, key, caller }, counting, now());
    if (fault === undefined) return { counted: events.length };
    refuse(ctx, caller, 'invalid', fault);
    return undefined;
  }

  const searched =
    <Q extends Pick<SubjectSearch, 'context' | 'page'>>(endpoint: string, by: Ask<Q, SearchResult<object>>) =>
    (ctx: Context) =>
    async (caller: Caller, question: Q): Promise<object | undefined> => {
      const search = { clientId: caller.client.id, endpoint, audience: question.context?.audience };
      const token = parts.tokens.read(question.page?.token ?? '', search);
      if (token === undefined) {
        refuse(ctx, caller, 'invalid', 'page.token: it is none that this search was answered with.');
        return undefined;
      }
      const found = await answered(caller, { ...question, page: { ...question.page, token } }, ctx, by);
      if (!found) return undefined;
      const { next_token: place, ...page } = found.page;
      return { ...found, page: { next_token: parts.tokens.write(place, search), ...page } };
    };

  const routes = new Map<string, (ctx: Context) => Promise<void>>([
    [EVALUATION, (ctx) => asked(ctx, evaluationInput, (caller, evaluation) => answer(caller, evaluation, ctx))],
    [EVALUATIONS, (ctx) => asked(ctx, evaluationsInput, (caller, input) => many(ctx, caller, input))],
    [FILTER, (ctx) => asked(ctx, filterInput, (caller, question) => answered(caller, question, ctx, filterFor))],
    [SEARCH_SUBJECT, (ctx) => asked(ctx, subjectSearchInput, searched(SEARCH_SUBJECT, searchSubjects)(ctx))],
    [SEARCH_RESOURCE, (ctx) => asked(ctx, resourceSearchInput, searched(SEARCH_RESOURCE, searchResources)(ctx))],
    [SEARCH_ACTION, (ctx) => asked(ctx, actionSearchInput, searched(SEARCH_ACTION, searchActions)(ctx))],
    [EVENTS, (ctx) => asked(ctx, eventsInput, (caller, { events }) => reported(ctx, caller, events))],
  ]);

  return async (ctx, next) => {
    const route = ctx.path.startsWith(base) ? routes.get(ctx.path.slice(base.length)) : undefined;
    if (!route && !isMetadata(ctx.path)) {
      await next();
      return;
    }
    returnRequestId(ctx);
    if (route) {
      await route(ctx);
      return;
    }
    ctx.type = 'application/json';
    ctx.body = metadata;
  };
}

/** Answers a question as a given resource server. */
type Ask<Q, A> = (question: Q, audience: string, sources: SearchSources, snapshot: Snapshot, at: Instant) => Promise<A>;

/**
 * Returns the caller's own id (AuthZEN 1.0, 10.1.3). The log uses Gatehouse's own: one from outside could equal another
 * request's.
 */
function returnRequestId(ctx: Context): void {
  const sent = ctx.get('X-Request-ID');
  if (REQUEST_ID.test(sent)) ctx.set('X-Request-ID', sent);
}
const REQUEST_ID = /^[\x20-\x7e]{1,200}$/;

const faulty = (message: string): DecisionAnswer => ({ decision: false, context: { error: { status: 400, message } } });

const ENDPOINT = 'decision';

const because = (reason: Reason): Why => ({ reason, words: REASONS[reason].cause });

/** Responds with a problem, and notes the reason for the request's log line. The detail may repeat input, so it is not logged. */
function refuse(
  ctx: Context,
  caller: Caller | undefined,
  code: ProblemCode,
  detail: string,
  why: Why = because('question-invalid'),
): void {
  logRefusal(ctx, { client: caller?.client.id, endpoint: ENDPOINT, error: code, ...why });
  problem(ctx, code, detail);
}

/** RFC 9110 11.6.1 requires every authentication scheme; RFC 6750 3 requires the token's error code. */
function turnAway(ctx: Context, asking: Exclude<CallerResult, { kind: 'known' }>, realm: string): void {
  const error = asking.kind === 'throttled' ? 'throttled' : 'unauthenticated';
  logRefusal(ctx, { client: asking.client, endpoint: ENDPOINT, error, ...asking.because });
  if (asking.kind === 'throttled') {
    ctx.set('Retry-After', String(Math.max(1, Math.ceil((asking.until - now()) / 1000))));
    problem(
      ctx,
      'throttled',
      'Too many wrong secrets of this client came from this address. Wait as long as Retry-After says.',
    );
    return;
  }
  const fault = asking.kind === 'token-refused' ? ', error="invalid_token"' : '';
  ctx.set('WWW-Authenticate', [`Basic realm="${realm}", charset="UTF-8"`, `Bearer realm="${realm}"${fault}`]);
  problem(ctx, 'unauthenticated', asking.kind === 'token-refused' ? REFUSED[asking.why] : WHO);
}

const WHO =
  'A resource server asks by HTTP Basic, with the id and secret of a client that is registered as it (introspects), or by an access token ' +
  `that such a client got for itself (client_credentials) at ${GATEHOUSE_API}.`;

const REFUSED = {
  invalid: `This token opens nothing here. A client that is a resource server (introspects) asks by one that it got for itself (client_credentials) at ${GATEHOUSE_API}.`,
  bound:
    'This token is bound to a key (DPoP), and is not taken here. Ask by a client whose tokens are not (dpopBound).',
} as const;

const SAID = {
  'not-json': 'The body is JSON (Content-Type: application/json), in UTF-8, and nests no deeper than 16.',
  'too-large': `The body has ${BODY_LIMIT / 1024} KiB at most: ask about fewer at once.`,
} as const;

const faultsOf = ({ issues }: z.ZodError): string =>
  issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
    .join(' ');
