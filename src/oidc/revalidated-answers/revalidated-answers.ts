import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context, Middleware } from 'koa';
import { now } from '../../base/clock.js';
import type { Caches } from '../../changes/caching/caches.js';
import { isPassing } from '../../http/failures.js';
import { requestIdOf } from '../../http/request/request-id.js';
import { readUpTo, rememberBody } from '../../http/request/read-body.js';
import type { EarlyHandler } from '../../http/server/early-handlers.js';
import { noteStoreWait } from '../request-scope/request-time.js';
import type { Realm } from '../../storage/store.js';
import { type AnswerBasis, areUnchanged, holdsAt } from './answer-basis.js';
import { answerKeys, LONGEST_BODY, type RepeatableRequest, repeatableRequests } from './answer-key.js';
import { AnswerMemory, type FinishedAnswer } from './answer-memory.js';
import { basisOf, isRepeatable } from './repeatable-answer.js';

export interface RevalidatedAnswers {
  /** Gives a remembered answer, if nothing that it was made from has changed. */
  readonly give: EarlyHandler;
  /** Stands in the request scope, around the endpoints: remembers their answers, with what they were made from. */
  readonly remember: Middleware;
}

interface AnswerParts {
  readonly issuer: URL;
  readonly realm: Realm;
  readonly caches: Pick<Caches, 'generation' | 'fresh'>;
}

// On the request itself, like its id.
const ASKED = Symbol('request whose answer is to be remembered');
interface AskedMessage extends IncomingMessage {
  [ASKED]?: { readonly key: string; readonly generation: number };
}

/**
 * Remembers successful answers of userinfo and introspection from the second request on, and gives each again while everything that it was
 * made from is the same. Lives as long as the application that made the answers: new keys mean another one.
 */
export function revalidatedAnswers({ issuer, realm, caches }: AnswerParts): RevalidatedAnswers {
  const repeatable = repeatableRequests(issuer);
  const keyOf = answerKeys();
  const memory = new AnswerMemory();
  // If the caches may be too old, the application answers 503.
  const generation = (): number => caches.generation(realm.id);
  const mayHold = (basis: AnswerBasis): boolean => caches.fresh() && holdsAt(basis, now(), generation());

  async function give(req: AskedMessage, res: ServerResponse, { hasBody }: RepeatableRequest): Promise<boolean> {
    const body = hasBody ? await bodyOf(req) : undefined;
    if (hasBody && !body) return false;
    const key = keyOf(req, body);
    const remembered = memory.get(key);
    if (!remembered) {
      if (memory.isSeenAgain(key)) req[ASKED] = { key, generation: generation() };
      return false;
    }
    const { basis } = remembered;
    // Compared once more after the reading, during which time has passed.
    if (mayHold(basis) && (await areCurrent(req, basis)) && mayHold(basis)) {
      send(req, res, remembered);
      return true;
    }
    memory.forget(key);
    req[ASKED] = { key, generation: generation() };
    return false;
  }

  /** If the store does not answer, the application says so, in the rest of the request's time. */
  async function areCurrent(req: IncomingMessage, { documents }: AnswerBasis): Promise<boolean> {
    const began = performance.now();
    try {
      return await areUnchanged(realm, documents);
    } catch (error) {
      if (!isPassing(error)) throw error;
      noteStoreWait(req, performance.now() - began);
      return false;
    }
  }

  return {
    give(req, res) {
      const asked = repeatable(req);
      return asked ? give(req, res, asked) : false;
    },
    async remember(ctx, next) {
      await next();
      const asked = (ctx.req as AskedMessage)[ASKED];
      if (!asked || !isRepeatable(ctx)) return;
      const basis = await basisOf(ctx, asked.generation);
      if (basis && mayHold(basis)) memory.set(asked.key, finished(ctx, basis));
    },
  };
}

/** Undefined if the connection breaks first, of which the application hears as well. */
async function bodyOf(req: IncomingMessage): Promise<Buffer | undefined> {
  const body = await readUpTo(req, LONGEST_BODY, { destroyRest: false }).catch(() => undefined);
  if (body) rememberBody(req, body);
  return body;
}

function finished({ body, res }: Context, basis: AnswerBasis): FinishedAnswer {
  const text = JSON.stringify(body);
  const headers = Object.entries(res.getHeaders())
    .filter(([name]) => name !== 'x-request-id' && name !== 'content-length')
    .flatMap(([name, value]) => [name, String(value)]);
  return { headers: [...headers, 'content-length', String(Buffer.byteLength(text))], body: text, basis };
}

function send(req: IncomingMessage, res: ServerResponse, { headers, body }: FinishedAnswer): void {
  res.writeHead(200, [...headers, 'x-request-id', requestIdOf(req)]);
  res.end(body);
}
