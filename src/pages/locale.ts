import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import { type Locale, LOCALES } from '../base/locale.js';

/** More wishes than anybody has, and more subtags than any of them; the rest is not looked at. */
const MOST_WISHES = 20;
const MOST_SUBTAGS = 10;

const WISHES = Symbol('ui_locales');
interface Wishing extends IncomingMessage {
  [WISHES]?: readonly string[];
}

/**
 * Notes what the application asked for in `ui_locales` (OpenID Connect Core 3.1.2.1: tags, best first, with spaces between; some
 * put commas there),
 * for every page that this request is answered with.
 */
export function wishLocales(req: Wishing, uiLocales: unknown): void {
  if (typeof uiLocales === 'string') req[WISHES] = uiLocales.split(/[\s,]+/, MOST_WISHES);
}

/** The language of this request's page: what the application asked for, then what the browser prefers, then the realm's own. */
export function localeOf(ctx: Context, realmLocale: Locale): Locale {
  const wishes = (ctx.req as Wishing)[WISHES] ?? [];
  return lookUp([...wishes, ...ctx.acceptsLanguages().slice(0, MOST_WISHES)]) ?? realmLocale;
}

/**
 * RFC 4647 3.4, Lookup: the language that fits the first of these ranges that any fits; a range is shortened from its end
 * until one does (`de-CH-1996`, `de-CH`, `de`). Many write a locale's name where a language tag is meant (`de_CH`,
 * `de_CH.UTF-8`): it is read as the tag. An invalid tag matches nothing. `*` fits nothing, so that what we would choose ourselves comes last.
 */
export function lookUp(ranges: readonly string[]): Locale | undefined {
  for (const range of ranges) {
    const subtags = range.toLowerCase().split(/[-_]/, MOST_SUBTAGS);
    for (; subtags.length > 0; subtags.pop()) {
      // A single letter only announces what follows it (`zh-Hant-x-private`), so it goes too.
      if (subtags.at(-1)?.length === 1) continue;
      const found = LOCALES.find((locale) => locale.toLowerCase() === subtags.join('-'));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
