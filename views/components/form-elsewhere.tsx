/** A form that leads to another site with what a program wrote; a person enters nothing. */
export function FormElsewhere({
  href,
  fields,
  button,
  isSentAtOnce = false,
}: {
  readonly href: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly button: string;
  /** The script of the page sends it. Without it, the person presses the button. */
  readonly isSentAtOnce?: boolean;
}) {
  return (
    <form method="post" action={href} {...(isSentAtOnce && { 'data-send': '' })}>
      {fields.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit">{button}</button>
    </form>
  );
}
