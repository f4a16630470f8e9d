interface FieldProps {
  /** Its id too: no other field of the page has it. */
  readonly name: string;
  readonly label: string;
  /** What to type, below the field, and read out with it. */
  readonly hint?: string;
  /** The error of the page is about what was typed here. */
  readonly wrong?: boolean;
  /** What is wrong with this field alone; said at it, and read out with it. */
  readonly fault?: string | undefined;
  /** For a password: the words of the button that shows what is typed, where scripts run. */
  readonly show?: string;
  readonly input: Input;
}

/** Of the field's own attributes what ours need. */
interface Input {
  /** `lines`: as many as one likes. */
  readonly type: 'text' | 'password' | 'lines';
  /** So that browsers and password managers fill it (WCAG 2.2, 1.3.5). */
  readonly autocomplete:
    | 'username'
    | 'current-password'
    | 'new-password'
    | 'one-time-code'
    | 'email'
    | 'name'
    | 'given-name'
    | 'additional-name'
    | 'family-name'
    | 'nickname'
    | 'bday'
    | 'sex'
    | 'photo'
    | 'url'
    | 'language'
    | 'tel'
    | 'street-address'
    | 'address-level1'
    | 'address-level2'
    | 'postal-code'
    | 'country-name'
    | 'off';
  readonly required?: boolean;
  readonly autofocus?: boolean;
  readonly value?: string;
  readonly maxLength?: number;
  readonly autocapitalize?: 'none';
  readonly autocorrect?: 'off';
  readonly spellcheck?: boolean;
  readonly inputMode?: 'numeric' | 'email' | 'tel' | 'url';
}

/** A field with its label, its hint, what is wrong with it and its part in the page's error (see ErrorNote). */
export function Field({ name, label, hint, wrong = false, fault, show, input }: FieldProps) {
  const describedBy = [
    ...(wrong ? ['error'] : []),
    ...(fault === undefined ? [] : [`${name}-fault`]),
    ...(hint === undefined ? [] : [`${name}-hint`]),
  ].join(' ');
  const { type, ...rest } = input;
  const attributes = {
    ...{ id: name, name, ...rest },
    ...((wrong || fault !== undefined) && { 'aria-invalid': true }),
    ...(describedBy !== '' && { 'aria-describedby': describedBy }),
  };
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {type === 'password' && <input type="password" {...attributes} data-show={show} />}
      {type === 'text' && <input type="text" {...attributes} />}
      {type === 'lines' && <textarea rows={3} {...attributes} />}
      {fault !== undefined && (
        <p class="fault" id={`${name}-fault`}>
          {fault}
        </p>
      )}
      {hint !== undefined && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
