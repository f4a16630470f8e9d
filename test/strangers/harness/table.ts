import type { Result } from './try-stranger.js';

/** The table and the closing lines. */
export function tableOf(results: readonly Result[]): string {
  const rows = results.map(({ name, failure, set }) => [
    name,
    failure === undefined ? 'yes' : `no: ${failure.split('\n')[0] ?? ''}`,
    set.length === 0 ? 'nothing' : set.join('; '),
  ]);
  const lines = [['application', 'first try', 'what was set'], ['---', '---', '---'], ...rows];
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  const signing = results.filter(({ kind }) => kind === 'signs people in');
  const bare = signing.filter(({ failure, set }) => failure === undefined && set.length === 0);
  return [
    ...lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`),
    '',
    `Of ${signing.length} that sign people in, issuer, client id and secret, and redirect URI suffice for ${bare.length}.`,
    `${results.length - failed} passed, ${failed} failed`,
  ].join('\n');
}
