import type { Context } from 'koa';
import { z } from 'zod';
import type { SecretBox } from '../base/crypto/secret-box.js';
import { openedAs, sealedFor } from '../federation/begun-elsewhere/sealed-text.js';
import { readForm } from '../http/request/form.js';

/**
 * The parameters of an answer (RFC 6749 4.1.2, RFC 9207), the field in which Apple sends a name, and our ticket for one that is a document, with
 * the most characters of each. Codes of some providers have some thousand. Anything else that an upstream adds is left out.
 */
const PARAMETERS: ReadonlyMap<string, number> = new Map([
  ['code', 4096],
  ['state', 4096],
  ['iss', 4096],
  ['error', 4096],
  ['user', 1000],
  ['ticket', 100],
]);

/** It says in clear text who somebody is. */
const PERSONAL = 'user';

/**
 * The parameters of an answer of another identity provider. They come to one address for all sign-ins, and the browser takes them on to the page
 * of its own one. Browsers and proxies write addresses down: what says something of a person is sealed on the way.
 */
export interface AnswerParameters {
  /** With which the browser goes on. */
  handedOn(ctx: Context, connector: string): Promise<URLSearchParams>;
  /** At the page of the sign-in. */
  taken(ctx: Context, connector: string): URLSearchParams;
}

export function answerParameters({
  box,
  realm,
}: {
  readonly box: Pick<SecretBox, 'seal' | 'open'>;
  readonly realm: { readonly id: string };
}): AnswerParameters {
  const at = (connector: string) => sealedFor(realm.id, connector, 'answer-field');
  return {
    async handedOn(ctx, connector) {
      const form = ctx.method === 'POST' ? await readForm(ctx.req) : undefined;
      const given = form?.kind === 'form' ? form.fields : ctx.URL.searchParams;
      const known = [...given].filter(([name, value]) => value.length <= (PARAMETERS.get(name) ?? -1));
      return new URLSearchParams(
        known.map(([name, value]) => [
          name,
          name === PERSONAL ? box.seal(at(connector), JSON.stringify(value)) : value,
        ]),
      );
    },
    taken: ({ URL: { searchParams } }, connector) =>
      new URLSearchParams(
        [...searchParams].flatMap(([name, value]) => {
          const read = name === PERSONAL ? openedAs(box, at(connector), value, z.string()) : value;
          return read !== undefined && read.length <= (PARAMETERS.get(name) ?? -1) ? [[name, read]] : [];
        }),
      ),
  };
}
