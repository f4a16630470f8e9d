import type { Context } from 'koa';
import { type Asset, type Brand, enhancements, mark, styles } from '#views/assets.js';

/** The path of static files, below the issuer's path. */
export const ASSETS_FOLDER = '/assets';

const ours = new Map([styles, enhancements, mark].map((asset) => [asset.name, asset]));

/** Responds with such a file, if it exists. Its name changes with its content, so browsers may cache it for a year. */
export function sendAsset(
  ctx: Context,
  name: string,
  { styles: sheet, logo, logoDark }: Brand,
  more: readonly Asset[],
): void {
  const own = [sheet, logo, logoDark, ...more].filter((asset) => asset !== undefined);
  const asset = ours.get(name) ?? own.find((one) => one.name === name);
  if (asset) return send(ctx, asset, 'public, max-age=31536000, immutable');
  // A page from another process, or from before a change, names another version: then the current one is sent.
  const current = own.find((one) => withoutDigest(one.name) === withoutDigest(name));
  if (current) send(ctx, current, 'no-store');
}

function send(ctx: Context, { type, body }: Asset, cacheControl: string): void {
  ctx.set('Cache-Control', cacheControl);
  ctx.type = type;
  ctx.body = body;
}

const withoutDigest = (name: string): string => name.replace(/\.[0-9a-f]{16}\./, '.');
