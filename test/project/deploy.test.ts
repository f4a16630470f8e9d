/** The examples in `deploy/` and docs/deployment.md are valid, as far as that can be checked without a container engine. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readAuditSecrets } from '../../src/config/audit-keys.js';
import { readConfig } from '../../src/config/config.js';
import { readSealingKeys } from '../../src/config/sealing-keys.js';
import { blocksOf, typed } from '../support/documents.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
}

test('compose.yaml runs two processes on one replica set, trusting the network that the proxy is in', async () => {
  const compose = parse(await read('deploy/compose.yaml'), { merge: true }) as {
    readonly services: Readonly<Record<string, Service>>;
    readonly networks: { readonly inside: { readonly ipam: { readonly config: readonly { subnet: string }[] } } };
    readonly volumes: Readonly<Record<string, unknown>>;
  };
  const { services } = compose;
  const ours = Object.entries(services).filter(([, { image }]) => image === 'gatehouse');
  expect(ours.map(([name]) => name)).toEqual(['bootstrap', 'gatehouse-1', 'gatehouse-2']);
  for (const [, { environment = {} }] of ours) {
    const config = readConfig(environment);
    expect(config.store).toEqual({ kind: 'mongodb', url: 'mongodb://mongo:27017/gatehouse?replicaSet=rs0' });
    expect(config.trustedProxies).toEqual([compose.networks.inside.ipam.config[0]?.subnet]);
  }
  expect(services['mongo']?.command).toEqual(expect.arrayContaining(['--replSet', 'rs0']));
  const named = Object.values(services).flatMap(({ volumes = [] }) => volumes.map((at) => at.split(':')[0] ?? ''));
  expect([...new Set(named.filter((at) => !at.startsWith('.')))].sort()).toEqual(Object.keys(compose.volumes).sort());
  for (const name of ['gatehouse-1', 'gatehouse-2']) {
    expect(await read('deploy/nginx.conf')).toContain(`server ${name}:3000;`);
  }
});

test('nginx takes the configuration of its proxy', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-deploy-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const made = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost';
  await run('openssl', [...made.split(' '), '-keyout', key, '-out', certificate]);
  const written = (await read('deploy/nginx.conf'))
    .replace(/ssl_certificate .*;/, `ssl_certificate ${certificate};`)
    .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${key};`)
    // Names that only the network of the containers knows.
    .replace(/gatehouse-[12]:/g, '127.0.0.1:');
  const file = join(folder, 'nginx.conf');
  await writeFile(file, `pid ${join(folder, 'pid')};\n${written}`);
  const { stderr } = await run('/usr/sbin/nginx', ['-t', '-c', file, '-p', folder, '-e', 'stderr']);
  expect(stderr).toContain('syntax is ok');
  await rm(folder, { recursive: true });
});

test('the unit of systemd names settings that there are, and systemd takes it', async () => {
  const unit = await read('deploy/gatehouse.service');
  const set = [...unit.matchAll(/^Environment=(GATEHOUSE_\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  expect(readConfig(Object.fromEntries(set) as Record<string, string>)).toMatchObject({ port: 3000 });
  const program = '/usr/bin/systemd-analyze';
  if (!existsSync(program)) return;
  const { stdout, stderr } = await run(program, ['verify', join(root, 'deploy/gatehouse.service')]).catch(
    (error: unknown) => error as { stdout: string; stderr: string },
  );
  // Messages about the machine's other units and files are ignored.
  const about = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('gatehouse.service:'));
  expect(about.filter((line) => !/not executable|Failed to/.test(line))).toEqual([]);
});

test('the fragment for Kubernetes is YAML, and gives keys with a mode that is taken', async () => {
  const [block = ''] = blocksOf(await read('docs/deployment.md'), 'yaml kubernetes');
  expect(parse(block, { version: '1.1' })).toMatchObject({
    spec: { volumes: [{ secret: { defaultMode: 0o440 } }], securityContext: { fsGroup: 1000 } },
  });
});

test('the Secret for Kubernetes has both keys that Gatehouse looks for', async () => {
  const [block = ''] = blocksOf(await read('docs/deployment.md'), 'sh run secret');
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-secret-'));
  expect(await typed(`kubectl() { echo "$@"; }\ncd "${folder}"\n${block}`, {})).toBe(
    'create secret generic gatehouse-keys --from-file=0001.key --from-file=0001.audit-key\n',
  );
  // As the volume gives them.
  for (const name of ['0001.key', '0001.audit-key']) await chmod(join(folder, name), 0o440);
  expect(await readSealingKeys(folder)).toMatchObject([{ id: '0001' }]);
  expect(await readAuditSecrets(folder)).toMatchObject([{ id: '0001' }]);
  await rm(folder, { recursive: true });
});
