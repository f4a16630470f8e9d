import type { Locale } from '../base/locale.js';
import type { MappingOutcome, MappingRule, MappingStep } from '../federation/mapping/mapping-trace.js';
import { sentence } from './sentence.js';

interface StepWords {
  readonly rule: (rule: MappingRule) => string;
  readonly outcome: Readonly<Record<MappingOutcome, string>>;
  /** Of a group of the upstream. */
  readonly group: (name: string) => string;
}

const WORDS: Readonly<Record<Locale, StepWords>> = {
  en: {
    rule: (rule) => {
      switch (rule.of) {
        case 'profile':
          return `Profile rule ${rule.index + 1} (${rule.field})`;
        case 'groups':
          return `Group rule ${rule.index + 1}`;
        case 'level':
          return `Level rule ${rule.index + 1}`;
        case 'emailTrust':
          return 'E-mail verified';
      }
    },
    outcome: { set: 'set', empty: 'no value', 'no-match': 'no match', refused: 'refused', skipped: 'skipped' },
    group: (name) => `group ${name}`,
  },
  de: {
    rule: (rule) => {
      switch (rule.of) {
        case 'profile':
          return `Profilregel ${rule.index + 1} (${rule.field})`;
        case 'groups':
          return `Gruppenregel ${rule.index + 1}`;
        case 'level':
          return `Stufenregel ${rule.index + 1}`;
        case 'emailTrust':
          return 'E-Mail-Adresse bestätigt';
      }
    },
    outcome: {
      set: 'gesetzt',
      empty: 'kein Wert',
      'no-match': 'passt nicht',
      refused: 'abgelehnt',
      skipped: 'übersprungen',
    },
    group: (name) => `Gruppe ${name}`,
  },
};

/** One step of a mapping as a line: `Profile rule 1 (username): refused "a b". A username must not contain spaces.` */
export function mappingStepText({ rule, outcome, value, from, why }: MappingStep, language: Locale): string {
  const words = WORDS[language];
  const [group, shown] = [from, value].map((text) => (text === undefined ? undefined : JSON.stringify(text)));
  const what = [
    ...(group === undefined ? [] : [`${words.group(group)},`]),
    words.outcome[outcome],
    ...(shown === undefined ? [] : [shown]),
  ].join(' ');
  return `${words.rule(rule)}: ${what}.${why ? ` ${sentence(why, language)}` : ''}`;
}
