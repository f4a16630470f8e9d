import { z } from 'zod';
import { problem, type Problem } from '../../../base/problems/problem.js';
import { refusing } from '../../../base/problems/read-input.js';
import { isPrototypeName } from '../../../base/text/prototype-names.js';

/** Parameters that a sign-in sets itself, or that would replace what it asks for (Core 3.1.2.1; RFC 6749, 7636, 9101, 9126, 9449). */
const RESERVED: ReadonlySet<string> = new Set([
  ...['client_id', 'redirect_uri', 'response_type', 'response_mode', 'scope', 'state', 'nonce'],
  ...['code_challenge', 'code_challenge_method', 'request', 'request_uri', 'registration', 'dpop_jkt'],
  ...['max_age', 'login_hint', 'ui_locales', 'id_token_hint', 'username', 'password'],
  ...['client_secret', 'client_assertion', 'client_assertion_type', 'code', 'code_verifier', 'grant_type'],
]);

const parameter = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,59}$/)
      .refine((name) => !isPrototypeName(name)),
    value: z.string().regex(/^[\x20-\x7e]{1,500}$/),
  })
  .superRefine(refusing(parameterFault));

/** What an authorization request has besides: a list, since names of parameters are none of settings. */
export const extraParameters = z
  .array(parameter)
  .max(20)
  .superRefine(
    refusing((list) =>
      list.flatMap(({ name }, at) =>
        list.findIndex((other) => other.name === name) < at ? [problem('declared-twice', [at, 'name'], { name })] : [],
      ),
    ),
  );

function parameterFault({ name, value }: { readonly name: string; readonly value: string }): Problem | undefined {
  if (RESERVED.has(name.toLowerCase())) return problem('oidc-parameter-reserved', ['name'], { name });
  return name === 'prompt' && value.split(' ').includes('none')
    ? problem('oidc-prompt-none', ['value'], {})
    : undefined;
}
