import { SETTINGS } from './settings.js';

/** The settings as a page of Markdown: the output of `gatehouse help settings`, and exactly `docs/settings.md`. */
export function settingsPage(): string {
  const sections = Object.entries(SETTINGS).map(([name, setting]) =>
    [
      `## ${name}`,
      '',
      setting.about,
      '',
      `- default: ${'default' in setting ? `\`${setting.default}\`` : 'none; the setting is optional'}`,
      `- example: \`${setting.example}\``,
      '',
    ].join('\n'),
  );
  return [
    '# Settings',
    '',
    'Environment variables. One that is unknown, empty or wrong stops the start with a sentence that names it.',
    'This page is made by `gatehouse help settings` from `src/config/settings.ts`.',
    '',
    ...sections,
  ].join('\n');
}
