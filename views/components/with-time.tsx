import type { Locale } from '../../src/base/locale.js';
import { moment } from './moment.js';

interface WithTimeProps {
  /** A text with the moment in it. */
  readonly text: (when: string) => string;
  /** In milliseconds. */
  readonly at: number;
  readonly locale: Locale;
  /** The person's time zone (IANA). Absent: UTC, until a script writes it in the browser's. */
  readonly zone: string | undefined;
}

/** A character that no text has. */
const PLACE = '\uFFFC';

/** A text with a moment in it, which programs can read too. */
export function WithTime({ text, at, locale, zone }: WithTimeProps) {
  const [before, after] = text(PLACE).split(PLACE);
  return (
    <>
      {before}
      <time dateTime={new Date(at).toISOString()} {...(zone === undefined && { 'data-local': true })}>
        {moment(at, locale, zone)}
      </time>
      {after}
    </>
  );
}
