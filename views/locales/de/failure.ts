import type { Texts } from '../en.js';

export const failure: Texts['failure'] = {
  title: 'Das hat nicht geklappt',
  faults: {
    application:
      'Die Anwendung hat eine Anfrage geschickt, die sich nicht beantworten lässt. Gehen Sie zu ihr zurück, und versuchen Sie es noch einmal.',
    ours: 'Bei uns ist etwas schiefgegangen. Warten Sie einen Moment, gehen Sie zur Anwendung zurück, und versuchen Sie es noch einmal.',
    notFound: 'Unter dieser Adresse gibt es keine Seite. Prüfen Sie sie, oder gehen Sie zur Anwendung zurück.',
    signInElsewhere:
      'Sie kommen von einer anderen Website, auf der Sie sich angemeldet haben. Diese Anmeldung lässt sich hier nicht verwenden. Gehen Sie zu der Anwendung, die Sie nutzen möchten, und melden Sie sich dort an.',
    signOutElsewhere:
      'Die Nachricht der anderen Website über eine Abmeldung wurde nicht angenommen. Vielleicht sind Sie hier und dort noch angemeldet.',
  },
  contact: 'Kontakt',
  help: 'Wenn es wieder geschieht, nennen Sie Ihrer Administration diese Angaben:',
  code: 'Fehler',
  description: 'Beschreibung',
  reason: 'Grund',
  requestId: 'Kennung der Anfrage',
};
