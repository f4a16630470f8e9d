import type { FaultWords, Sentences } from '../sentences.js';

export const connectorSentences = {
  'connector-id-form': () =>
    'The name of a connector has 1 to 40 lower-case letters, digits and hyphens, and begins with a letter or digit.',
  'connector-id-reserved': ({ id }) => `${id} is the userstore of Gatehouse itself.`,
  'mail-domain-form': () => 'This is no e-mail domain, as example.com.',
  'settings-form': () => 'Settings are an object of fields.',
  'settings-too-deep': ({ most }) => `Settings have at most ${most} levels.`,
  'settings-too-many': ({ most }) => `There are at most ${most} values in one place.`,
  'setting-form': ({ most }) =>
    `A setting is a text of at most ${most} characters, a number, true, false, a list or an object.`,
  'setting-name-form': () => 'The name of a setting has 1 to 60 letters and digits, and begins with a letter.',
  'connector-domain-taken': ({ domain, connector }) => `The connector ${connector} has the domain ${domain} already.`,
  'connector-kind-unknown': ({ kind, known }) => `There is no kind of connector ${kind}. ${possible(known)}`,
  'connector-setting-unused': ({ setting, kind }) =>
    setting === 'rules.maxAge'
      ? `A connector of the kind ${kind} has no use for ${setting}: each sign-in proves the password anew.`
      : `A connector of the kind ${kind} has no use for ${setting}: people sign in on pages of its own.`,
  'connector-kind-fixed': ({ connector, kind }) =>
    `The connector ${connector} stays of the kind ${kind}, since its users are known by ids of that protocol. Create another connector.`,
  'connector-preset-unknown': ({ preset, kind, known }) =>
    `A connector of the kind ${kind} has no preset ${preset}. ${possible(known)}`,
  'required-field-not-asked': ({ field }) => `People cannot be asked for ${field}.`,
  'write-back-no-profile': ({ field }) =>
    `${field} is not written back: only fields of the profile are, since others identify somebody or decide about access.`,
  'write-back-not-mapped': ({ field }) => `The mapping has no rule for ${field}, so there is nothing to write back.`,
  'write-back-not-plain': ({ field }) =>
    `${field} is not written back: that takes exactly one rule { field: ${field}, from: CLAIM }, without pattern, to and case.`,
  'write-back-shared': ({ field, claim, other }) =>
    `${field} is not written back: the rule for ${other} reads ${claim}, too, and would change with it.`,
  'write-back-verifies': ({ field }) =>
    `${field} is not written back while the mapping says that it is verified: whoever changes it would say so themselves.`,
  'write-back-not-updated': ({ field }) =>
    `${field} is not written back: provisioning.update does not let the directory change it here.`,
  'write-back-not-written': ({ field, claim }) =>
    `${field} is not written back: this connector does not write ${claim}. It needs a service account (bindDn), and no value that identifies somebody or decides about an account is written.`,
  'write-back-password': ({ most }) =>
    most === 'never'
      ? 'This connector sets no passwords: see subject.passwordChange.'
      : `This connector can at most do ${most}: a reset needs a service account (bindDn).`,
  'field-elsewhere': ({ field, connector }) => `${field} comes from ${connector}. Change it there.`,
  'directory-not-written': ({ connector, fault }) => NOT_WRITTEN[fault](connector),
  'directory-password-not-set': ({ connector, fault }) => NOT_SET[fault](connector),
  'mapping-role-unknown': ({ role }) => `The mapping gives the role ${role}, which does not exist.`,
  'mapping-lists-own-permission': ({ kind, name, permission }) =>
    `The ${kind} ${name} holds ${permission} at Gatehouse itself, so a mapping must name it by an exact or dn rule.`,
  'linking-trusts-addresses': () =>
    'Only an administrator may create or change a connector that is trusted for e-mail addresses: it signs in the owners of existing accounts.',
  'own-keys-none': ({ connector }) => `The connector ${connector} has no keys of its own: its kind needs none.`,
  'own-keys-step': ({ connector, step }) => ownKeysStep[step](connector),
  'mapping-gives-more': ({ access }) => `The mapping would give ${access}, which you do not hold.`,
} as const satisfies Partial<Sentences>;

const NOT_WRITTEN: FaultWords<'directory-not-written'> = {
  moved: (connector) => `Nothing was changed: ${connector} has another value by now. Look at it, and change it again.`,
  'not-allowed': (connector) => `Nothing was changed: ${connector} does not allow this change. Change it there.`,
  'value-refused': (connector) => `Nothing was changed: ${connector} does not accept this value.`,
  refused: (connector) => `Nothing was changed: ${connector} refused it. The log has its code.`,
  unanswered: (connector) => `${connector} did not answer: the values there may have been changed. Look again later.`,
  'several-values': (connector) =>
    `Nothing was changed: ${connector} has several values for this field. Change it there.`,
  barred: (connector) => `Nothing was changed: the account at ${connector} is locked, disabled or gone.`,
  unavailable: (connector) => `Nothing was changed: ${connector} could not be reached. Try again later.`,
  'not-read': (connector) => `The change was made at ${connector}. It appears here with the next sign-in.`,
};

const NOT_SET: FaultWords<'directory-password-not-set'> = {
  'too-short': (connector) => `Nothing was changed: ${connector} asks for a longer password.`,
  'too-long': (connector) => `Nothing was changed: ${connector} asks for a shorter password.`,
  'too-simple': (connector) => `Nothing was changed: ${connector} finds this password too easy to guess.`,
  'against-rules': (connector) => `Nothing was changed: the password is against the rules of ${connector}.`,
  'used-before': (connector) => `Nothing was changed: the user has had this password at ${connector} before.`,
  'too-young': (connector) => `Nothing was changed: the password at ${connector} was changed a short time ago.`,
  'change-not-allowed': (connector) =>
    `Nothing was changed: ${connector} does not let its service account set this password.`,
  refused: (connector) => `Nothing was changed: ${connector} did not accept the password. The log has its code.`,
  unanswered: (connector) => `${connector} did not answer: the new password may be set or not. Set it again.`,
  barred: (connector) => `Nothing was changed: the account at ${connector} is gone.`,
  unavailable: (connector) => `Nothing was changed: ${connector} could not be reached. Try again later.`,
};

const possible = (known: readonly string[]): string =>
  known.length > 0 ? `Possible: ${known.join(', ')}.` : 'None is possible.';

/** Why a step of a roll-over has nothing to do. */
const ownKeysStep = {
  prepare: (connector: string) => `The connector ${connector} has a next key already. Activate that first.`,
  activate: (connector: string) => `The connector ${connector} has no next key. Prepare one first.`,
  retire: (connector: string) => `The connector ${connector} has no former key.`,
};
