import { z } from 'zod';
import { problem, type Problem } from '../../base/problems/problem.js';
import { refusing } from '../../base/problems/read-input.js';
import { svgFault } from './svg.js';

/** The size of the image itself in bytes: it is stored in the realm's settings. */
export const LOGO_LIMIT = 64 * 1024;

export type LogoType = 'image/svg+xml' | 'image/png' | 'image/jpeg' | 'image/webp';

/**
 * An image as a `data:` URL. It is served from our own origin, since another origin would learn who signs
 * in and when. Its content must match its type.
 */
export const picture = z.string().superRefine(refusing(faultOf));

/** The same, or the word for none. */
export const pictureOr = (word: string) =>
  z.string().superRefine(refusing((url) => (url === word ? undefined : faultOf(url))));

/** The image in a URL that has passed {@link picture}. */
export function pictureOf(url: string): { readonly type: LogoType; readonly body: Buffer } | undefined {
  const [, type, base64] = /^data:(image\/(?:svg\+xml|png|jpeg|webp));base64,([A-Za-z0-9+/]+={0,2})$/.exec(url) ?? [];
  return type === undefined || base64 === undefined
    ? undefined
    : { type: type as LogoType, body: Buffer.from(base64, 'base64') };
}

function faultOf(url: string): Problem | undefined {
  const picture = pictureOf(url);
  if (!picture) return problem('picture-form', [], {});
  const { type, body } = picture;
  if (body.length > LOGO_LIMIT) return problem('picture-too-large', [], { bytes: body.length, most: LOGO_LIMIT });
  if (type === 'image/svg+xml') return svgFault(body);
  return begins[type](body) ? undefined : problem('picture-other-type', [], { type });
}

const begins: Record<Exclude<LogoType, 'image/svg+xml'>, (body: Buffer) => boolean> = {
  'image/png': (body) => body.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex')),
  'image/jpeg': (body) => body.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex')),
  'image/webp': (body) => body.toString('latin1', 0, 4) === 'RIFF' && body.toString('latin1', 8, 12) === 'WEBP',
};
