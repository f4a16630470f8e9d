import type { AuditAggregator } from '../audit/aggregate/aggregator.js';
import type { Actor } from '../changes/actor.js';
import { type DecisionAnswer, decided } from './answer.js';
import type { Ask } from './ask.js';
import type { Evaluation } from './evaluation.js';

/**
 * Answers like `answerTo`, and counts the decision for the audit trail if its resource server asks for that (`auditDecisions`): a record
 * a minute for each subject, permission and outcome. No store call.
 */
export const auditedAnswer =
  (by: Actor, aggregator: Pick<AuditAggregator, 'count'>): Ask<Evaluation, DecisionAnswer> =>
  async (evaluation, audience, sources, snapshot, at) => {
    const { answer, subject } = await decided(evaluation, audience, sources, snapshot, at);
    const server = snapshot.resourceServers.get(audience);
    if (isAudited(server?.auditDecisions ?? 'none', answer.decision)) {
      const { name } = evaluation.action;
      // Text of the caller is counted only where it is a permission: its number and content are unlimited otherwise.
      const isDeclared = server?.permissions.some((permission) => permission.name === name) === true;
      aggregator.count({
        kind: 'decision.made',
        by: { kind: by.kind, id: by.id, requestId: by.requestId },
        clientId: by.id,
        ...(subject && { subject: { kind: subject.kind, id: subject.id } }),
        outcome: answer.decision ? 'success' : 'failure',
        details: { resourceServer: audience, ...(isDeclared && { permission: name }) },
      });
    }
    return answer;
  };

function isAudited(auditDecisions: 'none' | 'denied' | 'all', isAllowed: boolean): boolean {
  switch (auditDecisions) {
    case 'none':
      return false;
    case 'denied':
      return !isAllowed;
    case 'all':
      return true;
  }
}
