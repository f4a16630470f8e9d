/**
 * What `start` beside it runs once all is installed and built: a directory, the identity provider of another company, that of a university if
 * SimpleSAMLphp is installed, Gatehouse and the demo application, in a folder that is removed at the end. Prints who can sign in.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { mustBeFree } from '../../scripts/must-be-free.mjs';
import { together } from '../../scripts/together.mjs';
import { makeDirectory } from './make-directory.mjs';
import { makePartnerPeople, makeProvider } from './make-provider.mjs';
import { makePeople } from './people.mjs';
import { entityIdOf, hasSimpleSamlPhp, makeStudents, writeSamlProvider } from './saml-provider.ts';

const here = import.meta.dirname;
const ports = {
  gatehouse: process.env.GATEHOUSE_PORT ?? '3000',
  demo: process.env.DEMO_PORT ?? '3001',
  api: process.env.DEMO_API_PORT ?? '3002',
  directory: process.env.DIRECTORY_PORT ?? '3636',
  provider: process.env.PROVIDER_PORT ?? '3640',
  saml: process.env.SAML_PORT ?? '3650',
};
const issuer = `http://localhost:${ports.gatehouse}`;
const demo = `http://localhost:${ports.demo}`;
const directory = `ldaps://localhost:${ports.directory}`;
const provider = `http://localhost:${ports.provider}`;
// Not `localhost`: for a browser it is another site, as identity providers are.
const university = `http://127.0.0.1:${ports.saml}`;
const hasUniversity = hasSimpleSamlPhp();

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-federation-'));
const store = process.env.EXAMPLE_STORE ?? `sqlite:${join(folder, 'gatehouse.db')}`;
process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
try {
  const cure =
    'Choose others with GATEHOUSE_PORT, DEMO_PORT, DEMO_API_PORT, DIRECTORY_PORT, PROVIDER_PORT and SAML_PORT.';
  for (const port of Object.values(ports)) await mustBeFree(Number(port), ['127.0.0.1', '::1'], cure);
  const people = makePeople();
  const partners = makePartnerPeople();
  const students = makeStudents();
  writeRealm(makeDirectory(join(folder, 'directory'), people, writeSecret('directory-password')));
  makeProvider(join(folder, 'provider'), partners, {
    ...{ issuer: provider, port: Number(ports.provider), secret: writeSecret('partner-client-secret') },
    redirectUri: `${issuer}/connector/partner/callback`,
  });
  const programs = together({
    cwd: join(here, '../..'),
    env: {
      PATH: process.env.PATH,
      // The demo application needs only these of it.
      ...{ DEMO_ISSUER: issuer, DEMO_PORT: ports.demo, DEMO_API_PORT: ports.api },
      ...{ GATEHOUSE_ISSUER: issuer, GATEHOUSE_STORE: store },
      ...{ GATEHOUSE_KEYS: join(folder, 'keys'), GATEHOUSE_REALM_FILE: join(folder, 'realm.yaml') },
      // The providers are on this machine, which Gatehouse contacts only if it is told to.
      GATEHOUSE_OUTGOING_ALLOWED: 'localhost,127.0.0.1',
      // No load balancer is to be told of the end.
      GATEHOUSE_STOP_DELAY: '0',
    },
    logFile: join(folder, 'log'),
  });
  try {
    await programs.keep('The directory', [join(here, 'directory.mjs'), join(folder, 'directory'), directory], '', () =>
      accepts(Number(ports.directory)),
    );
    const discovery = `${provider}/.well-known/openid-configuration`;
    await programs.keep('The provider', [join(here, 'provider.mjs'), join(folder, 'provider')], discovery);
    await programs.first('Bootstrap', ['dist/main.js', 'bootstrap', '--yes']);
    await programs.keep('Gatehouse', ['dist/main.js', 'serve'], `${issuer}/readyz`);
    if (hasUniversity) await startUniversity(programs, students);
    await programs.keep('The demo application', ['examples/relying-party/start.ts'], demo);
    print(people, partners, students);
  } catch (error) {
    await programs.end(1, error.message);
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** Where the realm file looks for it. */
function writeSecret(name) {
  const secret = randomBytes(24).toString('base64url');
  const secrets = join(folder, 'keys/secrets');
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  writeFileSync(join(secrets, name), secret, { mode: 0o600 });
  return secret;
}

function writeRealm(ca) {
  const text = readFileSync(join(here, 'realm.yaml'), 'utf8').replaceAll('http://localhost:3001/', `${demo}/`);
  const realm = parse(text);
  const [corp, partner, saml] = realm.connectors;
  Object.assign(corp.connection, { servers: [directory], ca });
  partner.connection.issuer = provider;
  Object.assign(saml.connection, { idpEntityId: entityIdOf(university), metadata: entityIdOf(university) });
  // Nobody would answer.
  if (!hasUniversity) realm.connectors.splice(2, 1);
  writeFileSync(join(folder, 'realm.yaml'), stringify(realm), { mode: 0o600 });
}

/** The university knows Gatehouse from what its connector says of itself. */
async function startUniversity(programs, students) {
  const metadata = await (await fetch(`${issuer}/connector/university/metadata`)).text();
  const place = join(folder, 'university');
  writeSamlProvider(place, { url: university, people: students, serviceProviders: [{ metadata }] });
  const program = [join(here, 'saml-provider.ts'), place, ports.saml];
  await programs.keep('The university', program, entityIdOf(university));
}

function print(people, partners, students) {
  const row = (name, { groups, password }) => `  ${name.padEnd(8)}${password.padEnd(16)}${groups.join(', ')}`;
  const lines = [
    `Issuer: ${issuer}`,
    `Directory: ${directory}`,
    'People of the directory, with password and groups:',
    ...people.map((person) => row(person.uid, person)),
    `Identity provider: ${provider}`,
    'People of the identity provider ("Continue with Partner Inc."), with password and groups there:',
    ...partners.map((person) => row(person.login, person)),
    ...(hasUniversity
      ? [
          `University: ${university}`,
          'People of the university ("Continue with Example University", by SAML), with password and groups there:',
          ...students.map(({ login, password, attributes: { groups } }) => row(login, { groups, password })),
        ]
      : [
          'For a university that speaks SAML, install SimpleSAMLphp (Debian: apt-get install simplesamlphp php-cli php-xml php-mbstring php-sqlite3).',
        ]),
    'The passwords of alice and of the administrator, whose accounts are at Gatehouse, are above.',
    `Demo application: ${demo}`,
    'Ctrl-C ends it and removes everything.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true) || socket.destroy());
    socket.once('error', () => resolve(false));
  });
}
