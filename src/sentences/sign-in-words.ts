import type { Locale } from '../base/locale.js';
import type { PlanRefusal, SignInPlan } from '../federation/provisioning/plan-sign-in.js';

type JoinCause = Extract<SignInPlan, { readonly kind: 'joins' }>['because'];

interface ResultWords {
  readonly disabled: (connector: string) => string;
  readonly bar: (why: string) => string;
  readonly refused: (why: string) => string;
  readonly linked: (user: string) => string;
  readonly joins: (user: string, because: string) => string;
  readonly because: Readonly<Record<JoinCause, (connector: string) => string>>;
  readonly creates: (username: string, connector: string) => string;
  readonly asksAccount: (mayCreate: boolean) => string;
  readonly asksFields: (fields: string, username: string, connector: string) => string;
  /** @param mode `provisioning.mode` of the connector */
  readonly reasons: Readonly<Record<PlanRefusal, (mode: string) => string>>;
}

interface RuleWords {
  readonly 'rule-domains': (domains: readonly string[]) => string;
  readonly 'rule-claims': (claim: string, values: readonly string[]) => string;
  readonly 'rule-max-age': (seconds: number) => string;
  readonly met: string;
  readonly notMet: string;
  /** Only a sign-in tells. */
  readonly atSignIn: string;
}

/** Who may sign in. */
export const RULE_WORDS: Readonly<Record<Locale, RuleWords>> = {
  en: {
    'rule-domains': (domains) => `A verified address of ${domains.join(' or ')}`,
    'rule-claims': (claim, values) => `The claim ${claim} is ${values.join(' or ')}`,
    'rule-max-age': (seconds) => `A sign-in there within ${seconds} seconds`,
    met: 'fulfilled',
    notMet: 'not fulfilled',
    atSignIn: 'judged at the sign-in',
  },
  de: {
    'rule-domains': (domains) => `Eine bestätigte Adresse von ${domains.join(' oder ')}`,
    'rule-claims': (claim, values) => `Der Claim ${claim} ist ${values.join(' oder ')}`,
    'rule-max-age': (seconds) => `Eine Anmeldung dort innerhalb von ${seconds} Sekunden`,
    met: 'erfüllt',
    notMet: 'nicht erfüllt',
    atSignIn: 'wird bei der Anmeldung geprüft',
  },
};

/** What a sign-in would do. */
export const RESULT_WORDS: Readonly<Record<Locale, ResultWords>> = {
  en: {
    disabled: (connector) => `Connector ${connector} is disabled: nobody signs in through it.`,
    bar: (why) => `The directory refuses this user: ${why}.`,
    refused: (why) => `The sign-in would be refused: ${why}.`,
    linked: (user) => `The user would be ${user}, who is linked to this subject.`,
    joins: (user, because) => `The user would be ${user}, ${because}. It would be linked to this subject.`,
    because: {
      'made-before': (connector) => `an account in ${connector} that nobody is linked to`,
      'verified-email': () => 'with the same verified e-mail address, for whose domain the connector is trusted',
      proved: () => 'who has proved to be the same person',
    },
    creates: (username, connector) => `A new user ${username} would be created in ${connector}, with:`,
    asksAccount: (mayCreate) =>
      mayCreate
        ? 'The person would be asked for an existing account, which would be linked to this subject, or get a new one.'
        : 'The person would be asked for an existing account, which would be linked to this subject.',
    asksFields: (fields, username, connector) =>
      `The person would be asked for ${fields}. Then a new user ${username} would be created in ${connector}, with:`,
    reasons: {
      'subject-form': () => 'the id of the user is empty or too long',
      'not-provisioned': (mode) => `nobody is linked to this subject, and provisioning.mode is ${mode}`,
      'cannot-be-joined': () => 'the account is disabled, or linked to another subject',
      'domain-enforced': () => 'another connector is the only way in for the domain of the user',
      'required-decides': () => 'provisioning.require asks for a field that the rule of a segment reads',
      'rule-domains': () => 'a rule of the connector does not admit the user',
      'rule-claims': () => 'a rule of the connector does not admit the user',
      'rule-max-age': () => 'a rule of the connector does not admit the user',
      'link-suspended': () => 'the link is suspended until a synchronization finds the account again',
    },
  },
  de: {
    disabled: (connector) => `Der Connector ${connector} ist deaktiviert: Niemand meldet sich über ihn an.`,
    bar: (why) => `Das Verzeichnis lehnt diese Person ab: ${why}.`,
    refused: (why) => `Die Anmeldung würde abgelehnt: ${why}.`,
    linked: (user) => `Es wäre das Benutzerkonto ${user}, das mit dieser Kennung verknüpft ist.`,
    joins: (user, because) => `Es wäre das Benutzerkonto ${user}, ${because}. Es würde mit dieser Kennung verknüpft.`,
    because: {
      'made-before': (connector) => `ein Konto in ${connector}, mit dem niemand verknüpft ist`,
      'verified-email': () => 'mit derselben bestätigten E-Mail-Adresse, für deren Domain dem Connector vertraut wird',
      proved: () => 'dessen Inhaber sich als dieselbe Person ausgewiesen hat',
    },
    creates: (username, connector) => `Ein neues Benutzerkonto ${username} würde in ${connector} angelegt, mit:`,
    asksAccount: (mayCreate) =>
      mayCreate
        ? 'Die Person würde nach einem bestehenden Konto gefragt, das mit dieser Kennung verknüpft würde, oder bekäme ein neues.'
        : 'Die Person würde nach einem bestehenden Konto gefragt, das mit dieser Kennung verknüpft würde.',
    asksFields: (fields, username, connector) =>
      `Die Person würde nach ${fields} gefragt. Dann würde ein neues Benutzerkonto ${username} in ${connector} angelegt, mit:`,
    reasons: {
      'subject-form': () => 'die Kennung der Person ist leer oder zu lang',
      'not-provisioned': (mode) => `niemand ist mit dieser Kennung verknüpft, und provisioning.mode ist ${mode}`,
      'cannot-be-joined': () => 'das Konto ist gesperrt oder mit einer anderen Kennung verknüpft',
      'domain-enforced': () => 'für die Domain dieser Person ist ein anderer Connector der einzige Weg',
      'required-decides': () => 'provisioning.require verlangt ein Feld, das die Regel eines Segments liest',
      'rule-domains': () => 'eine Regel des Connectors lässt die Person nicht zu',
      'rule-claims': () => 'eine Regel des Connectors lässt die Person nicht zu',
      'rule-max-age': () => 'eine Regel des Connectors lässt die Person nicht zu',
      'link-suspended': () => 'die Verknüpfung ruht, bis eine Synchronisation das Konto wieder findet',
    },
  },
};

interface AccessWords {
  readonly added: (name: string) => string;
  readonly removed: (name: string) => string;
}

interface ChangeWords {
  readonly none: string;
  readonly nameFault: (why: string) => string;
  readonly mirrored: (name: string, from: string) => string;
  readonly renamed: (from: string, name: string) => string;
  readonly tooMany: (count: number) => string;
  readonly nameTaken: (count: number) => string;
  readonly access: Readonly<Record<'role' | 'group', AccessWords>>;
  readonly conflict: (why: string) => string;
  readonly unknown: (target: string) => string;
  readonly groupsNotTold: string;
}

/** What a sign-in would change. */
export const CHANGE_WORDS: Readonly<Record<Locale, ChangeWords>> = {
  en: {
    none: 'no changes',
    nameFault: (why) => `the mapped username is not taken over: ${why}`,
    mirrored: (name, from) => `group ${name}: created as a mirror of ${from}, and added`,
    renamed: (from, name) => `group ${from}: renamed to ${name}, as in the directory`,
    tooMany: (count) => `groups that are not mirrored yet, since there are too many: ${count}`,
    nameTaken: (count) => `groups that are not mirrored, since their names are taken: ${count}`,
    access: {
      role: { added: (name) => `role ${name}: added`, removed: (name) => `role ${name}: removed` },
      group: { added: (name) => `group ${name}: added`, removed: (name) => `group ${name}: removed` },
    },
    conflict: (why) => `nothing is added: ${why}`,
    unknown: (target) => `${target}: does not exist, so it is left out`,
    groupsNotTold: 'groups were not reported, so roles and groups stay as they are',
  },
  de: {
    none: 'keine Änderungen',
    nameFault: (why) => `der zugeordnete Benutzername wird nicht übernommen: ${why}`,
    mirrored: (name, from) => `Gruppe ${name}: angelegt als Spiegel von ${from} und hinzugefügt`,
    renamed: (from, name) => `Gruppe ${from}: umbenannt in ${name}, wie im Verzeichnis`,
    tooMany: (count) => `Gruppen, die noch nicht gespiegelt werden, weil es zu viele sind: ${count}`,
    nameTaken: (count) => `Gruppen, die nicht gespiegelt werden, weil ihre Namen vergeben sind: ${count}`,
    access: {
      role: { added: (name) => `Rolle ${name}: hinzugefügt`, removed: (name) => `Rolle ${name}: entfernt` },
      group: { added: (name) => `Gruppe ${name}: hinzugefügt`, removed: (name) => `Gruppe ${name}: entfernt` },
    },
    conflict: (why) => `nichts wird hinzugefügt: ${why}`,
    unknown: (target) => `${target}: gibt es nicht, wird also ausgelassen`,
    groupsNotTold: 'Gruppen wurden nicht mitgeteilt, also bleiben Rollen und Gruppen, wie sie sind',
  },
};
