/**
 * The fields of one line of CSV (RFC 4180), as it is; undefined if a quote is out of place. A field has no line break. Pure.
 */
export function csvFields(line: string): readonly string[] | undefined {
  const fields: string[] = [];
  let rest = line;
  for (;;) {
    const field = /^(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/.exec(rest);
    if (!field) return undefined;
    const [whole, quoted, plain = '', end] = field;
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '') return fields;
    rest = rest.slice(whole.length);
  }
}
