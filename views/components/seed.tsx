import type { Texts } from '../locales/en.js';

/** The secret for an authenticator app. */
export interface SeedShown {
  /** The seed, in base32. */
  readonly seed: string;
  /** The complete `otpauth:` URL as a QR code: its width in modules, and an SVG path of the dark modules. */
  readonly picture: { readonly size: number; readonly path: string };
}

/** The light margin around a QR code, in modules (ISO 18004). */
const QUIET = 4;

/** Shows a seed to scan or to type. */
export function Seed({ seed, picture, texts }: SeedShown & { readonly texts: Texts }) {
  const words = texts.secondFactor.enrol;
  const width = picture.size + 2 * QUIET;
  return (
    <>
      <p>{words.scan}</p>
      <svg
        class="picture"
        role="img"
        aria-label={words.picture}
        viewBox={`${-QUIET} ${-QUIET} ${width} ${width}`}
        shape-rendering="crispAssignments"
      >
        <rect x={-QUIET} y={-QUIET} width={width} height={width} fill="#ffffff" />
        <path d={picture.path} fill="#000000" />
      </svg>
      <p class="seed">
        {words.type} <code>{seed.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code>
      </p>
    </>
  );
}
