import type { Block } from '../base/block.js';
import type { Locale } from '../base/locale.js';
import { moment } from '../base/text/moment.js';

interface BlockWords {
  readonly quarantine: (since: string, connector: string) => string;
  readonly blocked: (by: string, since: string) => string;
  readonly until: (when: string) => string;
}

const WORDS: Readonly<Record<Locale, BlockWords>> = {
  en: {
    quarantine: (since, connector) => `in quarantine since ${since}: ${connector} no longer has the account`,
    blocked: (by, since) => `blocked by ${by} since ${since}`,
    until: (when) => `, until ${when}`,
  },
  de: {
    quarantine: (since, connector) => `in Quarantäne seit ${since}: ${connector} hat das Konto nicht mehr`,
    blocked: (by, since) => `gesperrt von ${by} seit ${since}`,
    until: (when) => `, bis ${when}`,
  },
};

const QUARANTINE = 'quarantine:';

export const isQuarantine = ({ by }: Block): boolean => by.startsWith(QUARANTINE);

/** `in quarantine since ...: corp no longer has the account`, `blocked by directory:corp since ..., until ...: left the company` */
export function blockText(block: Block, language: Locale): string {
  const { by, since, until, reason } = block;
  const words = WORDS[language];
  if (isQuarantine(block)) return words.quarantine(moment(since), by.slice(QUARANTINE.length));
  const end = until === undefined ? '' : words.until(moment(until));
  return `${words.blocked(by, moment(since))}${end}${reason === undefined ? '' : `: ${reason}`}`;
}
