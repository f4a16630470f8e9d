import type { Texts } from '../locales/en.js';

/** What an authenticator app is told. */
export interface SeedShown {
  /** The seed, in base32. */
  readonly seed: string;
  /** The same, with all that goes with it, as a QR code: so many modules wide, and an SVG path of the dark ones. */
  readonly picture: { readonly size: number; readonly path: string };
}

/** Around a QR code it must be light, so many modules wide (ISO 18004). */
const QUIET = 4;

/** A seed to scan, or to type. */
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
