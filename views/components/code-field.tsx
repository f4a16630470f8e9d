interface CodeFieldProps {
  readonly label: string;
  readonly failed: boolean;
  readonly hint?: string;
  /** Six digits and nothing else: a phone shows its digits to type. */
  readonly digits?: boolean;
}

/** Where a one-time code is typed. */
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
        autofocus
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
