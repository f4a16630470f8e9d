import { parseArgs } from 'node:util';
import { QUICK, type Size, WHOLE } from './measure/size.ts';
import type { Operation } from './operations/operation.ts';
import { OPERATIONS } from './operations/operations.ts';
import { SERVERS, type ServerName } from './servers/servers.ts';

export interface Arguments {
  readonly size: Size;
  /** The folder for the results. */
  readonly out: string;
  /** Profiles one operation at one server, instead of measuring everything. */
  readonly profile?: readonly [Operation, ServerName];
}

export const USAGE = `npm run bench -- [--quick] [--out FOLDER] [--profile OPERATION SERVER]
  --quick    once through everything, in seconds: that it works, no figures
  --out      where results.json and process.json go; bench/ itself when absent
  --profile  where the time of one operation goes at one server
  OPERATION  ${OPERATIONS.map(({ name }) => JSON.stringify(name)).join(', ')}
  SERVER     ${SERVERS.join(', ')}`;

/** Undefined for invalid arguments. */
export function readArguments(argv: readonly string[]): Arguments | undefined {
  const options = { quick: { type: 'boolean' }, profile: { type: 'boolean' }, out: { type: 'string' } } as const;
  let parsed;
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch {
    return undefined;
  }
  const { values, positionals } = parsed;
  const plain = { size: values.quick ? QUICK : WHOLE, out: values.out ?? import.meta.dirname };
  if (!values.profile) return positionals.length === 0 ? plain : undefined;
  const operation = OPERATIONS.find(({ name }) => name === positionals[0]);
  const server = SERVERS.find((name) => name === positionals[1]);
  return operation && server && positionals.length === 2 ? { ...plain, profile: [operation, server] } : undefined;
}
