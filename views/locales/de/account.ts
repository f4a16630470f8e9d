import type { Texts } from '../en.js';
import { applications } from './account/applications.js';
import { overview } from './account/overview.js';
import { password } from './account/password.js';
import { profile } from './account/profile.js';
import { secondFactor } from './account/second-factor.js';
import { sessions } from './account/sessions.js';

export const account: Texts['account'] = {
  navigation: 'Ihr Benutzerkonto',
  signOut: 'Abmelden',
  pages: {
    overview: 'Ihr Benutzerkonto',
    profile: 'Profil',
    password: 'Passwort',
    'second-factor': 'Zweiter Faktor',
    applications: 'Anwendungen',
    sessions: 'Wo Sie angemeldet sind',
  },
  done: {
    profile: 'Ihr Profil ist gespeichert. Anwendungen erfahren es von jetzt an.',
    'second-factor-removed': 'Der zweite Faktor ist entfernt. Ihr Passwort allein meldet Sie jetzt an.',
    password: 'Ihr Passwort wurde geändert. Überall sonst, wo Sie angemeldet waren, sind Sie es nicht mehr.',
    withdrawn: 'Es ist zurückgenommen. Was die Anwendung in der Hand hatte, ist nichts mehr wert.',
    'session-ended': 'Sie sind dort abgemeldet.',
  },
  errors: {
    'profile-unfit': 'Noch ist nichts gespeichert: Einige Felder müssen geändert werden. Bei jedem davon steht, wie.',
    'wrong-code':
      'Das ist nicht der Code, den die App jetzt zeigt. Prüfen Sie die Uhr Ihres Geräts, und versuchen Sie es noch einmal.',
    'password-unfit':
      'Wählen Sie ein anderes Passwort als bisher: mindestens 8 Zeichen, nicht Ihr Benutzername und keine Reihe oder Wiederholung weniger Zeichen.',
    'password-not-repeated': 'Die beiden Passwörter sind nicht gleich. Geben Sie das neue zweimal ein.',
    overloaded:
      'Gerade melden sich viele Menschen an. Warten Sie ein paar Sekunden, und versuchen Sie es dann noch einmal.',
    moved: 'Ihr Benutzerkonto wurde im selben Moment anderswo geändert. Bitte versuchen Sie es noch einmal.',
  },
  list: { more: 'Hier steht nicht alles.', further: 'Zeigen, was folgt', first: 'Zurück an den Anfang' },
  applications,
  overview,
  password,
  profile,
  secondFactor,
  sessions,
};
