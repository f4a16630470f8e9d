/** The OpenAPI description is true: each documented operation answers, and its answer fits the documented schema. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { useHost } from '../support/host/use-host.js';
import { ORDERS_SECRET } from './decision-callers.js';
import { stores } from './flow-host.js';

const question = {
  subject: { type: 'client', id: 'robot' },
  action: { name: 'orders:change' },
  resource: { type: 'order', id: '17', properties: { owner: 'robot' } },
};

/** A request for each operation, by its id. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  evaluate: question,
  evaluateMany: { ...question, evaluations: [{}, { action: { name: 'orders:refund' } }, { subject: 7 }] },
  filterList: { ...question, resource: { type: 'order' } },
  searchSubjects: { ...question, subject: { type: 'client' } },
  searchResources: { ...question, resource: { type: 'order' } },
  searchActions: { subject: question.subject, resource: question.resource },
  reportEvents: { events: [{ subject: 'set below', event: 'visit' }] },
  describeDecisionPoint: undefined,
};

interface Documented {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: object }>> }>>;
}
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly responses: { readonly Problem: { readonly content: Readonly<Record<string, { schema: object }>> } };
  };
}

describe.each(stores)('on %s,', (store) => {
  let description: Description;
  const host = useHost({ store, realmFile: 'test/flows/decisions.realm.yaml', env: { ORDERS_SECRET } });
  beforeAll(async () => {
    description = (await (await fetch(`${host.issuer}/openapi.json`)).json()) as Description;
  });

  /** Validates an answer against the schema in the document, not against the code. */
  function fits(schema: object, answer: unknown): boolean {
    const text = JSON.stringify({ ...schema, $defs: description.components.schemas });
    const whole = JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as Parameters<
      typeof z.fromJSONSchema
    >[0];
    return z.fromJSONSchema(whole).safeParse(answer).success;
  }
  const operations = () =>
    Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
    );
  async function call(path: string, method: string, body: unknown, authorization?: string) {
    const answer = await fetch(`${host.issuer}${path}`, {
      method,
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, type: answer.headers.get('content-type'), body: (await answer.json()) as object };
  }
  const basic = `Basic ${Buffer.from(`orders-api:${ORDERS_SECRET}`).toString('base64')}`;

  test('each documented operation answers as documented', async () => {
    expect(
      operations()
        .map(({ operationId }) => operationId)
        .sort(),
    ).toEqual(Object.keys(EXAMPLES).sort());
    const search = { subject: { type: 'user' }, action: { name: 'orders:audit' }, resource: question.resource };
    const { body: found } = await call('/access/v1/search/subject', 'POST', search, basic);
    const id = (found as { results: { id: string }[] }).results[0]?.id ?? '';
    const events = { events: [{ subject: id, event: 'visit' }] };
    for (const { operationId, path, method, responses } of operations()) {
      const body = operationId === 'reportEvents' ? events : EXAMPLES[operationId];
      const answer = await call(path, method, body, basic);
      const schema = responses['200']?.content?.['application/json']?.schema ?? {};
      expect([operationId, answer.status, fits(schema, answer.body)]).toEqual([operationId, 200, true]);
      expect([operationId, fits(schema, { ...answer.body, unnamed: true })]).toEqual([operationId, false]);
      expect([operationId, fits(schema, {})]).toEqual([operationId, false]);
    }
  });

  test('each refusal fits the documented problem, and every operation that needs a caller refuses to have none', async () => {
    const problem = description.components.responses.Problem.content['application/problem+json']?.schema ?? {};
    for (const { operationId, path, method, security } of operations()) {
      if (security.length === 0) continue;
      for (const [authorization, status] of [
        [undefined, 401],
        [basic, 400],
      ] as const) {
        const answer = await call(path, method, [], authorization);
        expect([operationId, answer.status, answer.type, fits(problem, answer.body)]).toEqual([
          operationId,
          status,
          'application/problem+json',
          true,
        ]);
      }
    }
    expect(fits(problem, { detail: 'x' })).toBe(false);
  });
});
