/** SimpleSAMLphp as an identity provider of a test, in a folder of its own. It never outlives the process that started it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  entityIdOf,
  runSamlProvider,
  type SamlPerson,
  type ServiceProvider,
  writeSamlProvider,
} from '../../examples/federation/saml-provider.ts';

export interface SimpleSamlPhp {
  readonly url: string;
  readonly entityId: string;
  readonly metadata: string;
  /** The applications that it knows from now on. */
  knows(...serviceProviders: readonly ServiceProvider[]): void;
  stop(): Promise<void>;
}

export const SAML_PASSWORD = 'a password there';

/** Not the name by which tests find Gatehouse (`localhost`): for a browser, the provider is another site. */
const host = '127.0.0.1';

export async function startSimpleSamlPhp(people: readonly Omit<SamlPerson, 'password'>[]): Promise<SimpleSamlPhp> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-simplesamlphp-'));
  const port = await freePort();
  const url = `http://${host}:${port}`;
  const write = (serviceProviders: readonly ServiceProvider[]): void =>
    writeSamlProvider(folder, {
      url,
      people: people.map((each) => ({ ...each, password: SAML_PASSWORD })),
      serviceProviders,
    });
  write([]);
  const { stop } = runSamlProvider(folder, host, port);
  const metadata = `${url}/saml2/idp/metadata.php`;
  await answering(metadata);
  return {
    ...{ url, entityId: entityIdOf(url), metadata },
    knows: (...serviceProviders) => write(serviceProviders),
    async stop() {
      await stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

async function answering(url: string): Promise<void> {
  const end = performance.now() + 60_000;
  for (;;) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => undefined,
    );
    if (status === 200) return;
    if (performance.now() > end) throw new Error(`SimpleSAMLphp does not answer at ${url} (${String(status)}).`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
