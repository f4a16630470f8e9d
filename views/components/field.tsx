interface FieldProps {
  /** Its id too: no other field of the page has it. */
  readonly name: string;
  readonly label: string;
  /** What to type, below the field, and read out with it. */
  readonly hint?: string;
  /** The error of the page is about what was typed here. */
  readonly wrong?: boolean;
  readonly input: Input;
}

/** Of the field's own attributes what ours need. */
interface Input {
  readonly type: 'text' | 'password';
  /** So that browsers and password managers fill it (WCAG 2.2, 1.3.5). */
  readonly autocomplete: 'username' | 'current-password' | 'new-password' | 'one-time-code' | 'email' | 'off';
  readonly required?: boolean;
  readonly autofocus?: boolean;
  readonly value?: string;
  readonly maxLength?: number;
  readonly autocapitalize?: 'none';
  readonly autocorrect?: 'off';
  readonly spellcheck?: boolean;
  readonly inputMode?: 'numeric' | 'email';
}

/** A field with its label, its hint and its part in the page's error (see ErrorNote). */
export function Field({ name, label, hint, wrong = false, input }: FieldProps) {
  const describedBy = [...(wrong ? ['error'] : []), ...(hint === undefined ? [] : [`${name}-hint`])].join(' ');
  const { type, ...rest } = input;
  const attributes = {
    ...{ id: name, name, ...rest },
    ...(wrong && { 'aria-invalid': true }),
    ...(describedBy !== '' && { 'aria-describedby': describedBy }),
  };
  return (
    <>
      <label for={name}>{label}</label>
      {type === 'password' ? <input type="password" {...attributes} /> : <input type="text" {...attributes} />}
      {hint !== undefined && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
    </>
  );
}
