import { CancelButton } from './components/cancel-button.js';
import { ErrorNote } from './components/error-note.js';
import { Field } from './components/field.js';
import { PROFILE_FIELDS } from './components/profile-fields.js';
import { faultOf, hintOf } from './components/profile-words.js';
import { Layout, type Surroundings } from './layout.js';
import type { Texts } from './locales/en.js';

export interface CompleteProfileProps extends Surroundings {
  readonly action: string;
  /** Leads to the sign-in with another account. */
  readonly other: string;
  readonly csrf: string;
  readonly application: string;
  /** The account at the connector. */
  readonly upstream: { readonly connector: string; readonly name: string };
  readonly fields: readonly RequiredField[];
  readonly error?: keyof Texts['completeProfile']['errors'] | keyof Texts['form']['errors'];
}

interface RequiredField {
  /** The name of the input. */
  readonly input: string;
  /** As mappings name it: `email`, `givenName`, `address.locality`, `attributes.department`. */
  readonly field: string;
  /** As typed. */
  readonly value: string;
  readonly fault?: 'missing' | 'unfit';
}

/** Asks for the fields that a new account requires. */
export function CompleteProfile(props: CompleteProfileProps) {
  const { texts, action, other, csrf, application, upstream, fields, error } = props;
  const words = texts.completeProfile;
  const focused = fields.find(({ fault }) => fault !== undefined) ?? (error === undefined ? fields[0] : undefined);
  return (
    <Layout {...props} title={words.title} failed={error !== undefined}>
      <p class="purpose">{texts.signIn.toContinue(application)}</p>
      <p class="note">{texts.linkAccount.signedInAt(upstream.connector, upstream.name)}</p>
      {error && (
        <ErrorNote focused={focused === undefined}>{{ ...words.errors, ...texts.form.errors }[error]}</ErrorNote>
      )}
      <p>{words.explains}</p>
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf} />
        {fields.map((required) => {
          const { label, hint, unfit, attributes } = inWords(required.field, texts);
          const { input, value, fault } = required;
          return (
            <Field
              key={input}
              name={input}
              label={label}
              fault={fault === undefined ? undefined : fault === 'missing' ? words.missing : unfit}
              {...(hint !== undefined && { hint })}
              input={{ ...attributes, value, required: true, autofocus: required === focused }}
            />
          );
        })}
        <button type="submit">{words.submit}</button>
        <CancelButton texts={texts} />
      </form>
      <p>
        <a href={other}>{texts.chooseAccount.other}</a>
      </p>
    </Layout>
  );
}

type Attributes = Pick<Parameters<typeof Field>[0]['input'], 'type' | 'autocomplete' | 'maxLength' | 'inputMode'>;

interface FieldWords {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly unfit: string;
  readonly attributes: Attributes;
}

const LONGEST_ATTRIBUTE = 1000;

/** An attribute is shown by its name. */
function inWords(field: string, { account, completeProfile }: Texts): FieldWords {
  const words = account.profile;
  if (field === 'email') {
    const attributes = { type: 'text', autocomplete: 'email', maxLength: 320, inputMode: 'email' } as const;
    return { label: completeProfile.email, unfit: completeProfile.emailFault, attributes };
  }
  const key = field.replace(/^(address|attributes)\./, '');
  const known = field.startsWith('attributes.') ? undefined : KNOWN.find(({ name }) => name === key);
  if (!known) {
    const attributes = { type: 'text', autocomplete: 'off', maxLength: LONGEST_ATTRIBUTE } as const;
    return { label: key, unfit: words.faults.line(LONGEST_ATTRIBUTE), attributes };
  }
  const { name, kind, most, autocomplete, inputMode } = known;
  return {
    label: words.fields[name],
    hint: hintOf(kind, words),
    unfit: faultOf(kind, most, words),
    attributes: {
      type: kind === 'lines' ? 'lines' : 'text',
      autocomplete,
      maxLength: most,
      ...(inputMode && { inputMode }),
    },
  };
}

const KNOWN = PROFILE_FIELDS.flatMap(({ fields }) => fields);
