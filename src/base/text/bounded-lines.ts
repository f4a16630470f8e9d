/**
 * The lines of a UTF-8 text, one at a time. A line beyond `most` characters, or one that is not UTF-8, comes as undefined, and is not
 * held in memory. A byte order mark is left out.
 */
export async function* boundedLines(
  chunks: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<string | undefined> {
  // A line of that many characters has at most three bytes for each, and a carriage return.
  const mostBytes = most * 3 + 1;
  let held: Uint8Array[] = [];
  let length = 0;
  let isFirst = true;
  const line = (): string | undefined => {
    const text = length > mostBytes ? undefined : decoded(Buffer.concat(held))?.replace(/\r$/, '');
    const shown = isFirst ? text?.replace(/^\uFEFF/, '') : text;
    [held, length, isFirst] = [[], 0, false];
    return shown !== undefined && shown.length <= most ? shown : undefined;
  };
  const hold = (part: Uint8Array): void => {
    length += part.length;
    if (length <= mostBytes) held.push(part);
    else held = [];
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      hold(chunk.subarray(from, end));
      yield line();
      from = end + 1;
    }
    hold(chunk.subarray(from));
  }
  if (length > 0) yield line();
}

const NEWLINE = 0x0a;

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
