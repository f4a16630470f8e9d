interface FieldProps {
  /** Also the id, so it must be unique on the page. */
  readonly name: string;
  readonly label: string;
  /** A hint below the field, which screen readers read with it. */
  readonly hint?: string;
  /** The page's error concerns this field. */
  readonly wrong?: boolean;
  /** The error of this field, shown beside it and read out with it. */
  readonly fault?: string | undefined;
  /** For a password: the label of the button that reveals it, if scripts run. */
  readonly show?: string;
  readonly input: Input;
}

/** The HTML attributes that our fields use. */
interface Input {
  /** `lines` is a text area. */
  readonly type: 'text' | 'password' | 'lines';
  /** Lets browsers and password managers fill the field (WCAG 2.2, 1.3.5). */
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
  readonly readOnly?: boolean;
  readonly autofocus?: boolean;
  readonly value?: string;
  readonly maxLength?: number;
  readonly autocapitalize?: 'none';
  readonly autocorrect?: 'off';
  readonly spellcheck?: boolean;
  readonly inputMode?: 'numeric' | 'email' | 'tel' | 'url';
}

/** A field with its label, hint and error, linked to the page's error (see ErrorNote). */
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
