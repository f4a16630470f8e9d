import type { z } from 'zod';
import type { Page } from '../../base/paging.js';
import { readPage } from '../../http/api/lists/list-operation.js';
import { operation, type OperationFacts, type Readable } from '../../http/api/operation.js';
import { foundItems } from '../answer-schema.js';
import { type Ask, answered } from '../ask.js';
import type { DecisionParts } from '../decision-parts.js';
import type { Paged } from '../evaluation.js';
import { resourceServerOf } from '../resource-server-caller.js';
import { decisionFacts } from './decision-facts.js';

/** The fields of a search that make it another list than other searches. Properties and the other context may differ from page to page. */
interface Search {
  readonly subject: { readonly type: string; readonly id?: string };
  readonly action?: { readonly name: string };
  readonly resource: { readonly type: string; readonly id?: string };
  readonly context?: { readonly audience?: string };
  readonly page: { readonly token: string; readonly limit: number };
}

/** Declares a search (AuthZEN 1.0, 8): a list that has the requests and answers of that standard. */
export function searchOperation<Q extends Search, I extends z.ZodType>(
  definition: Pick<OperationFacts, 'id' | 'path' | 'summary'> & {
    readonly body: z.ZodType<Q>;
    readonly item: I;
    readonly search: Ask<Paged<Q>, Page<Readable<z.input<I>>>>;
  },
) {
  const { item, search, ...facts } = definition;
  return operation({
    ...decisionFacts,
    ...facts,
    response: foundItems(item),
    handler: async (request, parts: DecisionParts) => {
      const { subject, action, resource, context, page } = request.body;
      const list = [context?.audience, subject.type, subject.id, action?.name, resource.type, resource.id];
      const asked = { cursor: page.token || undefined, limit: page.limit, path: ['page', 'token'], list };
      const caller = resourceServerOf(request.principal);
      const reply = await readPage(request, asked, (wanted) =>
        answered(caller, { ...request.body, page: wanted }, parts, search),
      );
      if (!reply.ok) return reply;
      const { rows, next = '' } = reply.value;
      return { ok: true, value: { page: { next_token: next, count: rows.length }, results: rows } };
    },
  });
}
