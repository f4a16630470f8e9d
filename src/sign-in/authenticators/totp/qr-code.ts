/** A QR code to be drawn: so many modules wide, and an SVG path over the dark ones. */
export interface QrCode {
  readonly size: number;
  readonly path: string;
}

/** Of this text. The library is loaded by the first who needs one. */
export async function drawn(text: string): Promise<QrCode> {
  const { create } = await import('qrcode');
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
  const dark = [...data.keys()].filter((at) => data[at]);
  return { size, path: dark.map((at) => `M${at % size} ${Math.floor(at / size)}h1v1h-1z`).join('') };
}
