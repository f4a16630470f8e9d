import type { Locale } from '../base/locale.js';
import { SAML_REASON_TEXTS } from './saml-reasons.js';

type InBoth = Readonly<Record<Locale, string>>;

const CHECK_ISSUER: InBoth = {
  en: 'Check the issuer in the settings of the connector.',
  de: 'Prüfen Sie den Issuer in den Einstellungen des Connectors.',
};
const ASK_THERE: InBoth = {
  en: 'Ask the administrator of the provider.',
  de: 'Fragen Sie die Administration des Anbieters.',
};
const CODE_FLOW: InBoth = {
  en: 'Check the client there: it needs the authorization code flow.',
  de: 'Prüfen Sie den Client dort: Er braucht den Authorization Code Flow.',
};
const ATTACK: InBoth = {
  en: 'Look for an attack if it repeats.',
  de: 'Suchen Sie nach einem Angriff, wenn es wieder vorkommt.',
};
const AGAIN: InBoth = {
  en: 'Begin another test.',
  de: 'Beginnen Sie einen neuen Test.',
};

const both = (en: string, de: string, cure?: InBoth): InBoth =>
  cure ? { en: `${en} ${cure.en}`, de: `${de} ${cure.de}` } : { en, de };

const QUESTION = both(
  'The provider would have had to ask you something, and did not. Check the client there.',
  'Der Anbieter hätte Sie etwas fragen müssen und hat es nicht getan. Prüfen Sie den Client dort.',
);
const BROKEN_TOKEN = both('The ID token is not whole.', 'Das ID-Token ist nicht unversehrt.', ATTACK);
const CLOCKS = both(
  'The times of the ID token are wrong. Compare the clocks.',
  'Die Zeiten im ID-Token sind falsch. Vergleichen Sie die Uhren.',
);
const FOREIGN_TOKEN = both(
  'The ID token is of another provider, for another client, or for another sign-in. Check the client id.',
  'Das ID-Token ist von einem anderen Anbieter, für einen anderen Client oder für eine andere Anmeldung. Prüfen Sie die Client-ID.',
);
const USERINFO = both(
  'Userinfo gives no answer, or is about somebody else.',
  'Userinfo antwortet nicht oder spricht von jemand anderem.',
  ASK_THERE,
);

/** What each reason of a provider's failure means, and what to do. */
const REASONS: ReadonlyMap<string, InBoth> = new Map<string, InBoth>([
  [
    'unreachable',
    both(
      'The provider could not be reached. Check the address, DNS and firewall.',
      'Der Anbieter ist nicht erreichbar. Prüfen Sie Adresse, DNS und Firewall.',
    ),
  ],
  [
    'timeout',
    both(
      'The provider did not answer in time. See its state, or raise connection.timeout.',
      'Der Anbieter hat nicht rechtzeitig geantwortet. Sehen Sie nach ihm, oder erhöhen Sie connection.timeout.',
    ),
  ],
  [
    'refresh-subject',
    both(
      "A refresh token gave somebody else's ID token.",
      'Ein Refresh-Token ergab das ID-Token von jemand anderem.',
      ATTACK,
    ),
  ],
  [
    'too-many-waiting',
    both(
      'Too many requests wait for the answers of the provider already. See its state.',
      'Zu viele Anfragen warten schon auf Antworten des Anbieters. Sehen Sie nach ihm.',
    ),
  ],
  [
    'push-not-offered',
    both(
      'The provider takes no pushed requests. Leave connection.pushedRequests out.',
      'Der Anbieter nimmt keine Pushed Authorization Requests an. Lassen Sie connection.pushedRequests weg.',
    ),
  ],
  [
    'push-refused',
    both(
      'The provider does not accept the pushed request. See its log.',
      'Der Anbieter nimmt den Pushed Authorization Request nicht an. Sehen Sie in dessen Log nach.',
    ),
  ],
  [
    'secret-not-key',
    both(
      'The secret of the connector is no private key in PEM, or not of a kind that can sign. Store the private key.',
      'Das Secret des Connectors ist kein privater Schlüssel in PEM oder keiner, der signieren kann. Speichern Sie den privaten Schlüssel.',
    ),
  ],
  [
    'token-encrypted',
    both(
      'The ID token is encrypted. Turn encryption off for the client there.',
      'Das ID-Token ist verschlüsselt. Schalten Sie die Verschlüsselung für den Client dort ab.',
    ),
  ],
  [
    'tenant-not-allowed',
    both(
      'You are of another tenant. Add it to connection.tenants, if its people should be let in.',
      'Sie gehören zu einem anderen Tenant. Fügen Sie ihn connection.tenants hinzu, wenn dessen Personen sich anmelden sollen.',
    ),
  ],
  [
    'groups-refused',
    both(
      'The provider does not let your groups be read. Check the scopes.',
      'Der Anbieter lässt Ihre Gruppen nicht lesen. Prüfen Sie die Scopes.',
    ),
  ],
  [
    'page-elsewhere',
    both(
      'The next page of a list is at another host. Look for an attack.',
      'Die nächste Seite einer Liste liegt bei einem anderen Host. Suchen Sie nach einem Angriff.',
    ),
  ],
  [
    'server-failing',
    both(
      'The provider answered with an error of its own. Wait, or ask its administrator.',
      'Der Anbieter hat mit einem eigenen Fehler geantwortet. Warten Sie, oder fragen Sie dessen Administration.',
    ),
  ],
  [
    'temporarily-unavailable',
    both(
      'The provider is overloaded or under maintenance. Wait.',
      'Der Anbieter ist überlastet oder wird gewartet. Warten Sie.',
    ),
  ],
  ['server-error', both('Something failed at the provider.', 'Beim Anbieter ist etwas fehlgeschlagen.', ASK_THERE)],
  [
    'address-refused',
    both(
      'The address of the provider is not public, or not https. Name its host in GATEHOUSE_OUTGOING_ALLOWED.',
      'Die Adresse des Anbieters ist nicht öffentlich oder nicht https. Nennen Sie den Host in GATEHOUSE_OUTGOING_ALLOWED.',
    ),
  ],
  [
    'answer-too-large',
    both('An answer is too large. Ask for fewer scopes.', 'Eine Antwort ist zu groß. Fragen Sie nach weniger Scopes.'),
  ],
  [
    'redirected',
    both(
      'The provider redirects where it should answer. Take the issuer that it redirects to.',
      'Der Anbieter leitet weiter, statt zu antworten. Nehmen Sie den Issuer, zu dem er weiterleitet.',
    ),
  ],
  [
    'status-unexpected',
    both(
      'An answer has another status than the protocol says.',
      'Eine Antwort hat einen anderen Status, als das Protokoll sagt.',
      CHECK_ISSUER,
    ),
  ],
  ['not-json', both('An answer is not JSON.', 'Eine Antwort ist kein JSON.', CHECK_ISSUER)],
  ['body-invalid', both('An answer could not be read.', 'Eine Antwort ist nicht lesbar.', ASK_THERE)],
  [
    'discovery-missing',
    both(
      'There is no discovery document below the issuer.',
      'Unterhalb des Issuers gibt es kein Discovery-Dokument.',
      CHECK_ISSUER,
    ),
  ],
  [
    'discovery-invalid',
    both(
      'The discovery document lacks what a sign-in needs.',
      'Dem Discovery-Dokument fehlt, was eine Anmeldung braucht.',
      CHECK_ISSUER,
    ),
  ],
  [
    'issuer-mismatch',
    both(
      'The discovery document names another issuer. Write the issuer as the provider spells it.',
      'Das Discovery-Dokument nennt einen anderen Issuer. Schreiben Sie ihn so, wie der Anbieter ihn schreibt.',
    ),
  ],
  [
    'no-keys',
    both(
      'The provider publishes no key that can check its signatures.',
      'Der Anbieter veröffentlicht keinen Schlüssel, der seine Signaturen prüfen kann.',
      ASK_THERE,
    ),
  ],
  [
    'key-unknown',
    both(
      'The ID token is signed by a key that the provider does not publish.',
      'Das ID-Token ist mit einem Schlüssel signiert, den der Anbieter nicht veröffentlicht.',
      ASK_THERE,
    ),
  ],
  [
    'answer-state',
    both('The answer belongs to another sign-in.', 'Die Antwort gehört zu einer anderen Anmeldung.', AGAIN),
  ],
  ['answer-issuer', both('The answer is of another provider.', 'Die Antwort ist von einem anderen Anbieter.', ATTACK)],
  [
    'answer-invalid',
    both('The answer is not what the protocol says.', 'Die Antwort ist nicht, was das Protokoll sagt.', CODE_FLOW),
  ],
  ['login-required', QUESTION],
  ['interaction-required', QUESTION],
  ['consent-required', QUESTION],
  ['account-selection-required', QUESTION],
  [
    'request-refused',
    both(
      'The provider does not accept the request. Check the redirect URI and the flow of the client there.',
      'Der Anbieter nimmt die Anfrage nicht an. Prüfen Sie dort Redirect-URI und Flow des Clients.',
    ),
  ],
  [
    'scope-refused',
    both(
      'The provider does not know a scope. Check connection.scopes.',
      'Der Anbieter kennt einen Scope nicht. Prüfen Sie connection.scopes.',
    ),
  ],
  ['client-not-allowed', both('The client may not do this there.', 'Der Client darf das dort nicht.', CODE_FLOW)],
  [
    'error-unknown',
    both(
      'The provider answered with an error that no specification has. See its log.',
      'Der Anbieter hat mit einem Fehler geantwortet, den keine Spezifikation kennt. Sehen Sie in dessen Protokoll.',
    ),
  ],
  [
    'pending-unreadable',
    both('What this sign-in kept cannot be read.', 'Was diese Anmeldung behalten hat, ist nicht lesbar.', AGAIN),
  ],
  [
    'no-secret',
    both(
      'The connector has no secret. Set secret, or clientAuthentication: none.',
      'Der Connector hat kein Secret. Setzen Sie secret oder clientAuthentication: none.',
    ),
  ],
  [
    'client-refused',
    both(
      'The provider does not accept the client id or secret. Check both, and clientAuthentication.',
      'Der Anbieter nimmt Client-ID oder Secret nicht an. Prüfen Sie beide und clientAuthentication.',
    ),
  ],
  [
    'redirect-uri-refused',
    both(
      'The provider does not know the redirect URI. Register it there exactly.',
      'Der Anbieter kennt die Redirect-URI nicht. Tragen Sie sie dort genau so ein.',
    ),
  ],
  [
    'grant-refused',
    both('The provider does not allow this flow.', 'Der Anbieter erlaubt diesen Flow nicht.', CODE_FLOW),
  ],
  [
    'code-refused',
    both(
      'The provider does not accept its own code: it expired or was used before.',
      'Der Anbieter nimmt seinen eigenen Code nicht an: Er ist abgelaufen oder wurde schon verwendet.',
      AGAIN,
    ),
  ],
  [
    'token-error',
    both(
      'The provider gave no token. See its log.',
      'Der Anbieter hat kein Token gegeben. Sehen Sie in dessen Protokoll.',
    ),
  ],
  [
    'no-id-token',
    both(
      'The provider gave no ID token. Check that it is an OpenID provider.',
      'Der Anbieter hat kein ID-Token gegeben. Prüfen Sie, ob er ein OpenID-Provider ist.',
    ),
  ],
  [
    'algorithm-refused',
    both(
      'The ID token has no signature by a public key. Let the client there sign with RS256 or ES256.',
      'Das ID-Token ist nicht mit einem Schlüsselpaar signiert. Stellen Sie dort RS256 oder ES256 ein.',
    ),
  ],
  ['signature-invalid', BROKEN_TOKEN],
  ['token-invalid', BROKEN_TOKEN],
  ['token-expired', CLOCKS],
  ['token-from-future', CLOCKS],
  ['token-too-old', CLOCKS],
  ['token-issuer', FOREIGN_TOKEN],
  ['token-audience', FOREIGN_TOKEN],
  ['token-nonce', FOREIGN_TOKEN],
  [
    'subject-invalid',
    both(
      'The id of the person is missing, is no text, or is too long.',
      'Die Kennung der Person fehlt, ist kein Text oder zu lang.',
      ASK_THERE,
    ),
  ],
  [
    'auth-time-missing',
    both(
      'The provider does not say when you signed in. Let the client there send auth_time.',
      'Der Anbieter sagt nicht, wann Sie sich angemeldet haben. Stellen Sie dort ein, dass der Client auth_time bekommt.',
    ),
  ],
  ['auth-too-old', both('You signed in there too long ago.', 'Ihre Anmeldung dort liegt zu lange zurück.', AGAIN)],
  ['userinfo-refused', USERINFO],
  ['userinfo-subject', USERINFO],
  [
    'too-many-values',
    both(
      'A claim has more values than are read, and the rest is left out. Ask for fewer scopes.',
      'Ein Claim hat mehr Werte, als gelesen werden; der Rest fehlt. Fragen Sie nach weniger Scopes.',
    ),
  ],
  [
    'too-many-groups',
    both(
      'The person is in more groups than are read. Let the client there send fewer.',
      'Die Person ist in mehr Gruppen, als gelesen werden. Stellen Sie dort ein, dass weniger gesendet werden.',
    ),
  ],
  [
    'unexpected-error',
    both('This is a defect of Gatehouse. Report it.', 'Das ist ein Fehler von Gatehouse. Melden Sie ihn.'),
  ],
  [
    'denied',
    both(
      'You cancelled there, or the provider does not let this account in.',
      'Sie haben dort abgebrochen, oder der Anbieter lässt dieses Konto nicht zu.',
      AGAIN,
    ),
  ],
]);

/** What the reason of a failed sign-in at a provider means, and what to do. Undefined: a kind of connector has it that has no table here. */
export const providerReasonText = (reason: string, language: Locale): string | undefined =>
  (REASONS.get(reason) ?? SAML_REASON_TEXTS.get(reason))?.[language];
