/**
 * Runs slapd on a folder until it is told to end: `node directory.mjs FOLDER URL`. slapd never outlives this process, however it ends: a shell
 * beside it waits for the end of its own input.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const GUARD = `exec 3<&0
"$@" </dev/null & pid=$!
(cat <&3 >/dev/null; kill $pid) 2>/dev/null &
wait $pid`;

const [folder = '', url = ''] = process.argv.slice(2);
const slapd = ['slapd', '-d', '0', '-f', join(folder, 'slapd.conf'), '-h', url];
const guard = spawn('/bin/sh', ['-c', GUARD, 'sh', ...slapd], {
  env: { PATH: `${process.env.PATH}:/usr/sbin` },
  stdio: ['pipe', 'inherit', 'inherit'],
});
let isEnding = false;
process.once('SIGTERM', () => {
  isEnding = true;
  guard.stdin.end();
});
guard.once('exit', (code) => process.exit(isEnding ? 0 : (code ?? 1)));
