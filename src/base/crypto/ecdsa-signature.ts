/** The length of r and of s for P-256, in bytes. */
const SIZE = 32;
const SEQUENCE = 0x30;
const INTEGER = 0x02;

/**
 * Converts an ECDSA signature for P-256 from DER (RFC 3279 2.2.3) to the form of JOSE (RFC 7518 3.4): r and s, each in 32 bytes.
 * Node converts it too (`ieee-p1363`), for more than the signature itself costs.
 *
 * @throws RangeError for anything but a DER signature of this size
 */
export function joseSignature(der: Uint8Array): Buffer<ArrayBuffer> {
  const jose = Buffer.alloc(2 * SIZE);
  // Both numbers fit into 35 bytes, so that every length has one byte.
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2) throw notDer();
  const next = copyInteger(der, 2, jose, SIZE);
  if (copyInteger(der, next, jose, 2 * SIZE) !== der.length) throw notDer();
  return jose;
}

/** Copies the integer at `from` so that it ends at `end`. Returns where the next element begins. */
function copyInteger(der: Uint8Array, from: number, jose: Uint8Array, end: number): number {
  const length = der[from + 1] ?? 0;
  const start = from + 2;
  const after = start + length;
  if (der[from] !== INTEGER || length === 0 || after > der.length) throw notDer();
  // A number whose highest bit is set has a zero before it; one with few bits is short.
  const first = der[start] === 0 && length > 1 ? start + 1 : start;
  if ((der[start] ?? 0) >= 0x80 || after - first > SIZE) throw notDer();
  jose.set(der.subarray(first, after), end - (after - first));
  return after;
}

const notDer = (): RangeError => new RangeError('This is not a P-256 signature in DER.');

/** The same in DER; undefined unless it has 64 bytes. Node verifies `ieee-p1363` too, in half as much time again. */
export function derSignature(jose: Uint8Array): Buffer | undefined {
  if (jose.length !== 2 * SIZE) return undefined;
  const both = [...integer(jose.subarray(0, SIZE)), ...integer(jose.subarray(SIZE))];
  return Buffer.from([SEQUENCE, both.length, ...both]);
}

/** Without leading zeros, but one where the highest bit would mean a negative number. */
function integer(bytes: Uint8Array): number[] {
  const start = bytes.findIndex((byte) => byte !== 0);
  const value = start < 0 ? [0] : [...bytes.subarray(start)];
  if ((value[0] ?? 0) >= 0x80) value.unshift(0);
  return [INTEGER, value.length, ...value];
}
