import type { Texts } from '../en.js';
import { applications } from './account/applications.js';
import { links } from './account/links.js';
import { overview } from './account/overview.js';
import { password } from './account/password.js';
import { profile } from './account/profile.js';
import { secondFactor } from './account/second-factor.js';
import { sessions } from './account/sessions.js';
import { signIns } from './account/sign-ins.js';

export const account: Texts['account'] = {
  navigation: 'Ihr Benutzerkonto',
  signOut: 'Abmelden',
  pages: {
    overview: 'Ihr Benutzerkonto',
    profile: 'Profil',
    password: 'Passwort',
    'second-factor': 'Zweiter Faktor',
    applications: 'Anwendungen',
    links: 'Verknüpfte Konten',
    sessions: 'Sitzungen',
    'sign-ins': 'Anmeldungen',
  },
  done: {
    profile: 'Ihr Profil ist gespeichert. Anwendungen sehen ab jetzt die neuen Werte.',
    'second-factor-removed': 'Der zweite Faktor ist entfernt. Sie melden sich jetzt nur mit Ihrem Passwort an.',
    password: 'Ihr Passwort wurde geändert. Alle anderen Sitzungen sind abgemeldet.',
    withdrawn: 'Der Zugriff ist widerrufen. Die Anwendung kann Ihr Benutzerkonto nicht mehr verwenden.',
    'link-removed': 'Die Verknüpfung ist entfernt.',
    linked: 'Das Konto ist verknüpft. Sie können sich ab jetzt damit anmelden.',
    'session-ended': 'Die Sitzung ist beendet.',
  },
  errors: {
    'profile-unfit': 'Es wurde nichts gespeichert. Berichtigen Sie die markierten Felder.',
    'wrong-code':
      'Dieser Code ist nicht richtig. Geben Sie den Code ein, den die App jetzt zeigt, und prüfen Sie die Uhr Ihres Geräts.',
    'password-unfit':
      'Wählen Sie ein anderes Passwort: neu, mindestens 8 Zeichen, nicht Ihr Benutzername und keine einfache Folge wie 12345678 oder aaaaaaaa.',
    'password-common':
      'Dieses Passwort ist leicht zu erraten: Viele Menschen haben es oder ein sehr ähnliches. Wählen Sie mehrere Wörter, die nicht zusammengehören.',
    'password-personal':
      'Dieses Passwort ist leicht zu erraten: Es besteht aus Ihrem Namen oder dem Namen dieses Dienstes. Wählen Sie mehrere Wörter, die nicht zusammengehören.',
    'password-not-repeated': 'Die beiden Passwörter sind nicht gleich. Geben Sie das neue Passwort zweimal ein.',
    overloaded:
      'Gerade melden sich viele Menschen an. Warten Sie ein paar Sekunden, und versuchen Sie es dann noch einmal.',
    'last-way-in':
      'Es wurde nichts entfernt: Nur über diese Verknüpfung können Sie sich anmelden. Legen Sie zuerst ein Passwort oder eine andere Verknüpfung an, oder wenden Sie sich an die Administration.',
    'home-link':
      'Es wurde nichts entfernt: Ihr Benutzerkonto wird dort verwaltet. Wenden Sie sich an die Administration, um das zu ändern.',
    'link-not-offered': 'Es wurde nichts verknüpft: Ein Konto dieses Dienstes können Sie nicht verknüpfen.',
    'link-not-begun':
      'Es wurde nichts verknüpft: Diese Anmeldung hat nicht hier begonnen, dauerte zu lange oder wurde schon verwendet. Wählen Sie den Dienst noch einmal.',
    'link-denied': 'Es wurde nichts verknüpft: Sie wurden dort nicht angemeldet. Versuchen Sie es noch einmal.',
    'link-failed':
      'Es wurde nichts verknüpft: Sie können dort gerade nicht angemeldet werden. Versuchen Sie es später noch einmal.',
    'link-of-another':
      'Es wurde nichts verknüpft: Jenes Konto ist mit einem anderen Benutzer verknüpft. Wählen Sie dort ein anderes Konto, oder melden Sie sich hier mit jenem an.',
    'link-not-admitted':
      'Es wurde nichts verknüpft: Jenes Konto darf sich hier nicht anmelden. Wählen Sie dort ein anderes Konto, oder wenden Sie sich an die Administration.',
    'directory-moved':
      'Es wurde nichts gespeichert: Ihr Verzeichnis hat inzwischen andere Werte. Sehen Sie sie unten an, und speichern Sie noch einmal.',
    'directory-not-allowed':
      'Es wurde nichts gespeichert: Ihr Verzeichnis lässt diese Änderung nicht zu. Ändern Sie es dort, wo Ihre Firma es vorsieht.',
    'directory-value-refused': 'Es wurde nichts gespeichert: Ihr Verzeichnis nimmt Ihre Eingabe nicht an.',
    'directory-refused':
      'Es wurde nichts gespeichert: Ihr Verzeichnis hat die Änderung abgelehnt. Wenden Sie sich an Ihre Administration.',
    'directory-several-values':
      'Es wurde nichts gespeichert: Ihr Verzeichnis hat mehrere Werte für ein Feld. Ändern Sie es dort, wo Ihre Firma es vorsieht.',
    'directory-barred':
      'Es wurde nichts geändert: Ihr Konto im Verzeichnis ist gesperrt oder geschlossen. Wenden Sie sich an Ihre Administration.',
    'directory-unavailable':
      'Es wurde nichts geändert: Ihr Verzeichnis war nicht zu erreichen. Versuchen Sie es später noch einmal.',
    'directory-unanswered':
      'Ihr Verzeichnis hat nicht geantwortet. Vielleicht sind Ihre Eingaben dort schon gespeichert: Sehen Sie in ein paar Minuten noch einmal nach.',
    'directory-not-read':
      'Ihr Verzeichnis hat Ihre Eingaben gespeichert. Hier erscheinen sie nach Ihrer nächsten Anmeldung. Andere Felder wurden nicht gespeichert.',
    'directory-password-refused':
      'Ihr Verzeichnis hat das neue Passwort nicht angenommen. Versuchen Sie ein anderes, oder wenden Sie sich an Ihre Administration.',
    throttled: 'Es waren zu viele Versuche. Warten Sie ein paar Minuten, und versuchen Sie es dann noch einmal.',
    moved: 'Ihr Benutzerkonto wurde zur selben Zeit anderswo geändert. Versuchen Sie es noch einmal.',
  },
  list: { more: 'Es gibt weitere Einträge.', further: 'Nächste Seite', first: 'Erste Seite' },
  applications,
  links,
  overview,
  password,
  profile,
  secondFactor,
  sessions,
  signIns,
};
