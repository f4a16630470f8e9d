import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import { type Locale, LOCALES } from '../base/locale.js';

/** More ranges and subtags than any real request has; the rest is ignored. */
const MOST_WISHES = 20;
const MOST_SUBTAGS = 10;

const WISHES = Symbol('ui_locales');
interface Wishing extends IncomingMessage {
  [WISHES]?: readonly string[];
}

/**
 * Records the requested `ui_locales` (OpenID Connect Core 3.1.2.1: tags separated by spaces, best first; some applications use
 * commas) for every page in response to this request.
 */
export function wishLocales(req: Wishing, uiLocales: unknown): void {
  if (typeof uiLocales === 'string') req[WISHES] = uiLocales.split(/[\s,]+/, MOST_WISHES);
}

/** The language of this request's page: requested by the application, else preferred by the browser, else the realm's. */
export function localeOf(ctx: Context, realmLocale: Locale): Locale {
  const wishes = (ctx.req as Wishing)[WISHES] ?? [];
  return lookUp([...wishes, ...ctx.acceptsLanguages().slice(0, MOST_WISHES)]) ?? realmLocale;
}

/**
 * RFC 4647 3.4, Lookup: the language for the first range that matches any. A range is shortened from its end until one matches
 * (`de-CH-1996`, `de-CH`, `de`). Many send a locale's name instead of a language tag (`de_CH`, `de_CH.UTF-8`): it is read as
 * the tag. An invalid tag matches nothing. `*` matches nothing, so that our own default comes last.
 */
export function lookUp(ranges: readonly string[]): Locale | undefined {
  for (const range of ranges) {
    const subtags = range.toLowerCase().split(/[-_]/, MOST_SUBTAGS);
    for (; subtags.length > 0; subtags.pop()) {
      // A single letter only introduces the following subtag (`zh-Hant-x-private`), so it is removed too.
      if (subtags.at(-1)?.length === 1) continue;
      const found = LOCALES.find((locale) => locale.toLowerCase() === subtags.join('-'));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
