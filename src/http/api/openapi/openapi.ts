import { z } from 'zod';
import { openApiSchemas, type JsonSchema } from './openapi-schemas.js';
import type { ApiOperation } from '../operation.js';
import { type AuthenticationWay, type CallerSecurity, acceptsProofs } from '../authentication/security.js';

type Schemas = ReturnType<typeof openApiSchemas>;
type Described = ApiOperation<never>;

/** A problem as callers receive it (RFC 9457). */
const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('Stable: callers switch on it.'),
    detail: z.string(),
    problems: z
      .array(
        z.looseObject({
          code: z.string(),
          path: z.string().describe('Names and indexes joined by dots; empty: the whole.'),
          params: z.record(z.string(), z.unknown()).optional(),
          detail: z.string().optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' });

/** Describes operations as OpenAPI 3.1. The schemas are those that requests and answers are checked by. */
export function openApi(
  operations: readonly Described[],
  { issuer, version }: { readonly issuer: string; readonly version: string },
): JsonSchema {
  const schemas = openApiSchemas();
  const problem = schemas.of(problemSchema, 'output', 'Problem');
  const byPath = Map.groupBy(operations, ({ path }) => path);
  const paths = Object.fromEntries(
    [...byPath].map(([path, some]) => [
      path,
      Object.fromEntries(some.map((operation) => [operation.method.toLowerCase(), describe(operation, schemas)])),
    ]),
  );
  return {
    openapi: '3.1.0',
    info: { title: 'Gatehouse', version },
    servers: [{ url: issuer }],
    tags: [...new Set(operations.map(({ group }) => group))].map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.components(),
      securitySchemes: securitySchemes(issuer),
      responses: {
        Problem: {
          description: 'The request was refused (RFC 9457).',
          content: { 'application/problem+json': { schema: problem } },
        },
      },
    },
  };
}

function describe(operation: Described, schemas: Schemas): JsonSchema {
  const { id, summary, description, group, security, permission, schemas: own, status } = operation;
  const name = `${id[0]?.toUpperCase() ?? ''}${id.slice(1)}`;
  const parameters = [
    ...parametersIn('path', own.params, schemas, name),
    ...parametersIn('query', own.query, schemas, name),
    ...(operation.ifMatch ? [ifMatchParameter(operation.ifMatch === 'required')] : []),
  ];
  const needs = typeof permission === 'string' ? `Needs the permission \`${permission}\`.` : permission.none;
  return {
    operationId: id,
    summary,
    description: [description, needs].filter((text) => text !== undefined).join(' '),
    tags: [group],
    ...(parameters.length > 0 && { parameters }),
    ...(own.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemas.of(own.body, 'input', `${name}Request`) } },
      },
    }),
    responses: {
      [status ?? (own.response ? 200 : 204)]: {
        description: 'Success.',
        ...(operation.ifMatch && { headers: { ETag: { schema: { type: 'string' } } } }),
        ...(own.response && {
          content: { 'application/json': { schema: schemas.of(own.response, 'output', `${name}Response`) } },
        }),
      },
      default: { $ref: '#/components/responses/Problem' },
    },
    security: security === 'open' ? [] : requirementsOf(security, permission),
  };
}

/** Each way in is an alternative. A permission is the scope that a token needs. */
function requirementsOf(security: CallerSecurity, permission: Described['permission']): JsonSchema[] {
  const scopes = typeof permission === 'string' ? [permission] : [];
  return security.ways.flatMap((way): JsonSchema[] =>
    way === 'client-basic'
      ? [{ clientBasic: [] }]
      : [{ [SCHEME[way]]: scopes }, ...(acceptsProofs(security) ? [{ [SCHEME[way]]: scopes, dpop: [] }] : [])],
  );
}

const SCHEME = { 'client-token': 'clientToken', 'user-token': 'userToken' } as const satisfies Readonly<
  Record<Exclude<AuthenticationWay, 'client-basic'>, string>
>;

const securitySchemes = (issuer: string) => ({
  clientBasic: { type: 'http', scheme: 'basic', description: 'The id and secret of a client.' },
  clientToken: {
    type: 'oauth2',
    description: 'An access token that a client got for itself at `urn:gatehouse:api`.',
    flows: { clientCredentials: { tokenUrl: `${issuer}/token`, scopes: {} } },
  },
  userToken: {
    type: 'oauth2',
    description: 'An access token of a user at `urn:gatehouse:api`.',
    flows: { authorizationCode: { authorizationUrl: `${issuer}/auth`, tokenUrl: `${issuer}/token`, scopes: {} } },
  },
  dpop: {
    type: 'apiKey',
    in: 'header',
    name: 'DPoP',
    description: 'The proof for a token that is bound to a key (RFC 9449).',
  },
});

function parametersIn(
  place: 'path' | 'query',
  schema: z.ZodType | undefined,
  schemas: Schemas,
  name: string,
): JsonSchema[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemas.of(schema, 'input', name) as {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([each, { description: words, ...own }]) => ({
    name: each,
    in: place,
    required: place === 'path' || required.includes(each),
    ...(words !== undefined && { description: words }),
    schema: own,
  }));
}

const ifMatchParameter = (required: boolean) => ({
  name: 'If-Match',
  in: 'header',
  required,
  description: 'The ETag of the version that the caller read.',
  schema: { type: 'string' },
});
