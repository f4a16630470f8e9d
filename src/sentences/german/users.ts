import type { Identifier } from '../../identity/identifiers/identifier.js';
import type { Sentences } from '../sentences.js';

const CURE = 'Wählen Sie mehrere Wörter, die nicht zusammengehören, oder lassen Sie ein Passwort erzeugen.';

export const userSentences = {
  'identifier-too-long': ({ of }) => `${NAMES[of]} ist zu lang.`,
  'identifier-above-bytes': ({ of, most }) => `${NAMES[of]} darf höchstens ${most} Bytes lang sein.`,
  'identifier-unstable': ({ of }) => `${NAMES[of]} lässt sich nicht eindeutig schreiben.`,
  'identifier-empty': ({ of }) => `${NAMES[of]} darf nicht leer sein.`,
  'identifier-spaces': ({ of }) => `${NAMES[of]} darf keine Leerzeichen enthalten.`,
  'identifier-slashes': ({ of }) => `${NAMES[of]} darf weder / noch \\ enthalten.`,
  'identifier-character': ({ of, character }) => `${NAMES[of]} darf das Zeichen ${character} nicht enthalten.`,
  'identifier-combining-mark': ({ of }) => `${NAMES[of]} darf nicht mit einem kombinierenden Zeichen beginnen.`,
  'identifier-directions': ({ of }) => `${NAMES[of]} darf Schreibrichtungen nicht mischen.`,
  'identifier-at-sign': ({ of }) => `${NAMES[of]} darf @ nur wie eine E-Mail-Adresse enthalten, vor einer Domain.`,
  'identifier-no-email': ({ of }) => `${NAMES[of]} muss eine E-Mail-Adresse sein.`,
  'username-lookalike': ({ other }) =>
    `Dieser Benutzername sieht aus wie ${other}, der jemand anderem gehört, ist aber in einem anderen Alphabet geschrieben. Wählen Sie einen ` +
    'Namen, der nicht zu verwechseln ist.',
  'identifier-taken': ({ of, value }) =>
    of === 'username'
      ? `Der Benutzername ${value} ist schon vergeben.`
      : `Die E-Mail-Adresse ${value} ist schon vergeben.`,
  'username-or-email-taken': () => 'Dieser Benutzername oder diese E-Mail-Adresse ist schon vergeben.',
  'subject-linked-already': ({ connector }) => `Dieses Konto von ${connector} ist schon mit jemandem verknüpft.`,
  'too-many-links': ({ most }) => `Höchstens ${most} Verknüpfungen sind möglich.`,
  'userstore-already': ({ userstore }) => `Diese Person wird schon in ${userstore} verwaltet.`,
  'move-needs-link': ({ userstore }) =>
    `Diese Person ist nicht mit ${userstore} verknüpft. Nennen Sie das Konto dort, oder verknüpfen Sie sie zuerst.`,
  'move-needs-password': () => 'Wer nach primary verschoben wird, braucht ein Passwort.',
  'home-link': ({ connector }) =>
    `Diese Person wird in ${connector} verwaltet. Verschieben Sie sie zuerst in einen anderen Benutzerspeicher.`,
  'last-way-in': ({ connector }) =>
    `Nur über die Verknüpfung mit ${connector} kann sich diese Person anmelden. Legen Sie zuerst ein Passwort oder eine andere Verknüpfung an.`,
  'user-id-form': () =>
    'Die Kennung eines Benutzers hat 1 bis 128 Zeichen: zuerst ASCII-Buchstaben, Ziffern oder _, danach auch . ~ @ + = und -.',
  'user-id-taken': ({ id }) => `Die Kennung ${id} gehört oder gehörte jemand anderem oder einer Anwendung.`,
  'line-expected': () => 'Hier steht eine einzelne Zeile ohne Steuerzeichen.',
  'control-characters': () => 'Steuerzeichen sind hier nicht erlaubt.',
  'web-address-expected': ({ https }) => `Die Adresse muss mit https://${https ? '' : ' oder http://'} beginnen.`,
  'birthdate-form': () => 'Schreiben Sie ein Datum wie 1984-07-31, oder ein Jahr.',
  'time-zone-unknown': () => 'Schreiben Sie eine Zeitzone wie Europe/Berlin.',
  'language-unknown': () => 'Schreiben Sie eine Sprache wie en oder de-CH.',
  'phone-number-form': () => 'Schreiben Sie eine Nummer wie +49 30 123456 (E.164).',
  'too-many-assignments': ({ most }) => `Mehr als ${most} Zuweisungen sind nicht möglich. Verwenden Sie eine Gruppe.`,
  'assignment-id-twice': () => 'Zwei Zuweisungen haben dieselbe Kennung.',
  'assignment-ends-first': ({ id }) => `Die Zuweisung ${id} endet, bevor sie beginnt.`,
  'too-many-events': ({ most }) => `Niemand hat mehr als ${most} verschiedene Ereignisse.`,
  'password-too-long': ({ most }) => `Das Passwort darf höchstens ${most} Zeichen lang sein.`,
  'password-too-short': ({ least }) => `Das Passwort muss mindestens ${least} Zeichen lang sein.`,
  'password-is-username': () => 'Das Passwort darf nicht der Benutzername sein.',
  'password-row': () => 'Das Passwort darf keine Folge oder Wiederholung weniger Zeichen sein.',
  'password-common': () =>
    `Das Passwort ist leicht zu erraten: Es ist ein verbreitetes Passwort, oder fast eines. ${CURE}`,
  'password-personal': () =>
    `Das Passwort ist leicht zu erraten: Es besteht aus Namen des Benutzers oder dieses Dienstes. ${CURE}`,
  'password-as-before': () => 'Das Passwort muss ein anderes sein als das bisherige.',
  'password-elsewhere': ({ username, userstore }) =>
    `Das Passwort von ${username} liegt bei ${userstore}. Ändern Sie es dort, oder ziehen Sie den Benutzer erst zu primary um.`,
  'signed-out-meanwhile': ({ id }) => `Der Benutzer ${id} wurde inzwischen überall abgemeldet. Melden Sie sich neu an.`,
  'imported-hash-form': () =>
    'Dieser Passwort-Hash wird nicht angenommen. Möglich sind bcrypt ($2a$, $2b$ oder $2y$), argon2id ($argon2id$v=19$), scrypt ' +
    '($scrypt$ln=), PBKDF2 ($pbkdf2-sha256$ wie von passlib oder pbkdf2_sha256$ wie von Django; auch sha1 und sha512) und SHA mit Salt ' +
    '({SSHA}, {SSHA256}, {SSHA512}).',
  'imported-hash-cost': ({ bcryptCost, iterations, memoryMiB }) =>
    'Dieser Passwort-Hash wird nicht angenommen, weil seine Prüfung zu aufwendig ist. Möglich sind höchstens ' +
    `bcrypt ${bcryptCost}, PBKDF2 ${iterations}, und ${memoryMiB} MiB für argon2id und scrypt.`,
} as const satisfies Partial<Sentences>;

const NAMES: Readonly<Record<Identifier['kind'], string>> = {
  username: 'Ein Benutzername',
  email: 'Eine E-Mail-Adresse',
};
