import type { Texts } from '../en.js';

export const logout: Texts['logout'] = {
  confirm: {
    title: 'Abmelden?',
    asks: (application) => `${application} möchte Sie abmelden.`,
    means: (realm) => `Das beendet Ihre Sitzung bei ${realm} und damit den Zugriff Ihrer Anwendungen.`,
    yes: 'Abmelden',
    no: 'Angemeldet bleiben',
  },
  signedOut: {
    title: 'Sie sind abgemeldet',
    body: 'Sie können diese Seite schließen. Schließen Sie an einem gemeinsam genutzten Computer auch den Browser.',
  },
  upstream: {
    body: (name) => `Bei ${name} sind Sie vielleicht noch angemeldet.`,
    signOut: (name) => `Auch bei ${name} abmelden`,
  },
  notSignedIn: {
    title: 'Sie sind nicht angemeldet',
    body: 'Sie haben die Anmeldung abgebrochen. Sie können diese Seite schließen.',
  },
  stillSignedIn: {
    title: 'Sie sind noch angemeldet',
    body: (application) => `Abgemeldet wurden Sie nur von ${application}.`,
  },
};
