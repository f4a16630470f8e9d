import type { Texts } from '../en.js';

export const completeProfile: Texts['completeProfile'] = {
  title: 'Vervollständigen Sie Ihr Profil',
  explains: 'Ihr Benutzerkonto hier wird angelegt, wenn Sie diese Felder ausgefüllt haben.',
  email: 'E-Mail-Adresse',
  missing: 'Füllen Sie dieses Feld aus.',
  emailFault: 'Geben Sie eine E-Mail-Adresse wie anna@example.com ein.',
  submit: 'Benutzerkonto anlegen',
  errors: {
    'fields-unfit': 'Es wurde kein Benutzerkonto angelegt. Berichtigen Sie die markierten Felder.',
    'not-allowed': 'Es konnte kein Benutzerkonto angelegt werden. Wenden Sie sich an Ihre Administration.',
  },
};
