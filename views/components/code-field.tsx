interface CodeFieldProps {
  readonly label: string;
  readonly failed: boolean;
  readonly hint?: string;
  /**
   * Only six digits, while an app is being set up; phones show the numeric keypad. The field takes no focus, because the
   * instructions and errors are above it.
   */
  readonly digits?: boolean;
}

/** The field for a one-time code. */
export function CodeField({ label, failed, hint, digits = false }: CodeFieldProps) {
  const describedBy = [failed && 'error', hint !== undefined && 'code-hint'].filter((id) => id !== false).join(' ');
  return (
    <>
      <label for="code">{label}</label>
      <input
        id="code"
        name="code"
        type="text"
        autocomplete="one-time-code"
        inputmode={digits ? 'numeric' : 'text'}
        autocapitalize="none"
        autocorrect="off"
        spellcheck={false}
        required
        maxLength={40}
        autofocus={!digits}
        {...(failed && { 'aria-invalid': true })}
        {...(describedBy !== '' && { 'aria-describedby': describedBy })}
      />
      {hint !== undefined && (
        <p class="hint" id="code-hint">
          {hint}
        </p>
      )}
    </>
  );
}
