import type { Locale } from '../base/locale.js';

/** What the reasons of sign-ins by SAML mean, and what to do. Those of requests are the same for every kind of provider. */
export const SAML_REASON_TEXTS: ReadonlyMap<string, Readonly<Record<Locale, string>>> = new Map([
  [
    'metadata-missing',
    {
      en: 'There are no metadata at this address (status 404). Check connection.metadata.',
      de: 'Unter dieser Adresse gibt es keine Metadaten (Status 404). Prüfen Sie connection.metadata.',
    },
  ],
  [
    'metadata-invalid',
    {
      en: 'The metadata are not XML that can be read, or not about a provider. Check connection.metadata: it may be the address of a page.',
      de: 'Die Metadaten sind kein lesbares XML oder beschreiben keinen Anbieter. Prüfen Sie connection.metadata: Es ist vielleicht die Adresse einer Seite.',
    },
  ],
  [
    'metadata-entity',
    {
      en: 'The metadata are about another entity id. Write connection.idpEntityId as the provider spells it.',
      de: 'Die Metadaten beschreiben eine andere Entity-ID. Schreiben Sie connection.idpEntityId so wie der Anbieter.',
    },
  ],
  [
    'metadata-not-signed',
    {
      en: 'The metadata are not signed, and the settings ask for that. Leave connection.metadataCertificate out, or ask for signed metadata.',
      de: 'Die Metadaten sind nicht unterschrieben, was die Einstellungen verlangen. Lassen Sie connection.metadataCertificate weg, oder verlangen Sie unterschriebene Metadaten.',
    },
  ],
  [
    'metadata-signature',
    {
      en: 'The signature of the metadata is wrong, or by another key. Compare connection.metadataCertificate; look for an attack if it repeats.',
      de: 'Die Unterschrift der Metadaten ist falsch oder von einem anderen Schlüssel. Vergleichen Sie connection.metadataCertificate; suchen Sie nach einem Angriff, wenn es wieder vorkommt.',
    },
  ],
  [
    'metadata-expired',
    {
      en: 'The metadata are valid no more (validUntil). Ask the administrator of the provider for new ones.',
      de: 'Die Metadaten gelten nicht mehr (validUntil). Bitten Sie die Administration des Anbieters um neue.',
    },
  ],
  [
    'metadata-no-sign-in',
    {
      en: 'The metadata name no address for sign-ins by redirect or form. Take the metadata of the identity provider, not those of an application.',
      de: 'Die Metadaten nennen keine Adresse für Anmeldungen per Redirect oder Formular. Nehmen Sie die Metadaten des Anbieters, nicht die einer Anwendung.',
    },
  ],
  [
    'no-signing-certificate',
    {
      en: 'The metadata have no certificate whose key can be used: RSA from 2,048 bits, or ECDSA. Ask the administrator of the provider for another key.',
      de: 'Die Metadaten haben kein Zertifikat mit einem brauchbaren Schlüssel: RSA ab 2.048 Bit oder ECDSA. Bitten Sie die Administration des Anbieters um einen anderen Schlüssel.',
    },
  ],
  [
    'certificate-expired',
    {
      en: 'A certificate of the provider has expired. Its signatures count all the same, unless connection.expiredCertificate is refuse. Ask the administrator of the provider for a new one.',
      de: 'Ein Zertifikat des Anbieters ist abgelaufen. Seine Unterschriften zählen trotzdem, außer connection.expiredCertificate ist refuse. Bitten Sie die Administration des Anbieters um ein neues.',
    },
  ],
  [
    'certificate-unusable',
    {
      en: 'A certificate of the provider has a key that Gatehouse cannot use: it takes RSA from 2,048 bits, and ECDSA. What the provider signs with it is refused. Let the provider sign with another key.',
      de: 'Ein Zertifikat des Anbieters hat einen Schlüssel, den Gatehouse nicht verwenden kann: Es nimmt RSA ab 2.048 Bit und ECDSA. Was der Anbieter damit unterschreibt, wird abgelehnt. Lassen Sie den Anbieter mit einem anderen Schlüssel unterschreiben.',
    },
  ],
  [
    'no-own-keys',
    {
      en: 'The connector has no key pair of its own. Remove it and make it again.',
      de: 'Der Connector hat kein eigenes Schlüsselpaar. Entfernen Sie ihn, und legen Sie ihn neu an.',
    },
  ],
  [
    'saml-request-denied',
    {
      en: 'The provider does not let this person use Gatehouse (RequestDenied). Let them use it there.',
      de: 'Der Anbieter lässt diese Person Gatehouse nicht benutzen (RequestDenied). Erlauben Sie es ihr dort.',
    },
  ],
  [
    'saml-request-refused',
    {
      en: 'The provider does not accept the request. Check the application there: entity id, address for answers, certificate; see its log.',
      de: 'Der Anbieter nimmt die Anfrage nicht an. Prüfen Sie die Anwendung dort: Entity-ID, Adresse für Antworten, Zertifikat; sehen Sie in dessen Log nach.',
    },
  ],
  [
    'saml-no-passive',
    {
      en: 'The provider would have had to ask the person something (NoPassive). See the log of the provider.',
      de: 'Der Anbieter hätte die Person etwas fragen müssen (NoPassive). Sehen Sie im Log des Anbieters nach.',
    },
  ],
  [
    'saml-no-authn-context',
    {
      en: 'The provider cannot sign anybody in as strongly as it was asked to (NoAuthnContext). Check mapping.level: it names classes that the provider has.',
      de: 'Der Anbieter kann niemanden so stark anmelden, wie verlangt wurde (NoAuthnContext). Prüfen Sie mapping.level: Es nennt Klassen, die der Anbieter kennt.',
    },
  ],
  [
    'saml-provider-failed',
    {
      en: 'The provider says that something failed there. See its log.',
      de: 'Der Anbieter meldet einen Fehler bei sich. Sehen Sie in dessen Log nach.',
    },
  ],
  [
    'saml-not-posted',
    {
      en: 'The answer has no SAML response. Let the provider send answers by a form (HTTP-POST).',
      de: 'Die Antwort enthält keine SAML-Response. Stellen Sie dort ein, dass Antworten per Formular kommen (HTTP-POST).',
    },
  ],
  [
    'answer-replayed',
    {
      en: 'This answer was used before. Nothing, after "Back". Look for an attack if it repeats.',
      de: 'Diese Antwort wurde schon benutzt. Nichts, nach „Zurück“. Suchen Sie nach einem Angriff, wenn es wieder vorkommt.',
    },
  ],
  [
    'saml-no-subject',
    {
      en: 'The answer does not say who it is: no name identifier, or not the attribute of the settings. Check subject.attribute, and what the provider sends.',
      de: 'Die Antwort sagt nicht, wer es ist: Ihr fehlt der Name oder das Attribut der Einstellungen. Prüfen Sie subject.attribute und was der Anbieter sendet.',
    },
  ],
  [
    'saml-transient-subject',
    {
      en: 'The name identifier is transient: another one at each sign-in. Let the provider send a persistent one, or name an attribute in subject.attribute.',
      de: 'Der Name ist flüchtig (transient): bei jeder Anmeldung ein anderer. Lassen Sie den Anbieter einen dauerhaften (persistent) senden, oder nennen Sie ein Attribut in subject.attribute.',
    },
  ],
  [
    'saml-name-id-format',
    {
      en: 'The name identifier is not persistent, so it may change. Name an attribute in subject.attribute, ask for nameIdFormat: persistent, or set subject.nameId: any.',
      de: 'Der Name ist nicht dauerhaft (persistent), kann sich also ändern. Nennen Sie ein Attribut in subject.attribute, verlangen Sie nameIdFormat: persistent, oder setzen Sie subject.nameId: any.',
    },
  ],
  [
    'saml-too-long',
    {
      en: 'The answer has more than 256 KiB. Let the provider send fewer groups.',
      de: 'Die Antwort hat mehr als 256 KiB. Lassen Sie den Anbieter weniger Gruppen senden.',
    },
  ],
  [
    'saml-encoding',
    {
      en: 'The answer is not base64, or not UTF-8. Look for an attack if it repeats.',
      de: 'Die Antwort ist kein Base64 oder kein UTF-8. Suchen Sie nach einem Angriff, wenn es wieder vorkommt.',
    },
  ],
  [
    'saml-xml',
    {
      en: 'The answer is no well-formed XML. Look for an attack if it repeats.',
      de: 'Die Antwort ist kein wohlgeformtes XML. Suchen Sie nach einem Angriff, wenn es wieder vorkommt.',
    },
  ],
  [
    'saml-xml-forbidden',
    {
      en: 'The answer has a DOCTYPE or a processing instruction. Look for an attack: no provider writes these.',
      de: 'Die Antwort hat eine DOCTYPE oder eine Verarbeitungsanweisung. Suchen Sie nach einem Angriff: Kein Anbieter schreibt so etwas.',
    },
  ],
  [
    'saml-xml-limits',
    {
      en: 'The answer has more than 2,000 elements, 32 levels, or very many attributes. Let the provider send fewer groups.',
      de: 'Die Antwort hat mehr als 2.000 Elemente, 32 Ebenen oder sehr viele Attribute. Lassen Sie den Anbieter weniger Gruppen senden.',
    },
  ],
  [
    'saml-xml-duplicate-id',
    {
      en: 'An id stands twice in the answer. Look for an attack.',
      de: 'Eine ID steht zweimal in der Antwort. Suchen Sie nach einem Angriff.',
    },
  ],
  [
    'saml-text-split',
    {
      en: 'A value has a comment or a CDATA section in it, which programs read differently. Look for an attack.',
      de: 'Ein Wert enthält einen Kommentar oder einen CDATA-Abschnitt, den Programme verschieden lesen. Suchen Sie nach einem Angriff.',
    },
  ],
  [
    'saml-message',
    {
      en: 'This is no SAML response, or it lacks what each has. Check the address that the provider has for answers.',
      de: 'Das ist keine SAML-Response, oder ihr fehlt, was jede hat. Prüfen Sie die Adresse, die der Anbieter für Antworten hat.',
    },
  ],
  [
    'saml-version',
    {
      en: 'The answer is not of SAML 2.0. Let the provider speak SAML 2.0.',
      de: 'Die Antwort ist nicht von SAML 2.0. Lassen Sie den Anbieter SAML 2.0 sprechen.',
    },
  ],
  [
    'saml-issuer',
    {
      en: 'The answer is of another provider than the settings name. Write connection.idpEntityId as the provider spells it.',
      de: 'Die Antwort ist von einem anderen Anbieter, als die Einstellungen nennen. Schreiben Sie connection.idpEntityId so wie der Anbieter.',
    },
  ],
  [
    'saml-destination',
    {
      en: 'The answer is for another address. Register the address for answers exactly; behind a proxy, check GATEHOUSE_ISSUER.',
      de: 'Die Antwort ist für eine andere Adresse. Tragen Sie die Adresse für Antworten dort genau ein; prüfen Sie hinter einem Proxy GATEHOUSE_ISSUER.',
    },
  ],
  [
    'saml-in-response-to',
    {
      en: 'The answer is for another sign-in than the one that this browser began. Nothing, after "Back". Let the provider hand RelayState back if it happens always.',
      de: 'Die Antwort ist für eine andere Anmeldung, als dieser Browser begonnen hat. Nichts, nach „Zurück“. Geschieht es immer, muss der Anbieter RelayState zurückgeben.',
    },
  ],
  [
    'saml-unsolicited',
    {
      en: 'The sign-in began at the provider, and the settings do not allow that. Begin at the application, or set connection.idpInitiated.',
      de: 'Die Anmeldung begann beim Anbieter, und die Einstellungen erlauben das nicht. Beginnen Sie bei der Anwendung, oder setzen Sie connection.idpInitiated.',
    },
  ],
  [
    'saml-issue-instant',
    {
      en: 'The answer was written too long ago, or is of the future. Compare the clocks; raise connection.clockSkew.',
      de: 'Die Antwort wurde vor zu langer Zeit geschrieben oder kommt aus der Zukunft. Vergleichen Sie die Uhren; erhöhen Sie connection.clockSkew.',
    },
  ],
  [
    'saml-not-signed',
    {
      en: 'Nothing of the answer is signed. Let the provider sign the assertion.',
      de: 'Nichts an der Antwort ist unterschrieben. Lassen Sie den Anbieter die Assertion unterschreiben.',
    },
  ],
  [
    'saml-assertion-not-signed',
    {
      en: 'The assertion is not signed itself; only the response around it is. Let the provider sign the assertion, or set connection.signed: response.',
      de: 'Die Assertion selbst ist nicht unterschrieben, nur die Response um sie herum. Lassen Sie den Anbieter die Assertion unterschreiben, oder setzen Sie connection.signed: response.',
    },
  ],
  [
    'saml-response-not-signed',
    {
      en: 'The response is not signed; only the assertion in it is. Let the provider sign the response, or set connection.signed: assertion.',
      de: 'Die Response ist nicht unterschrieben, nur die Assertion darin. Lassen Sie den Anbieter die Response unterschreiben, oder setzen Sie connection.signed: assertion.',
    },
  ],
  [
    'saml-signature-shape',
    {
      en: 'A signature is not as SAML has them. Look for an attack.',
      de: 'Eine Unterschrift ist anders aufgebaut als in SAML. Suchen Sie nach einem Angriff.',
    },
  ],
  [
    'saml-signature-algorithm',
    {
      en: 'A signature is made with an algorithm that is not accepted, such as SHA-1. Let the provider sign with RSA or ECDSA and SHA-256.',
      de: 'Eine Unterschrift benutzt ein Verfahren, das nicht angenommen wird, etwa SHA-1. Lassen Sie den Anbieter mit RSA oder ECDSA und SHA-256 unterschreiben.',
    },
  ],
  [
    'saml-signature',
    {
      en: 'A signature is wrong, or by a key that the provider does not publish. Check its certificate; look for an attack if it repeats.',
      de: 'Eine Unterschrift ist falsch oder von einem Schlüssel, den der Anbieter nicht veröffentlicht. Prüfen Sie sein Zertifikat; suchen Sie nach einem Angriff, wenn es wieder vorkommt.',
    },
  ],
  [
    'saml-decryption',
    {
      en: 'What is encrypted could not be opened: for another key, or with RSA 1.5, 3DES, or AES-CBC without a signature inside. Give the provider our present certificate; let it encrypt with RSA-OAEP and AES-GCM.',
      de: 'Verschlüsseltes ließ sich nicht öffnen: für einen anderen Schlüssel oder mit RSA 1.5, 3DES oder AES-CBC ohne Unterschrift darin. Geben Sie dem Anbieter unser jetziges Zertifikat; lassen Sie ihn mit RSA-OAEP und AES-GCM verschlüsseln.',
    },
  ],
  [
    'saml-not-encrypted',
    {
      en: 'The assertion is not encrypted, and the settings ask for that. Turn encryption on there, or set connection.encryption: optional.',
      de: 'Die Assertion ist nicht verschlüsselt, was die Einstellungen verlangen. Schalten Sie dort die Verschlüsselung ein, oder setzen Sie connection.encryption: optional.',
    },
  ],
  [
    'saml-assertion-count',
    {
      en: 'The answer has no assertion, or several. Look for an attack if it has several.',
      de: 'Die Antwort hat keine Assertion oder mehrere. Suchen Sie nach einem Angriff, wenn es mehrere sind.',
    },
  ],
  [
    'saml-subject',
    {
      en: 'The answer does not name one person. Ask the administrator of the provider.',
      de: 'Die Antwort nennt nicht genau eine Person. Fragen Sie die Administration des Anbieters.',
    },
  ],
  [
    'saml-confirmation',
    {
      en: 'The assertion is not for whoever brings it (no bearer confirmation), or has no end. Ask the administrator of the provider.',
      de: 'Die Assertion ist nicht für den, der sie bringt (keine Bearer-Bestätigung), oder hat kein Ende. Fragen Sie die Administration des Anbieters.',
    },
  ],
  [
    'saml-recipient',
    {
      en: 'The assertion is for another address. Register the address for answers exactly; behind a proxy, check GATEHOUSE_ISSUER.',
      de: 'Die Assertion ist für eine andere Adresse. Tragen Sie die Adresse für Antworten dort genau ein; prüfen Sie hinter einem Proxy GATEHOUSE_ISSUER.',
    },
  ],
  [
    'saml-conditions',
    {
      en: 'The assertion has no conditions. Ask the administrator of the provider.',
      de: 'Die Assertion hat keine Bedingungen. Fragen Sie die Administration des Anbieters.',
    },
  ],
  [
    'saml-condition-unknown',
    {
      en: 'The assertion has a condition that Gatehouse does not know, so it must not be used. Ask the administrator of the provider.',
      de: 'Die Assertion hat eine Bedingung, die Gatehouse nicht kennt, und darf deshalb nicht benutzt werden. Fragen Sie die Administration des Anbieters.',
    },
  ],
  [
    'saml-audience',
    {
      en: 'The assertion is for another application. Register our entity id there (gatehouse connector test shows it), or set connection.entityId.',
      de: 'Die Assertion ist für eine andere Anwendung. Tragen Sie dort unsere Entity-ID ein (gatehouse connector test zeigt sie), oder setzen Sie connection.entityId.',
    },
  ],
  [
    'saml-time',
    {
      en: 'The assertion is not valid yet, or no more. Compare the clocks; raise connection.clockSkew.',
      de: 'Die Assertion gilt noch nicht oder nicht mehr. Vergleichen Sie die Uhren; erhöhen Sie connection.clockSkew.',
    },
  ],
  [
    'saml-authn-statement',
    {
      en: 'The assertion does not say when the person signed in, or says a time to come. Ask the administrator of the provider.',
      de: 'Die Assertion sagt nicht, wann sich die Person angemeldet hat, oder nennt eine künftige Zeit. Fragen Sie die Administration des Anbieters.',
    },
  ],
  [
    'saml-session-ended',
    {
      en: 'The session there has ended already. Compare the clocks.',
      de: 'Die Sitzung dort ist schon zu Ende. Vergleichen Sie die Uhren.',
    },
  ],
  [
    'saml-attributes',
    {
      en: 'An attribute has no name, or a very long name or value. Ask the administrator of the provider.',
      de: 'Ein Attribut hat keinen Namen oder einen sehr langen Namen oder Wert. Fragen Sie die Administration des Anbieters.',
    },
  ],
  [
    'saml-query',
    {
      en: 'A message in an address has a parameter twice, or is not whole. Look for an attack.',
      de: 'Eine Nachricht in einer Adresse hat einen Parameter zweimal oder ist nicht unversehrt. Suchen Sie nach einem Angriff.',
    },
  ],
]);
