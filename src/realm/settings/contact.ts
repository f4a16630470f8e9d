import { z } from 'zod';
import { refusedAs } from '../../base/problems/read-input.js';
import { lineInput } from '../../base/text/text-input.js';

/** A mailto: address without content, or an https: page; our pages link to nothing else. */
const link = z
  .string()
  .max(500)
  .refine((text) => MAIL.test(text) || isPage(text), refusedAs('contact-link-form', {}));

const MAIL = /^mailto:[\w.!#$'*+/=^`{|}~-]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i;

function isPage(text: string): boolean {
  if (!/^https:\/\/[\x21-\x7e]+$/.test(text)) return false;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.username === '' && url.password === '';
}

/** The contact of a realm: a text, a link, or both. */
export const contact = z
  .strictObject({
    text: lineInput('contact', 200).pipe(z.string().min(1)).exactOptional(),
    link: link.exactOptional(),
  })
  .refine(({ text, link }) => text !== undefined || link !== undefined, refusedAs('contact-empty', {}));

export type Contact = z.infer<typeof contact>;
