import type { UriFault } from '../../realm/clients/client-problems.js';
import type { Sentences } from '../sentences.js';

export const clientSentences = {
  uri: ({ uri, fault }) => `${JSON.stringify(uri)} ${wrongUri(fault)}`,
  'client-id-form': () =>
    'Die Kennung einer Anwendung hat 1 bis 100 Buchstaben, Ziffern und . _ ~ - (nichts, was eine URL kodieren würde).',
  'userstore-name-form': () =>
    'Der Name eines Benutzerspeichers hat 1 bis 100 Kleinbuchstaben, Ziffern und Bindestriche.',
  'sector-form': () => 'Ein Sektor ist ein Hostname wie example.com, ohne Schema, Port und Pfad.',
  'same-thing-twice': () => 'Die Liste nennt dasselbe zweimal.',
  'client-id-taken': ({ id }) => `Die Kennung ${id} gehört oder gehörte einem Benutzer.`,
  'client-built-in': ({ id }) => `Die Anwendung ${id} gehört zu jedem Realm.`,
  'client-unknown-resource-server': ({ client, resourceServer }) =>
    `Die Anwendung ${client} nennt den Resource-Server ${resourceServer}, den es nicht gibt.`,
  'client-has-no-secret': ({ client, authentication }) =>
    `Die Anwendung ${client} authentifiziert sich durch ${authentication} und hat kein Secret.`,
  'client-can-have-no-secret': ({ client, authentication }) =>
    `Die Anwendung ${client} authentifiziert sich durch ${authentication} und kann kein Secret haben.`,
  'client-secrets-full': ({ client, secrets }) =>
    `Die Anwendung ${client} hat ${secrets} gültige Secrets. Entfernen Sie eines, bevor Sie ein weiteres hinzufügen.`,
  'client-secret-unknown': ({ client, secret }) => `Die Anwendung ${client} hat kein Secret ${secret}.`,
  'secret-too-short': ({ least, client }) => weak(client, `hat weniger als ${least} Zeichen.`),
  'secret-few-characters': ({ least, client }) => weak(client, `hat weniger als ${least} verschiedene Zeichen.`),
  'secret-repetition': ({ client }) => weak(client, 'wiederholt einen kürzeren Text.'),
  'sign-in-needs-redirect-uri': () =>
    'Eine Anwendung, die Personen anmeldet (authorization_code), braucht eine Redirect-URI.',
  'refresh-without-code': () =>
    'Ein refresh_token entsteht aus einem authorization_code. Nennen Sie beide oder keinen davon.',
  'credentials-without-authentication': () =>
    'Eine Anwendung ohne Authentifizierung kann client_credentials nicht haben.',
  'exempt-without-authentication': () =>
    'Eine Anwendung ohne Authentifizierung hat nur PKCE. Sie kann davon nicht ausgenommen sein.',
  'rotation-without-authentication': () =>
    'Die Refresh-Tokens einer Anwendung ohne Authentifizierung wechseln bei jeder Verwendung.',
  'offline-not-first-party': () =>
    'Nur eine eigene Anwendung hat offline_access ohne Einwilligung. Andere erhalten es über die Einwilligungsseite.',
  'any-port-not-native': () => 'Nur eine native Anwendung darf zu jedem Port von localhost zurückkehren.',
  'app-origin-not-native': () =>
    'Origins hybrider Anwendungen und Erweiterungen sind nur für native Anwendungen (applicationType: native).',
  'introspects-without-authentication': () =>
    'Eine Anwendung ohne Authentifizierung kann kein Resource-Server sein, der Tokens prüft.',
  'default-resource-server-unlisted': () => 'Der vorgegebene Resource-Server muss einer von resourceServers sein.',
  'keys-in-two-places': () =>
    'Die Schlüssel einer Anwendung stehen in jwks oder unter jwksUri, nicht an beiden Stellen.',
  'keys-missing': () =>
    'Eine Anwendung, die sich durch private_key_jwt authentifiziert, braucht ihre Schlüssel: jwks oder jwksUri.',
  'key-ids-not-unique': () => 'Von mehreren Schlüsseln braucht jeder eine eigene kid.',
  'key-number-form': ({ most }) => `Hier steht base64url (RFC 7518 6) mit höchstens ${most} Zeichen.`,
  'key-id-form': () => 'Eine kid besteht aus druckbarem ASCII ohne Leerzeichen.',
  'rsa-key-too-short': ({ least }) => `Ein RSA-Schlüssel hat mindestens ${least} Bits.`,
  'no-public-key': () => 'Das ist kein öffentlicher Schlüssel.',
  'sector-without-pairwise': () => 'Ein Sektor hat nur bei subjectType pairwise eine Bedeutung.',
  'sector-open': () =>
    'Die Redirect-URIs sagen nicht, zu welchem Sektor die Anwendung gehört. Nennen Sie einen Ihrer Hostnamen.',
  'claim-without-scope': ({ scope, claim }) =>
    `Der Scope ${scope} gibt ${claim} frei, und die Anwendung darf ihn nicht anfordern.`,
  'claim-of-other-resource-server': ({ claim, resourceServer }) =>
    `${claim} sind Berechtigungen bei ${resourceServer}, der nicht unter resourceServers steht.`,
  'permission-claim-not-first-party': () => 'Nur eine eigene Anwendung erhält Berechtigungen in ihren eigenen Claims.',
  'claim-form': () => 'Ein Claim beginnt mit einem Buchstaben und enthält keine Leerzeichen.',
  'claim-reserved': () => 'Dieser Claim hat schon eine eigene Bedeutung. Wählen Sie einen anderen Namen.',
  'claim-twice': ({ claim }) => `Den Claim ${claim} gibt es zweimal.`,
  'claims-twice': () => 'Die Liste nennt denselben Claim zweimal.',
  'separator-of-list': () => 'Nur ein Text hat ein Trennzeichen.',
  'invisible-characters': () => 'Hier sind nur sichtbare Zeichen erlaubt.',
  'claim-needs-resource-server': () => 'Nennen Sie den Resource-Server, dessen Berechtigungen gemeint sind.',
  'claim-of-person': ({ value }) => `Nur Berechtigungen gehören zu einem Resource-Server; ${value} gehört zur Person.`,
} as const satisfies Partial<Sentences>;

const weak = (client: string | undefined, fault: string): string =>
  client === undefined
    ? `Das Secret ${fault}`
    : `Das Secret der Anwendung ${client} ${fault} Verwenden Sie mindestens 256 zufällige Bits, oder lassen Sie eines erzeugen.`;

function wrongUri(fault: UriFault): string {
  switch (fault.is) {
    case 'odd-characters':
      return 'enthält ein Leerzeichen, einen Backslash oder ein Steuerzeichen.';
    case 'not-ascii':
      return 'enthält ein Zeichen außerhalb von ASCII. Schreiben Sie es wie ein Browser: %C3%A9 für é, xn--... für einen Hostnamen.';
    case 'not-https':
      return 'ist keine https-Adresse.';
    case 'not-absolute':
      return 'ist keine absolute URI.';
    case 'user-or-password':
      return 'enthält einen Benutzer oder ein Passwort.';
    case 'fragment-never-sent':
      return 'hat ein Fragment, das nie gesendet wird.';
    case 'fragment-in-redirect':
      return 'hat ein Fragment, was bei einer Redirect-URI nicht erlaubt ist (RFC 6749 3.1.2).';
    case 'wildcard':
      return 'hat einen Platzhalter. Redirect-URIs werden genau verglichen; nennen Sie jede einzeln.';
    case 'parameter-of-answer':
      return `hat den Parameter ${fault.parameter}. Die Antwort fügt einen dieses Namens hinzu; wählen Sie einen anderen.`;
    case 'without-host':
      return 'hat kein // mit einem Hostnamen.';
    case 'plain-http':
      return 'verwendet http ohne TLS. Das ist nur für Loopback (localhost, 127.0.0.1, [::1]) erlaubt.';
    case 'https-or-loopback':
      return 'muss https sein, oder http auf Loopback.';
    case 'scheme-of-native':
      return 'muss https sein, oder http auf Loopback. Andere Schemas sind für native Anwendungen.';
    case 'private-scheme':
      return 'braucht ein eigenes Schema mit einem Punkt, etwa com.example.app:/callback (RFC 8252 7.1).';
    case 'not-an-origin':
      return 'ist kein Origin wie https://app.example.com.';
    case 'origin-otherwise':
      return `ist nicht so geschrieben, wie Browser einen Origin schreiben: ${fault.origin}.`;
  }
}
