import type { Texts } from '../locales/en.js';
import { Field } from './field.js';

interface NewPasswordProps {
  readonly texts: Texts;
  /** For password managers, which store the new password under this username. */
  readonly username: string;
  /** The input was refused; the element `error` gives the reason. */
  readonly wrong: boolean;
  /** A field stands before these two. */
  readonly isLater?: boolean;
  /** Another userstore keeps the password, so our rules do not apply. */
  readonly isElsewhere?: boolean;
}

/** Two fields for a new password. */
export function NewPassword({ texts, username, wrong, isLater = false, isElsewhere = false }: NewPasswordProps) {
  const words = texts.account.password;
  return (
    <>
      <input type="text" name="username" value={username} autocomplete="username" readonly hidden />
      <Field
        name="password"
        label={words.next}
        {...(!isElsewhere && { hint: words.rule })}
        wrong={wrong}
        show={texts.form.showPassword}
        input={{ type: 'password', autocomplete: 'new-password', required: true, autofocus: !isLater }}
      />
      <Field
        name="again"
        label={words.again}
        wrong={wrong}
        show={texts.form.showPassword}
        input={{ type: 'password', autocomplete: 'new-password', required: true }}
      />
    </>
  );
}
