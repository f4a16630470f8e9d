import type { Sentences } from '../sentences.js';

export const mappingSentences = {
  'mapping-field-unknown': ({ field, meant }) =>
    `Eine Zuordnung kann das Feld ${JSON.stringify(field)} nicht setzen.${meant === undefined ? '' : ` Meinten Sie ${meant}?`}`,
  'mapping-pattern-form': ({ most }) =>
    `Ein Muster ist Text mit 1 bis ${most} Platzhaltern {}. Zwischen zwei Platzhaltern muss Text stehen.`,
  'mapping-template-form': ({ most }) => `Hier können höchstens ${most} Platzhalter {} gefüllt werden.`,
  'mapping-to-without-pattern': () => 'Ein Ergebnis braucht ein Muster, das es füllt.',
  'mapping-constant-name': ({ field }) => `Das Feld ${field} darf nicht für alle Benutzer gleich sein.`,
  'mapping-dn-form': () => 'Ein Distinguished Name sieht aus wie cn=Vertrieb,ou=groups,dc=example,dc=org (RFC 4514).',
  'mapping-name-unreachable': ({ name }) =>
    `Keine Gruppe der Quelle kann durch diese Regel zu ${JSON.stringify(name)} führen.`,
  'mapping-email-verified-unused': ({ trust }) =>
    `Das Feld emailVerified hat keine Wirkung, solange emailTrust ${trust} ist. Setzen Sie emailTrust auf claim.`,
  'mapping-email-claim-only': () =>
    'Der Claim email_verified gilt nur für den Claim email. Übernehmen Sie diesen Claim unverändert, fügen Sie eine Regel für emailVerified ' +
    'hinzu, oder setzen Sie emailTrust auf never oder always.',
  'mapping-phone-number-missing': () => 'Eine Regel für phoneNumberVerified braucht eine Regel für phoneNumber.',
  'mapping-claim-missing': ({ claim }) => `Die Quelle hat keinen Wert von ${claim} geliefert.`,
  'mapping-part-missing': ({ claim }) => `Kein Wert von ${claim} hat diesen Teil.`,
  'mapping-no-value': () => 'Der Ausdruck hat keinen Wert.',
  'mapping-pattern-differs': ({ pattern }) => `Der Wert hat nicht die Form ${pattern}.`,
  'mapping-value-too-long': ({ most }) => `Der Wert ist länger als ${most} Zeichen.`,
  'mapping-too-many-values': ({ values, attributes }) =>
    `Ein Attribut hat höchstens ${values} Werte, und ein Benutzer insgesamt ${attributes}.`,
  'mapping-values-differ': () => 'Die Quelle hat mehrere verschiedene Werte geliefert.',
  'mapping-no-boolean': () => 'Der Wert muss true oder false sein.',
  'mapping-set-before': ({ field }) => `Eine frühere Regel hat ${field} gesetzt.`,
  'mapping-nothing-to-verify': ({ field }) => `Ohne einen Wert von ${field} gibt es nichts zu bestätigen.`,
  'mapping-email-unverified': () => 'Der Claim email_verified ist nicht true.',
  'mapping-several-addresses': () =>
    'Die Quelle hat mehrere Adressen geliefert, und der Claim email_verified sagt nicht, welche davon bestätigt ist.',
  'mapping-no-group': () => 'Der Benutzer ist in keiner Gruppe, für die diese Regel gilt.',
  'mapping-groups-not-told': () => 'Die Quelle hat keine Angaben zu Gruppen geliefert.',
  'mapping-not-listed': ({ name }) => `${JSON.stringify(name)} steht nicht in der Liste der Regel.`,
  'mapping-group-id-form': () => 'Die Kennung der Gruppe ist leer oder länger als 255 Zeichen.',
  'mapping-group-without-id': () =>
    'Die Gegenstelle hat keine unveränderliche Kennung der Gruppe geliefert, also wird sie nicht gespiegelt. Ein LDAP-Verzeichnis liefert Kennungen, wenn groups.from search ist.',
  'mapping-level-not-told': () => 'Die Quelle hat keine Stufe der Anmeldung geliefert.',
  'mapping-level-differs': ({ level }) => `Die Quelle hat die Stufe ${level} geliefert.`,
  'mapping-more-alike': ({ count }) => `Dasselbe gilt für ${count} weitere.`,
} as const satisfies Partial<Sentences>;
