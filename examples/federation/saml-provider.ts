/**
 * A SAML identity provider on this machine: SimpleSAMLphp (Debian: `simplesamlphp php-cli php-xml php-mbstring php-sqlite3`) on PHP's own server.
 * `node saml-provider.ts FOLDER PORT` runs what {@link writeSamlProvider} wrote, at 127.0.0.1.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';

const PHP = '/usr/bin/php';
const PROGRAM = '/usr/share/simplesamlphp';

export const hasSimpleSamlPhp = (): boolean =>
  existsSync(join(PROGRAM, 'www/saml2/idp/SSOService.php')) && existsSync(PHP);

/** Somebody who signs in there; each attribute has a list of values. */
export interface SamlPerson {
  readonly login: string;
  readonly password: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** The people of a university, with new passwords. The first one sells. */
export const makeStudents = (): readonly SamlPerson[] =>
  ['Sam Stone', 'Tess Thorn'].map((displayName, at) => {
    const login = displayName.split(' ')[0]?.toLowerCase() ?? '';
    const attributes = { uid: [login], displayName: [displayName], mail: [`${login}@university.example`] };
    const groups = at === 0 ? ['shop'] : [];
    return { login, password: randomBytes(9).toString('base64url'), attributes: { ...attributes, groups } };
  });

/** An application of the provider, which is a connector of Gatehouse. */
export interface ServiceProvider {
  /** What it says of itself: names, addresses, certificates, and what it wants signed. */
  readonly metadata: string;
  readonly encrypts?: boolean;
  /** Whether the response is signed, too. The assertion is signed if the metadata want that. */
  readonly signsResponse?: boolean;
  /** The end of its URI; default: that of the metadata. */
  readonly nameIdFormat?: 'persistent' | 'transient';
  /** The only way of sign-outs to it; default: those of the metadata, and redirects first. */
  readonly signsOutBy?: SamlBinding;
  /** Default: true. */
  readonly signsSignOuts?: boolean;
}

type SamlBinding = keyof typeof BINDINGS;

/** @param url without a slash at the end: where browsers find it */
export interface SamlProviderOptions {
  readonly url: string;
  readonly people: readonly SamlPerson[];
  readonly serviceProviders: readonly ServiceProvider[];
}

export const entityIdOf = (url: string): string => `${url}/saml2/idp/metadata.php`;

/** Writes its keys and configuration into a folder, or other people and applications into one that has them. */
export function writeSamlProvider(folder: string, { url, people, serviceProviders }: SamlProviderOptions): void {
  // Its names of people hang on secrets, which stay when it is written again.
  if (!existsSync(join(folder, 'config.php'))) writeProgram(folder, url);
  const users = Object.fromEntries(
    people.map(({ login, password, attributes }) => [`${login}:${password}`, attributes]),
  );
  php(join(folder, 'authsources.php'), 'config', { 'example-userpass': { 0: 'exampleauth:UserPass', ...users } });
  php(join(folder, 'metadata/saml20-idp-hosted.php'), 'metadata', {
    [entityIdOf(url)]: {
      ...{ host: '__DEFAULT__', privatekey: 'idp.key', certificate: 'idp.crt', auth: 'example-userpass' },
      ...{ 'signature.algorithm': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256' },
      ...{
        'validate.authnrequest': true,
        SingleSignOnServiceBinding: Object.values(BINDINGS),
        // Its cookies do not come along with a form of another site.
        SingleLogoutServiceBinding: BINDINGS.redirect,
      },
      authproc: {
        1: { class: 'saml:PersistentNameID', attribute: 'uid' },
        2: { class: 'saml:TransientNameID' },
        // Attributes by their object identifiers, as universities send them.
        3: { class: 'core:AttributeMap', 0: 'name2oid' },
      },
    },
  });
  const known = serviceProviders.map((sp) => remote(sp, readMetadata(folder, sp.metadata)));
  php(join(folder, 'metadata/saml20-sp-remote.php'), 'metadata', Object.fromEntries(known));
}

function writeProgram(folder: string, url: string): void {
  for (const name of ['metadata', 'cert', 'log', 'data', 'tmp', 'sessions'])
    mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  const key = ['-keyout', join(folder, 'cert/idp.key'), '-out', join(folder, 'cert/idp.crt'), '-subj', '/CN=idp'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', ...key], {
    stdio: 'ignore',
  });
  php(join(folder, 'config.php'), 'config', {
    ...{ baseurlpath: `${url}/`, certdir: `${folder}/cert/`, loggingdir: `${folder}/log/`, datadir: `${folder}/data/` },
    ...{ tempdir: `${folder}/tmp`, metadatadir: `${folder}/metadata/`, secretsalt: randomBytes(24).toString('hex') },
    ...{
      'auth.adminpassword': randomBytes(24).toString('hex'),
      'enable.saml20-idp': true,
      'admin.protectmetadata': false,
    },
    ...{ 'module.enable': { exampleauth: true, core: true, saml: true }, 'metadata.sources': [{ type: 'flatfile' }] },
    ...{
      'store.type': 'phpsession',
      'session.phpsession.savepath': `${folder}/sessions`,
      'session.cookie.secure': false,
    },
    // Names of its own, since a browser sends cookies to every port of a host.
    ...{ 'session.cookie.name': 'SamlSession', 'session.phpsession.cookiename': 'SamlPhp' },
    ...{ 'session.authtoken.cookiename': 'SamlAuthToken', 'session.cookie.samesite': 'Lax' },
    ...{
      'logging.handler': 'file',
      'logging.level': 7,
      timezone: 'UTC',
      'language.default': 'en',
      'theme.use': 'default',
    },
    ...{ technicalcontact_name: 'Nobody', technicalcontact_email: 'nobody@example.org', 'trusted.url.domains': [] },
    ...{
      'admin.checkforupdates': false,
      errorreporting: false,
      attributenamemapdir: '/etc/simplesamlphp/attributemap/',
    },
  });
}

const BINDINGS = {
  redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
  post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
} as const;

/** What SimpleSAMLphp reads in the metadata of an application. */
interface ReadMetadata {
  readonly entityid: string;
  readonly SingleLogoutService: readonly { readonly Binding: string; readonly Location: string }[];
}

function remote(sp: ServiceProvider, read: ReadMetadata): [string, object] {
  const { encrypts = false, signsResponse = false, signsSignOuts = true, nameIdFormat, signsOutBy } = sp;
  const signOuts = read.SingleLogoutService.filter(
    ({ Binding }) => signsOutBy === undefined || Binding === BINDINGS[signsOutBy],
  );
  return [
    read.entityid,
    {
      ...read,
      ...{ SingleLogoutService: signOuts, 'sign.logout': signsSignOuts, 'validate.logout': true },
      ...{ 'assertion.encryption': encrypts, 'saml20.sign.response': signsResponse },
      ...(nameIdFormat && { NameIDFormat: `urn:oasis:names:tc:SAML:2.0:nameid-format:${nameIdFormat}` }),
    },
  ];
}

/** As its page "XML to SimpleSAMLphp metadata converter" does. */
const CONVERTER = `
require '${PROGRAM}/lib/_autoload.php';
foreach (SimpleSAML\\Metadata\\SAMLParser::parseDescriptorsString(stream_get_contents(STDIN)) as $found) {
  $metadata = $found->getMetadata20SP();
  unset($metadata['entityDescriptor']);
  echo json_encode($metadata);
}`;

function readMetadata(folder: string, input: string): ReadMetadata {
  const options = { input, env: environment(folder), encoding: 'utf8' } as const;
  const read = execFileSync(PHP, [...QUIET, '-r', CONVERTER], options);
  return JSON.parse(read) as ReadMetadata;
}

const QUIET = ['-d', 'error_reporting=0', '-d', 'display_errors=0'];
const environment = (folder: string) => ({ PATH: process.env['PATH'] ?? '', SIMPLESAMLPHP_CONFIG_DIR: folder });

/** PHP reads it as JSON, so that nothing in it is code. */
function php(file: string, variable: 'config' | 'metadata', value: object): void {
  writeFileSync(`${file}.json`, JSON.stringify(value), { mode: 0o600 });
  const read = `json_decode(file_get_contents(__FILE__ . '.json'), true)`;
  writeFileSync(
    file,
    `<?php\n$${variable} = ${variable === 'metadata' ? `array_merge($metadata ?? [], ${read})` : read};\n`,
    { mode: 0o600 },
  );
}

/**
 * A shell beside the server waits for the end of its own input, so that the server never outlives who started it. It has workers, which end with
 * their group.
 */
const GUARD = `exec 3<&0
setsid "$@" </dev/null >"$0" 2>&1 & pid=$!
(cat <&3 >/dev/null; kill -- -$pid) 2>/dev/null &
wait $pid 2>/dev/null`;

/** @returns how to end it */
export function runSamlProvider(
  folder: string,
  host: string,
  port: number,
): { readonly exited: Promise<number>; readonly stop: () => Promise<number> } {
  const server = [...QUIET, '-S', `${host}:${port}`, '-t', join(PROGRAM, 'www')];
  const child = spawn('/bin/sh', ['-c', GUARD, join(folder, 'log/server'), PHP, ...server], {
    env: { ...environment(folder), PHP_CLI_SERVER_WORKERS: '4' },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const exited = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  return {
    exited,
    stop: () => {
      child.stdin.end();
      return exited;
    },
  };
}

if (import.meta.main) {
  const [folder = '', port = ''] = process.argv.slice(2);
  const { exited, stop } = runSamlProvider(folder, '127.0.0.1', Number(port));
  // Told to end, it ends well.
  const ended = new Promise<number>((resolve) => process.once('SIGTERM', () => void stop().then(() => resolve(0))));
  process.exitCode = await Promise.race([ended, exited]);
}
