import { z } from 'zod';
import type { Actor } from '../../changes/actor.js';
import type { ChangeRefusal } from '../../changes/change-result.js';
import type { Reason } from '../refusals/reasons.js';
import type { ExpectedVersion, VersionRule } from './if-match.js';
import { type BodyRules, parsed } from './input.js';
import type { ListCursors } from './lists/list-cursors.js';
import { fitted } from './output.js';
import type { Principal } from './authentication/principal.js';
import { type ApiRefusal, problemOfChange } from './refusal.js';
import type { Security } from './authentication/security.js';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The permission at Gatehouse's own API that the caller needs, or the reason why none is needed. */
export type RequiredPermission = string | { readonly none: string };

/** The declaration of an operation, without its schemas and handler. */
export interface OperationFacts {
  /** Unique; OpenAPI's operationId. */
  readonly id: string;
  readonly method: HttpMethod;
  /** The path below the issuer. A segment in braces is a parameter: `/users/{id}`. */
  readonly path: string;
  /** A few words about its purpose. */
  readonly summary: string;
  readonly description?: string;
  /** Its tag in OpenAPI, and its `endpoint` in the log. */
  readonly group: string;
  readonly security: Security;
  readonly permission: RequiredPermission;
  readonly bodyRules?: BodyRules;
  /** Absent: the operation reads no If-Match. */
  readonly ifMatch?: VersionRule;
  /** The status of success. Absent: 200, or 204 without a response. */
  readonly status?: 200 | 201 | 202;
  /** The log's reason for an invalid request; `request-invalid` if absent. */
  readonly invalidReason?: Reason;
  /** The response returns the caller's own X-Request-ID instead of ours. */
  readonly returnsRequestId?: true;
}

/** The schemas of an operation. They validate requests, and OpenAPI is generated from them. */
export interface OperationSchemas<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> {
  readonly params?: P;
  /** Absent: the operation takes no parameter, and one that is sent is refused. */
  readonly query?: Q;
  readonly body?: B;
  /** Absent: the answer has no body. */
  readonly response?: R;
}

/** A request that was authenticated, authorised and validated. */
export interface OperationRequest<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly principal: Principal;
  readonly expected: ExpectedVersion | undefined;
  /** For changes. */
  readonly actor: Actor;
  /** The cursors of a list that the caller asks for. */
  readonly cursors: (list: unknown) => ListCursors;
  /** The value of a header; empty if it was not sent. */
  readonly header: (name: string) => string;
}

/** The answer of a handler. A service's result (`Saved`) is one too. */
export type Reply<T> =
  | {
      readonly ok: true;
      readonly value: T;
      /** Sent as ETag. */
      readonly version?: number;
      /** The address of the created object. */
      readonly location?: string;
    }
  | { readonly ok: false; readonly refusal: ChangeRefusal }
  | { readonly ok: false; readonly problem: ApiRefusal };

/** An operation as the kit serves it. `Parts` are the services that its handler needs. */
export interface ApiOperation<Parts> extends OperationFacts {
  readonly schemas: OperationSchemas<z.ZodType, z.ZodType, z.ZodType, z.ZodType>;
  readonly handle: (request: OperationRequest<unknown, unknown, unknown>, parts: Parts) => Promise<HandledRequest>;
}

/** The body of an answer as JSON, or why there is none. */
export type HandledRequest =
  | {
      readonly ok: true;
      readonly json: string | undefined;
      readonly version: number | undefined;
      readonly location: string | undefined;
    }
  | { readonly ok: false; readonly problem: ApiRefusal };

/** The same data as read-only, since handlers return objects that services keep. */
export type Readable<T> = T extends object ? { readonly [K in keyof T]: Readable<T[K]> } : T;

const nothing = z.undefined();
type Nothing = typeof nothing;

/** Declares one operation of an API. @throws Error for an open operation that asks for a permission */
export function operation<
  Parts,
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = Nothing,
  R extends z.ZodType = Nothing,
>(
  definition: OperationFacts &
    OperationSchemas<P, Q, B, R> & {
      readonly handler: (
        request: OperationRequest<z.output<P>, z.output<Q>, z.output<B>>,
        parts: Parts,
      ) => Promise<Reply<Readable<z.input<R>>>>;
    },
): ApiOperation<Parts> {
  const { params, query, body, response, handler, ...facts } = definition;
  if (facts.security === 'open' && typeof facts.permission === 'string') {
    throw new Error(`${facts.id} is open to everybody, so nobody can hold the permission that it asks for.`);
  }
  return {
    ...facts,
    schemas: {
      ...(params && { params }),
      ...(query && { query }),
      ...(body && { body }),
      ...(response && { response }),
    },
    async handle(request, parts) {
      const [path, search, content] = [
        // Without a schema nothing was read, and nothing is handed on.
        parsed(params ?? nothing, params && request.params),
        parsed(query ?? z.strictObject({}), request.query),
        parsed(body ?? nothing, body && request.body),
      ];
      for (const part of [path, search, content]) if (!part.ok) return { ok: false, problem: part.refusal };
      if (!path.ok || !search.ok || !content.ok) throw new Error('A part that does not fit was refused above.');
      const reply = await handler(
        {
          ...request,
          params: path.value as z.output<P>,
          query: search.value as z.output<Q>,
          body: content.value as z.output<B>,
        },
        parts,
      );
      if (!reply.ok) {
        const isConditional = request.expected !== undefined;
        return {
          ok: false,
          problem: 'problem' in reply ? reply.problem : problemOfChange(reply.refusal, isConditional),
        };
      }
      const json = response && JSON.stringify(fitted(facts.id, response, reply.value));
      return { ok: true, json, version: reply.version, location: reply.location };
    },
  };
}
