/** A QR code to draw: its width in modules, and an SVG path of the dark modules. */
export interface QrCode {
  readonly size: number;
  readonly path: string;
}

/** Encodes a text. The library is loaded on first use. */
export async function drawn(text: string): Promise<QrCode> {
  const { create } = await import('qrcode');
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
  const dark = [...data.keys()].filter((at) => data[at]);
  return { size, path: dark.map((at) => `M${at % size} ${Math.floor(at / size)}h1v1h-1z`).join('') };
}
