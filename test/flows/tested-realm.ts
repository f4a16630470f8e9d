import { afterAll, beforeAll } from '@jest/globals';
import { openEngine } from '../../src/app/open-engine.js';
import { SPECS } from '../../src/app/modules.js';
import { readConnectorCommand, runConnectorCommand } from '../../src/cli/connector/connector.js';
import type { Config } from '../../src/config/config.js';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { OWN_SPECS } from '../../src/storage/open-store.js';
import { type Digest, digestsOf, same, together } from '../../src/transfer/digest.js';
import type { StoreKind } from '../support/host/temporary-place.js';
import { useInProcessHost, type InProcessHost } from '../support/host/use-in-process-host.js';
import { startUpstream, type Upstream } from '../support/upstream-op.js';
import { type Page, Visitor } from '../support/visitor.js';
import { by, ldapRealm } from './ldap-realm.js';

export const partnerInput = (upstream: Upstream, changes: object = {}) =>
  connectorInput.parse({
    ...{ id: 'partner', displayName: 'Partner Inc.', kind: 'oidc', secret: upstream.clientSecret },
    connection: {
      ...{ issuer: upstream.issuer, clientId: upstream.clientId },
      scopes: ['openid', 'profile', 'email', 'groups'],
    },
    subject: { groups: 'groups' },
    mapping: {
      profile: [
        { field: 'username', from: 'preferred_username' },
        { field: 'email', from: 'email' },
        { field: 'name', from: 'name' },
      ],
      groups: [{ exact: 'staff', to: { role: 'seller' } }],
      emailTrust: 'claim',
    },
    ...changes,
  });

/** A realm with the connectors `partner` and `other` to one real provider, and what an administrator does to test them. */
export function useTestedRealm(store: StoreKind) {
  const realm = ldapRealm(store);
  const host = useInProcessHost({ ...realm, env: { ...realm.env, GATEHOUSE_OUTGOING_ALLOWED: '127.0.0.1' } });
  let upstream: Upstream | undefined;
  const started = (): Upstream => {
    if (!upstream) throw new Error('The provider starts before the first test.');
    return upstream;
  };
  beforeAll(async () => {
    const redirectUris = ['partner', 'other'].map((id) => `${host.issuer}/connector/${id}/callback`);
    upstream = await startUpstream({ redirectUris });
    for (const id of ['partner', 'other']) {
      const saved = await host.parts.connectors.create(by, partnerInput(upstream, { id }));
      if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
    }
  });
  afterAll(() => upstream?.stop());

  const command = async (...argv: string[]): Promise<readonly string[]> => {
    const lines: string[] = [];
    await runConnectorCommand(by, readConnectorCommand(argv), host.parts, { line: (text) => void lines.push(text) });
    return lines;
  };
  const link = async (connector = 'partner'): Promise<string> =>
    (await command('test', connector, '--sign-in'))[0] ?? '';
  /** Opens a link of its own, and says where the browser goes. */
  async function begun(visitor = new Visitor(), connector = 'partner'): Promise<{ visitor: Visitor; left: URL }> {
    const page = await visitor.visit(await link(connector));
    if (page.left === undefined) throw new Error(page.text);
    return { visitor, left: new URL(page.left) };
  }
  /** Opens a link, signs in there, and comes back. */
  async function tested(login: string, visitor = new Visitor()): Promise<Page> {
    const { left } = await begun(visitor);
    return visitor.visit(await signedInThere(left, login));
  }
  return { host, upstream: started, command, link, begun, tested };
}

/** Signs in at the provider, in a browser that nobody has used. The address at which the answer comes to Gatehouse. */
export async function signedInThere(to: URL, login: string): Promise<URL> {
  const hinted = new URL(to);
  hinted.searchParams.set('login_hint', login);
  const { left, text } = await new Visitor().visit(hinted);
  if (left === undefined) throw new Error(text);
  return new URL(left);
}

/** The kinds of documents that this work changes in any way, each with how many more there are. */
export async function changedKinds(
  { parts }: InProcessHost,
  work: () => Promise<unknown>,
): Promise<Readonly<Record<string, number>>> {
  const before = await digests(parts.config);
  await work();
  const after = await digests(parts.config);
  return Object.fromEntries(
    [...after]
      .filter(([name, digest]) => !same(digest, before.get(name)))
      .map(([name, { count }]) => [name, count - (before.get(name)?.count ?? 0)]),
  );
}

async function digests({ store }: Config): Promise<ReadonlyMap<string, Digest>> {
  const engine = await openEngine(store, { readOnly: true });
  try {
    const all = new Map<string, Digest>();
    for (const spec of [...OWN_SPECS, ...SPECS])
      all.set(spec.name, together((await digestsOf(engine, spec, 0)).values()));
    return all;
  } finally {
    await engine.close();
  }
}

/** The text of a page without markup, in one line. */
export const textOf = ({ text }: Page): string =>
  text
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replace(/\s+/g, ' ');
