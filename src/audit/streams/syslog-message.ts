import type { Json, JsonObject } from '../../base/json.js';

/** Facility 13, "log audit" (RFC 5424 section 6.2.1). */
const FACILITY = 13;
const INFORMATIONAL = 6;
const WARNING = 4;
/** RFC 5424 section 7.3.1: the highest `sequenceId`; the count begins again after it. */
const MOST_SEQUENCE = 2_147_483_647;

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '-');

/**
 * A message of RFC 5424 with an event as JSON, in ASCII, so that no receiver needs to guess its encoding. Pure.
 *
 * @param host the name of the sender
 * @param event see `streamEvent`
 */
export function syslogMessage(host: string, event: JsonObject): string {
  const severity = event['outcome'] === 'failure' ? WARNING : INFORMATIONAL;
  const sequence = ((Number(event['sequence']) - 1) % MOST_SEQUENCE) + 1;
  return [
    `<${FACILITY * 8 + severity}>1`,
    textOf(event['at']),
    field(host, 255),
    'gatehouse',
    '-',
    field(textOf(event['kind']), 32),
    `[meta sequenceId="${sequence}"]`,
    asciiJson(event),
  ].join(' ');
}

/** A field of the header: printable ASCII without blanks (RFC 5424 section 6). */
const field = (text: string, most: number): string => text.replace(/[^\x21-\x7e]/g, '?').slice(0, most) || '-';

const asciiJson = (value: JsonObject): string =>
  JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** A message on a stream, after its number of bytes (octet counting, RFC 6587 section 3.4.1). */
export const framed = (message: string): string => `${Buffer.byteLength(message)} ${message}`;
