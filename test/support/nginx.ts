/** nginx before a server of a test's own, set up as `docs/proxy.md` says: TLS with a certificate made for the test ends there. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';

const PROGRAM = '/usr/sbin/nginx';
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

export interface Nginx {
  end(): Promise<void>;
}

interface Before {
  /** Where it listens, on localhost. */
  readonly port: number;
  /** Where the server listens, on 127.0.0.1. */
  readonly upstream: number;
  /** The address that its connections come from. */
  readonly from: string;
}

/** From now on this process also trusts the certificate, as a browser would one of an authority. */
export async function nginxBefore({ port, upstream, from }: Before): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-nginx-'));
  const certificate = await certificateIn(folder);
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), await readFile(certificate.file, 'utf8')]);
  const server = (await fragment('nginx'))
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port} ssl; listen [::1]:${port} ssl; proxy_bind ${from};`)
    .replace('server_name id.example.com;', 'server_name localhost;')
    .replace(/ssl_certificate .*;/, `ssl_certificate ${certificate.file};`)
    .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${certificate.key};`)
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${upstream}`);
  const paths = TEMPORARY.map((name) => `${name}_temp_path ${join(folder, name)};`).join(' ');
  const file = join(folder, 'nginx.conf');
  await writeFile(
    file,
    `pid ${join(folder, 'pid')}; error_log stderr; worker_processes 1; events {}\nhttp { access_log off; ${paths}\n${server}}\n`,
  );
  const nginx = spawn(PROGRAM, ['-c', file, '-p', folder, '-e', 'stderr', '-g', 'daemon off;'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  nginx.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const gone = once(nginx, 'exit');
  await Promise.race([
    listening(`https://localhost:${port}/readyz`),
    gone.then(() => {
      throw new Error(`nginx ended (scripts/test installs it; Debian: apt-get install nginx-light): ${said}`);
    }),
  ]);
  return {
    async end() {
      nginx.kill('SIGTERM');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function certificateIn(folder: string): Promise<{ readonly file: string; readonly key: string }> {
  const [file, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const wanted = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=localhost';
  const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  await promisify(execFile)('openssl', ['req', ...wanted.split(' '), ...names, '-keyout', key, '-out', file]);
  return { file, key };
}

/** The first fragment of this language on the page. */
async function fragment(language: string): Promise<string> {
  const page = await readFile(join(import.meta.dirname, '../../docs/proxy.md'), 'utf8');
  const [, found] = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(page) ?? [];
  if (found === undefined) throw new Error(`docs/proxy.md has no fragment for ${language}.`);
  return found;
}

async function listening(url: string): Promise<void> {
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
