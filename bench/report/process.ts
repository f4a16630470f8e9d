import type { Signatures } from '../measure/signature.ts';
import type { Start } from '../measure/start.ts';
import type { GatehouseName } from '../servers/servers.ts';
import { median, noise, quantile, rounded } from './statistics.ts';

/** Results of the process instead of an operation; times are milliseconds. */
export interface ProcessResult {
  readonly store: GatehouseName;
  readonly measure:
    | 'start'
    | 'idle memory (MB)'
    | 'signature'
    | 'signature beside 8 sign-ins'
    | 'token in a storm of sign-ins (times)'
    | 'jwks in a storm of sign-ins (times)';
  readonly median: number;
  /** In percent of it. */
  readonly noise: number;
  readonly p99: number;
}

export function processResults(
  started: ReadonlyMap<GatehouseName, Start>,
  signed: ReadonlyMap<GatehouseName, Signatures>,
): ProcessResult[] {
  return [...started].flatMap(([store, { milliseconds, megabytes }]) => {
    const { alone = [], besideSignIns = [], storm } = signed.get(store) ?? {};
    const result = (measure: ProcessResult['measure'], values: readonly number[]): ProcessResult => ({
      store,
      measure,
      median: rounded(median(values), 2),
      noise: rounded(noise(values), 1),
      p99: rounded(quantile(values, 0.99), 1),
    });
    return [
      result('start', milliseconds),
      result('idle memory (MB)', megabytes),
      result('signature', alone),
      result('signature beside 8 sign-ins', besideSignIns),
      result('token in a storm of sign-ins (times)', storm?.token ?? []),
      result('jwks in a storm of sign-ins (times)', storm?.jwks ?? []),
    ];
  });
}
