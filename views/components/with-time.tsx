import type { Locale } from '../../src/base/locale.js';
import { moment } from './moment.js';

interface WithTimeProps {
  /** A text that contains the time. */
  readonly text: (when: string) => string;
  /** In milliseconds. */
  readonly at: number;
  readonly locale: Locale;
  /** The user's time zone (IANA). Absent: UTC, until a script shows the browser's time zone. */
  readonly zone: string | undefined;
}

/** A character that no text contains. */
const PLACE = '\uFFFC';

/** A text with a machine-readable time in it. */
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
