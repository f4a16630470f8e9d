import type { Locale } from '../base/locale.js';
import type { StopReason } from '../federation/sync/runs/judge.js';
import type { LossCounts, SyncScope } from '../federation/sync/sync-diff.js';

interface SyncWords {
  readonly scope: (scope: SyncScope) => string;
  readonly losses: Readonly<Record<keyof LossCounts, (lost: string, of: string, scope: string) => string>>;
  readonly emptied: (scope: string) => string;
  readonly otherScope: string;
  readonly otherHash: string;
}

const WORDS: Readonly<Record<Locale, SyncWords>> = {
  en: {
    scope: (scope) => {
      switch (scope.kind) {
        case 'connector':
          return 'the whole connector';
        case 'base':
          return `the base ${scope.base}`;
        case 'group':
          return scope.target;
      }
    },
    losses: {
      gone: (lost, of, scope) => `${lost} of ${of} people of ${scope} would count as gone.`,
      disabled: (lost, of, scope) => `${lost} of ${of} people of ${scope} would be disabled.`,
      membershipsLost: (lost, of, scope) => `${lost} roles and groups of the ${of} people of ${scope} would be lost.`,
      fieldsEmptied: (lost, of, scope) => `${lost} fields of the ${of} people of ${scope} would be emptied.`,
    },
    emptied: (scope) => `There were people in ${scope}, and there are none now.`,
    otherScope: 'Settings that decide who is found changed since the last complete run.',
    otherHash: 'The changes are not those that were approved.',
  },
  de: {
    scope: (scope) => {
      switch (scope.kind) {
        case 'connector':
          return 'der gesamten Verbindung';
        case 'base':
          return `der Basis ${scope.base}`;
        case 'group':
          return scope.target;
      }
    },
    losses: {
      gone: (lost, of, scope) => `${lost} von ${of} Personen in ${scope} gälten als ausgeschieden.`,
      disabled: (lost, of, scope) => `${lost} von ${of} Personen in ${scope} würden gesperrt.`,
      membershipsLost: (lost, of, scope) =>
        `${lost} Rollen und Gruppen der ${of} Personen in ${scope} gingen verloren.`,
      fieldsEmptied: (lost, of, scope) => `${lost} Felder der ${of} Personen in ${scope} würden geleert.`,
    },
    emptied: (scope) => `In ${scope} gab es Personen, und jetzt gibt es dort keine.`,
    otherScope: 'Einstellungen, die bestimmen, wer gefunden wird, wurden seit dem letzten vollständigen Lauf geändert.',
    otherHash: 'Die Änderungen sind nicht die, die genehmigt wurden.',
  },
};

const LANGUAGE_TAGS = { en: 'en', de: 'de' } as const satisfies Record<Locale, string>;

/** Where a run counts, as people read it. */
export const syncScopeText = (scope: SyncScope, language: Locale): string => WORDS[language].scope(scope);

/** Why a synchronization stops, in one sentence. */
export function stopReasonText(reason: StopReason, language: Locale): string {
  const words = WORDS[language];
  switch (reason.kind) {
    case 'losses': {
      const [lost, of] = [reason.lost, reason.of].map((n) => n.toLocaleString(LANGUAGE_TAGS[language]));
      return words.losses[reason.count](lost ?? '', of ?? '', words.scope(reason.scope));
    }
    case 'emptied':
      return words.emptied(words.scope(reason.scope));
    case 'other-scope':
      return words.otherScope;
    case 'other-hash':
      return words.otherHash;
  }
}
