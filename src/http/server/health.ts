import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import { atMost } from '../../base/at-most.js';
import { logOf } from './access-log.js';

/** A dependency without which no request can be answered well; its name is shown. */
export interface ReadinessCheck {
  readonly name: string;
  /** Resolves to false, or rejects, when it is not ready. */
  readonly ready: () => Promise<boolean>;
}

/**
 * What `/readyz` shows beside its checks, for anybody: states, and nothing of servers or reasons. It never decides readiness.
 * Absent or late: nothing is shown.
 */
export type ReadinessDetail = () => Promise<object>;

/** In milliseconds: a check without a result by then has failed, since the prober has a deadline too. */
const PATIENCE = 2000;

/**
 * `/healthz`: the process is alive. `/readyz`: it can answer requests, or 503 with the names of failed checks. Both accept any
 * Host, since probers know only an address, and both are at the root whatever the issuer's path. The log has the reason of a
 * failure. Runs before the host check.
 */
export function health(checks: readonly ReadinessCheck[], patience = PATIENCE, detail?: ReadinessDetail): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== '/healthz' && ctx.path !== '/readyz') {
      await next();
      return;
    }
    const isReadiness = ctx.path === '/readyz';
    const failing = isReadiness ? await failingOf(checks, patience, logOf(ctx.req)) : [];
    // Without the store there is nothing to read.
    const more = isReadiness && failing.length === 0 && detail ? await shownDetail(detail, patience) : {};
    ctx.status = failing.length === 0 ? 200 : 503;
    ctx.set('Cache-Control', 'no-store');
    ctx.body = failing.length === 0 ? { status: 'ok', ...more } : { status: 'not-ready', failing };
  };
}

async function shownDetail(detail: ReadinessDetail, patience: number): Promise<object> {
  let shown: object = {};
  const reading = async (): Promise<void> => {
    shown = await detail();
  };
  return (await atMost(patience, reading())) ? shown : {};
}

async function failingOf(
  checks: readonly ReadinessCheck[],
  patience: number,
  log: Logger | undefined,
): Promise<string[]> {
  const answers = await Promise.all(
    checks.map(async (check) => ((await isReady(check, patience, log)) ? [] : [check.name])),
  );
  return answers.flat();
}

async function isReady({ name, ready }: ReadinessCheck, patience: number, log: Logger | undefined): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      log?.warn({ check: name }, `not ready: no answer within ${patience / 1000} s`);
      resolve(false);
    }, patience);
  });
  try {
    return await Promise.race([ready(), late]);
  } catch (error) {
    log?.warn({ check: name, err: error }, 'not ready');
    return false;
  } finally {
    clearTimeout(timer);
  }
}
