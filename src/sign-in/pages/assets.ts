import type { Context } from 'koa';
import { mark, styles } from '#views/assets.js';

/** Where, below the issuer's path, the files lie that pages refer to. */
export const ASSETS_FOLDER = '/assets';

const byName = new Map([styles, mark].map((asset) => [asset.name, asset]));

/** Answers with such a file, if there is one. Its name changes with its content, so a browser may keep it for a year. */
export function sendAsset(ctx: Context, name: string): void {
  const asset = byName.get(name);
  if (!asset) return;
  ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
  ctx.type = asset.type;
  ctx.body = asset.body;
}
