import type { Texts } from '../locales/en.js';
import { Field } from './field.js';

interface NewPasswordProps {
  readonly texts: Texts;
  /** For password managers, which store the new password under this username. */
  readonly username: string;
  /** The input was refused; the element `error` gives the reason. */
  readonly wrong: boolean;
}

/** Two fields for a new password. */
export function NewPassword({ texts, username, wrong }: NewPasswordProps) {
  const words = texts.account.password;
  return (
    <>
      <input type="text" name="username" value={username} autocomplete="username" readonly hidden />
      <Field
        name="password"
        label={words.next}
        hint={words.rule}
        wrong={wrong}
        show={texts.form.showPassword}
        input={{ type: 'password', autocomplete: 'new-password', required: true, autofocus: true }}
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
