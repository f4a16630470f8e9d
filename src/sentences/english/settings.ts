import type { Sentences } from '../sentences.js';

export const settingsSentences = {
  'audit-kind-form': () => 'Name a kind of audit record (sign-in), or all that begin alike (user.*), or all (*).',
  'audit-stream-name-form': () => 'A stream is named by 1 to 60 of the characters a-z, 0-9 and -, no - at an end.',
  'audit-streams-twice': () => 'Two streams have the same name.',
  'contact-link-form': () => 'A contact link is mailto: with one address, or an address that begins with https://.',
  'contact-empty': () => 'A contact has a text, a link, or both.',
  'argon2-work': ({ least }) =>
    `argon2MemoryKiB times argon2Passes must be at least ${least} (7168 KiB in 5 passes, or as much).`,
  'publishes-longer-than-signs': () =>
    'A key cannot be published for longer than the one before it signs (rotateEveryDays).',
  'idle-longer-than-absolute': () =>
    'A session cannot be allowed to lie idle for longer than it may last at all (absoluteSeconds).',
  'colour-form': () => 'Write a colour as #rrggbb, in hexadecimal.',
  'colour-contrast': ({ card, background, ratio, needed, readable }) =>
    `Its contrast on the ${card} page (${background}) is ${ratio} to 1, and text needs ${needed} to 1 ` +
    `(WCAG 2.2 AA). Take a ${card === 'light' ? 'darker' : 'lighter'} one: ${readable} would do.`,
  'picture-form': () =>
    'Write the picture itself: data:TYPE;base64,DATA, where TYPE is image/svg+xml, image/png, image/jpeg or image/webp.',
  'picture-too-large': ({ bytes, most }) =>
    `The picture has ${bytes} bytes, and may have ${most}. Pages show it 40 pixels high: make it smaller.`,
  'picture-other-type': ({ type }) => `The data is no ${type}.`,
  'drawing-not-utf8': () => 'The drawing is not UTF-8.',
  'drawing-unreadable': ({ rest }) => `The drawing cannot be read from here on: ${rest}`,
  'drawing-element': ({ element }) =>
    `The drawing has a <${element}>. Save it as plain SVG, without scripts, styles and links.`,
  'drawing-without-svg': () => 'The drawing does not begin with <svg>.',
  'drawing-references': ({ most }) =>
    `The drawing has more than ${most} of <use>, mask and clip-path. Draw each shape where it stands.`,
  'drawing-attribute': ({ attribute, value }) =>
    `The drawing has ${attribute}="${value}". Save it as plain SVG, without scripts, styles and links.`,
} as const satisfies Partial<Sentences>;
