import { now } from '../../base/clock.js';
import { newId } from '../../base/crypto/ids.js';
import type { Snapshots } from '../../access/evaluation/snapshot.js';
import type { AuditTrail } from '../../audit/audit-trail.js';
import type { Actor } from '../../changes/actor.js';
import type { ConnectorService, ConnectorView } from '../connectors/connector-service.js';
import type { ConnectorEvent } from '../contract/connector-kind.js';
import { sealBegun, takeBegun } from '../begun-elsewhere/begun-elsewhere.js';
import { documentOf, type ReceivedAnswers } from '../answers/received-answers.js';
import type { AnswerPart, BrowserTarget, RedirectConnector, RedirectOutcome } from '../contract/redirect-connector.js';
import { explainSignIn } from '../provisioning/explain-sign-in.js';
import type { SignInPlanner } from '../provisioning/plan-sign-in.js';
import { stepsOfAnswer, type TestOutcome, type TestReport } from './test-report.js';
import {
  BEGUN_TEST,
  takeTestTicket,
  TEST_LASTS,
  type TestedBy,
  type TicketFault,
  type TicketParts,
} from './test-ticket.js';

/** Where a request comes from. */
type RequestOrigin = Pick<Actor, 'requestId' | 'address' | 'agent'>;

/** `not-opened`: the connector was removed, has settings that this version refuses, or asks for passwords. */
export type TestRefusal = TicketFault | 'not-begun' | 'not-opened';

interface RefusedTest {
  readonly kind: 'refused';
  readonly why: TestRefusal;
}

/** Tests of connectors with a person, in a browser. They sign in nobody. */
export interface TestSignIns {
  /** Where the browser goes, and what it has to keep (sealed); or why it does not go there. */
  begin(
    connector: string,
    asked: { readonly ticket: string; readonly state: (random: string) => string; readonly from: RequestOrigin },
  ): Promise<
    | { readonly kind: 'begun'; readonly target: BrowserTarget; readonly kept: string }
    | { readonly kind: 'ended'; readonly report: TestReport }
    | RefusedTest
  >;
  /** Takes the answer, once. @param answer.kept what the browser kept; without it, the answer is not this browser's */
  complete(
    connector: string,
    answer: { readonly kept: string | undefined; readonly query: URLSearchParams; readonly from: RequestOrigin },
  ): Promise<{ readonly kind: 'ended'; readonly report: TestReport } | RefusedTest>;
}

export function testSignIns(
  parts: TicketParts & {
    readonly connectors: Pick<ConnectorService, 'get' | 'open'>;
    readonly planner: SignInPlanner;
    readonly snapshots: Pick<Snapshots, 'read'>;
    readonly audit: Pick<AuditTrail, 'record'>;
    readonly answers: Pick<ReceivedAnswers, 'find'>;
  },
): TestSignIns {
  const { connectors, planner, snapshots, audit, answers } = parts;

  return {
    async begin(id, { ticket, state: stateOf, from }) {
      const by = await takeTestTicket(parts, id, ticket);
      if (typeof by === 'string') return refused(by);
      const state = stateOf(newId());
      return withOpened(id, async (view, opened, events) => {
        const wished = view.rules?.maxAge;
        const begun = await opened.begin({
          state,
          ...(wished !== undefined && { wishedMaxAgeSeconds: wished }),
        });
        if (begun.kind === 'begun') {
          const kept = sealBegun(parts, BEGUN_TEST, id, { by, state, kept: begun.kept, expiresAt: now() + TEST_LASTS });
          return { kind: 'begun', target: begun, kept };
        }
        const outcome: TestOutcome = { kind: begun.kind, reason: begun.reason };
        const report = { connector: view, steps: await opened.test(), events, outcome };
        await record(by, from, report);
        return { kind: 'ended', report };
      });
    },

    async complete(id, { kept, query, from }) {
      const state = query.get('state');
      const document = await documentOf(answers, id, query);
      if (document === 'gone') return refused('not-begun');
      const begun = await takeBegun(parts, BEGUN_TEST, id, {
        ...{ kept: kept ?? '', state },
        ...(document && { beside: document.uses }),
      });
      if (!begun) return refused('not-begun');
      return withOpened(id, async (view, opened, events) => {
        const begins: AnswerPart[] = [];
        const answer = {
          ...{ state: begun.state, kept: begun.kept, query },
          ...(document && { received: document.received }),
        };
        // First, since a code lasts for seconds only.
        const completed = await opened.complete({ ...answer, begins: (part) => begins.push(part) });
        const steps = [...(await opened.test()), ...stepsOfAnswer(begins, completed)];
        const report = { connector: view, steps, events, outcome: await judged(view, completed) };
        await record(begun.by, from, report);
        return { kind: 'ended', report };
      });
    },
  };

  /** The connector with its settings of now, disabled or not, for this test alone. */
  async function withOpened<T>(
    id: string,
    work: (view: ConnectorView, opened: RedirectConnector, events: readonly ConnectorEvent[]) => Promise<T>,
  ): Promise<T | RefusedTest> {
    const events: ConnectorEvent[] = [];
    const view = await connectors.get(id);
    const opened = await connectors.open(id, (event) => events.push(event));
    try {
      return view && opened?.signsInBy === 'redirect' ? await work(view, opened, events) : refused('not-opened');
    } finally {
      await opened?.close();
    }
  }

  async function judged(view: ConnectorView, completed: RedirectOutcome): Promise<TestOutcome> {
    if (completed.kind !== 'ok') return completed;
    const { identity, authenticatedAt } = completed;
    const age = authenticatedAt === undefined ? 'unknown' : now() - authenticatedAt;
    const [explanation, snapshot] = await Promise.all([explainSignIn(planner, view, identity, age), snapshots.read()]);
    return {
      ...{ kind: 'told', identity, explanation, snapshot },
      ...(authenticatedAt !== undefined && { authenticatedAt }),
    };
  }

  function record(by: TestedBy, from: RequestOrigin, { connector, outcome }: TestReport): Promise<void> {
    const isTold = outcome.kind === 'told';
    return audit.record({
      kind: 'connector.tested',
      by: { ...by, ...from },
      subject: { kind: 'connector', id: connector.id },
      ...(isTold ? { outcome: 'success' } : { outcome: 'failure', why: outcome.kind }),
      details: {
        ...(isTold && { result: outcome.explanation.plan.kind }),
        ...('reason' in outcome && { reason: outcome.reason }),
      },
    });
  }
}

const refused = (why: TestRefusal): RefusedTest => ({ kind: 'refused', why });
