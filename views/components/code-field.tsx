interface CodeFieldProps {
  readonly label: string;
  readonly failed: boolean;
  readonly hint?: string;
  /**
   * Six digits and nothing else, of an app that is being set up: a phone shows its digits to type. The page stays at its top,
   * since what to do first is told above, and so is what was wrong.
   */
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
