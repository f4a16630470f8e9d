import type { Sentences } from '../sentences.js';

export const decisionSentences = {
  'decision-name-form': () => 'Der Name enthält ein Zeichen, das kein Name hat, oder nichts Sichtbares.',
  'event-subject-form': () => 'Die Kennung enthält ein Zeichen, das keine Kennung hat.',
  'event-name-form': () => 'Der Name eines Ereignisses hat 1 bis 40 Zeichen von a bis z, 0 bis 9 und -.',
  'event-moment-form': () => 'Ein Zeitpunkt steht nach RFC 3339 mit seiner Zeitzone: 2027-01-31T18:00:00Z.',
  'event-ahead': ({ at }) => `${at} liegt in der Zukunft.`,
  'event-too-old': ({ at, days }) => `${at} liegt mehr als ${days} Tage zurück.`,
  'idempotency-key-form': () => 'Er hat 1 bis 100 Zeichen: Buchstaben, Ziffern und Satzzeichen, ohne Leerzeichen.',
  'audience-unnamed': ({ audiences }) =>
    `Nennen Sie den Resource-Server, für den Sie fragen: ${audiences.join(' oder ')}.`,
} as const satisfies Partial<Sentences>;
