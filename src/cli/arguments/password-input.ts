import { createInterface } from 'node:readline';
import { GatehouseError } from '../../base/errors.js';
import { generatePassword } from '../../identity/passwords/password-policy.js';
import type { NewPassword } from '../../identity/users/new-user.js';

export interface PasswordChoice {
  /** Reads the first line of standard input; otherwise a password is generated. */
  readonly fromInput: boolean;
  /** The user need not choose another one, although somebody else knows it. */
  readonly permanent: boolean;
}

/** Never from the command line, which everybody on the machine can read. @throws GatehouseError `bad-configuration` */
export async function passwordFor({ fromInput, permanent }: PasswordChoice): Promise<Required<NewPassword>> {
  const clear = fromInput ? await firstLine(process.stdin) : generatePassword();
  return { clear, generated: !fromInput, mustChange: !permanent };
}

async function firstLine(input: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line !== '') return line;
    break;
  }
  throw new GatehouseError('bad-configuration', 'With --password-stdin the password is the first line of the input.');
}
