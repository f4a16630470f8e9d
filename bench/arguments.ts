import { parseArgs } from 'node:util';
import { QUICK, type Size, WHOLE } from './measure/size.ts';
import type { Operation } from './operations/operation.ts';
import { OPERATIONS } from './operations/operations.ts';
import { SERVERS, type ServerName } from './servers/servers.ts';

export interface Arguments {
  readonly size: Size;
  /** The folder for the results; where the repository keeps them when absent. */
  readonly out?: string;
  /** The operations to measure, and nothing besides; absent: everything. */
  readonly only?: readonly Operation[];
  /** Profiles one operation at one server, instead of measuring everything. */
  readonly profile?: readonly [Operation, ServerName];
}

export const USAGE = `npm run bench -- [--quick] [--out FOLDER] [--only OPERATION[,OPERATION]] [--profile OPERATION SERVER]
  --quick    once through everything, in seconds: that it works, no figures
  --out      where the results and plots go; bench/, docs/performance.md, docs/plots and README.md when absent
  --only     prints these operations alone, and keeps nothing
  --profile  where the time of one operation goes at one server
  OPERATION  ${OPERATIONS.map(({ name }) => JSON.stringify(name)).join(', ')}
  SERVER     ${SERVERS.join(', ')}`;

/** Undefined for invalid arguments. */
export function readArguments(argv: readonly string[]): Arguments | undefined {
  const text = { type: 'string' } as const;
  const options = { quick: { type: 'boolean' }, profile: { type: 'boolean' }, out: text, only: text } as const;
  let parsed;
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch {
    return undefined;
  }
  const { values, positionals } = parsed;
  const plain = { size: values.quick ? QUICK : WHOLE, ...(values.out !== undefined && { out: values.out }) };
  if (values.profile) {
    const operation = OPERATIONS.find(({ name }) => name === positionals[0]);
    const server = SERVERS.find((name) => name === positionals[1]);
    return operation && server && positionals.length === 2 ? { ...plain, profile: [operation, server] } : undefined;
  }
  if (positionals.length > 0) return undefined;
  if (values.only === undefined) return plain;
  const names = values.only.split(',');
  const only = OPERATIONS.filter(({ name }) => names.includes(name));
  return only.length === names.length ? { ...plain, only } : undefined;
}
