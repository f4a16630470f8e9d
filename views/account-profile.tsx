import { AccountFrame, type AccountSurroundings } from './account-frame.js';
import { Field } from './components/field.js';
import { PROFILE_FIELDS, type ProfileField, type ProfileTyped } from './components/profile-fields.js';
import { faultOf, hintOf } from './components/profile-words.js';

export interface AccountProfileProps extends AccountSurroundings {
  readonly action: string;
  readonly csrf: string;
  /** The values of the fields. */
  readonly typed: ProfileTyped;
  /** Fields with an invalid value. */
  readonly wrong: readonly ProfileField[];
  /** Fields that the user can see but not change. */
  readonly fixed: readonly ProfileField[];
  /** Further fields of this kind, which a directory decides. `at`: its name. */
  readonly elsewhere?: { readonly fields: readonly ProfileField[]; readonly at: string };
  /** The stored phone number is verified. */
  readonly phoneVerified: boolean;
}

/** The profile fields that users may edit themselves. */
export function AccountProfile(props: AccountProfileProps) {
  const { texts, action, csrf, typed, wrong, fixed, elsewhere, phoneVerified } = props;
  const words = texts.account.profile;
  const isOpen = ({ name }: { readonly name: ProfileField }): boolean =>
    !fixed.includes(name) && elsewhere?.fields.includes(name) !== true;
  return (
    <AccountFrame {...props}>
      <p>{words.explains}</p>
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf} />
        <input type="hidden" name="form" value="save" />
        {PROFILE_FIELDS.filter(({ fields }) => fields.some(isOpen)).map(({ part, fields }) => (
          <section key={part} aria-labelledby={`part-${part}`}>
            <h2 id={`part-${part}`}>{words.parts[part]}</h2>
            <div class="fields">
              {fields.filter(isOpen).map(({ name, kind, most, autocomplete, inputMode }) => {
                const hint = kind === 'phone' && phoneVerified ? words.hints.phoneVerified : hintOf(kind, words);
                return (
                  <Field
                    key={name}
                    name={name}
                    label={words.fields[name]}
                    fault={wrong.includes(name) ? faultOf(kind, most, words) : undefined}
                    {...(hint !== undefined && { hint })}
                    input={{
                      type: kind === 'lines' ? 'lines' : 'text',
                      autocomplete,
                      value: typed[name] ?? '',
                      maxLength: most,
                      ...(inputMode && { inputMode }),
                    }}
                  />
                );
              })}
            </div>
          </section>
        ))}
        <button type="submit">{words.submit}</button>
      </form>
      {fixed.length > 0 && <ShownFields fields={fixed} why={words.fixed} typed={typed} names={words.fields} />}
      {elsewhere && elsewhere.fields.length > 0 && (
        <ShownFields fields={elsewhere.fields} why={words.elsewhere(elsewhere.at)} typed={typed} names={words.fields} />
      )}
    </AccountFrame>
  );
}

interface ShownFieldsProps {
  readonly fields: readonly ProfileField[];
  /** Why they can't be changed. */
  readonly why: string;
  readonly typed: ProfileTyped;
  readonly names: Readonly<Record<ProfileField, string>>;
}

function ShownFields({ fields, why, typed, names }: ShownFieldsProps) {
  return (
    <>
      <p class="hint">{why}</p>
      <dl>
        {fields.map((name) => (
          <>
            <dt>{names[name]}</dt>
            <dd>{typed[name] ?? '–'}</dd>
          </>
        ))}
      </dl>
    </>
  );
}
