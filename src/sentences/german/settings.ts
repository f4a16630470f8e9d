import type { Sentences } from '../sentences.js';

export const settingsSentences = {
  'audit-kind-form': () =>
    'Nennen Sie eine Art von Audit-Einträgen (sign-in), alle mit gleichem Anfang (user.*) oder alle (*).',
  'audit-stream-name-form': () =>
    'Der Name eines Streams hat 1 bis 60 der Zeichen a-z, 0-9 und -, am Anfang und am Ende kein -.',
  'audit-streams-twice': () => 'Zwei Streams haben denselben Namen.',
  'contact-link-form': () =>
    'Ein Kontaktlink ist mailto: mit einer Adresse, oder eine Adresse, die mit https:// beginnt.',
  'contact-empty': () => 'Ein Kontakt hat einen Text, einen Link oder beides.',
  'argon2-work': ({ least }) =>
    `argon2MemoryKiB mal argon2Passes muss mindestens ${least} ergeben (7168 KiB in 5 Durchgängen, oder gleich viel).`,
  'publishes-longer-than-signs': () =>
    'Ein Schlüssel kann nicht länger veröffentlicht sein, als der vorige signiert (rotateEveryDays).',
  'idle-longer-than-absolute': () =>
    'Eine Sitzung kann nicht länger untätig sein, als sie überhaupt dauern darf (absoluteSeconds).',
  'colour-form': () => 'Schreiben Sie eine Farbe als #rrggbb, hexadezimal.',
  'colour-contrast': ({ card, background, ratio, needed, readable }) =>
    `Der Kontrast auf der ${card === 'light' ? 'hellen' : 'dunklen'} Seite (${background}) ist ${ratio} zu 1, und Text braucht ${needed} zu 1 ` +
    `(WCAG 2.2 AA). Wählen Sie eine ${card === 'light' ? 'dunklere' : 'hellere'} Farbe, etwa ${readable}.`,
  'picture-form': () =>
    'Schreiben Sie das Bild selbst: data:TYP;base64,DATEN, wobei TYP image/svg+xml, image/png, image/jpeg oder image/webp ist.',
  'picture-too-large': ({ bytes, most }) =>
    `Das Bild hat ${bytes} Bytes; erlaubt sind ${most}. Die Seiten zeigen es 40 Pixel hoch: Verkleinern Sie es.`,
  'picture-other-type': ({ type }) => `Die Daten sind nicht ${type}.`,
  'drawing-not-utf8': () => 'Die Zeichnung ist nicht in UTF-8.',
  'drawing-unreadable': ({ rest }) => `Die Zeichnung ist ab hier nicht lesbar: ${rest}`,
  'drawing-element': ({ element }) =>
    `Die Zeichnung enthält <${element}>. Speichern Sie sie als einfaches SVG, ohne Skripte, Stile und Links.`,
  'drawing-without-svg': () => 'Die Zeichnung beginnt nicht mit <svg>.',
  'drawing-references': ({ most }) =>
    `Die Zeichnung enthält mehr als ${most} von <use>, mask und clip-path. Zeichnen Sie jede Form dort, wo sie steht.`,
  'drawing-attribute': ({ attribute, value }) =>
    `Die Zeichnung enthält ${attribute}="${value}". Speichern Sie sie als einfaches SVG, ohne Skripte, Stile und Links.`,
} as const satisfies Partial<Sentences>;
