import type { Sentences } from '../sentences.js';

export const groupSentences = {
  'group-type-fixed': ({ name }) => `${name} behält seine Art. Legen Sie stattdessen eine andere Gruppe an.`,
  'group-unknown': ({ id }) => `Die Gruppe ${id} gibt es nicht.`,
  'too-many-groups-above': ({ most }) => `Das läge unter mehr als ${most} Gruppen.`,
  'group-circle': ({ names }) => `Die Gruppen würden einen Kreis bilden: ${names.join(' > ')}.`,
  'group-in-customer-group': () => 'In Kundengruppen sind Personen, keine Gruppen.',
  'group-not-plain': ({ name }) => `${name} liegt in keiner anderen Gruppe. Nur einfache Gruppen können das.`,
  'group-is-mirrored': ({ name, connector }) =>
    `Der Konnektor ${connector} spiegelt ${name} aus seinem Verzeichnis, das Name und Mitglieder bestimmt. Weisen Sie der Gruppe Rollen zu, oder legen Sie eine andere an.`,
  'segment-without-rule': () => 'Ein Segment braucht eine Regel, die sagt, wer dazugehört.',
  'rule-without-segment': () => 'Nur ein Segment hat eine Regel und eine Gruppe von Segmenten.',
} as const satisfies Partial<Sentences>;
