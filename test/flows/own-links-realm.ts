import { beforeAll, beforeEach } from '@jest/globals';
import type { StoreKind } from '../support/host/temporary-place.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { type Page, unescaped, Visitor } from '../support/visitor.js';
import { made } from '../identity/identity-store.js';
import { by, changeConnector } from './ldap-realm.js';
import { addRedirect, asksPassword, errorOf, redirectRealm, Upstream, UPSTREAM } from './redirect-realm.js';

export const OURS = 'a password of ours';
/** Where the browser keeps a begun link. */
export const COOKIE = 'gatehouse-link';

const MAPPING = {
  profile: [
    { field: 'username', from: 'name' },
    { field: 'email', from: 'email' },
  ],
  groups: [{ exact: 'sales', to: { role: 'seller' } }],
  emailTrust: 'always',
};

/** A realm with the connector `corp`, which asks whether people have an account, and what people do to link an account there. */
export function useOwnLinks(store: StoreKind) {
  const upstream = new Upstream();
  const host = useInProcessHost(redirectRealm(store, upstream));
  const links = (): string => `${host.issuer}/account/links`;
  beforeAll(() => addRedirect(host, { id: 'corp', displayName: 'Example Corp', linking: 'ask', mapping: MAPPING }));
  beforeEach(() => {
    upstream.fault = undefined;
    return changeConnector(host, { linking: 'ask', enabled: true, rules: null, provisioning: { mode: 'create' } });
  });

  /** A user of ours. */
  async function person(username: string, fields: object = {}): Promise<string> {
    const password = { clear: OURS, generated: false };
    return made(await host.parts.users.create(by, { username, password, ...fields })).id;
  }
  /** Opens the page of the links, signing in if it asks for that. */
  async function opened(username: string, visitor = new Visitor()): Promise<{ visitor: Visitor; page: Page }> {
    const page = await visitor.visit(links());
    if (page.heading === 'Linked accounts') return { visitor, page };
    // Where a connector has a domain, the name is asked on a page of its own.
    const named = asksPassword(page) ? page : await visitor.submit(page, { identifier: username });
    return { visitor, page: await visitor.submit(named, { identifier: username, password: OURS }) };
  }
  /** Presses the button of a connector, or posts as if there were one. */
  const press = (visitor: Visitor, page: Page, connector = 'corp', changed: Readonly<Record<string, string>> = {}) => {
    const csrf = /name="csrf" value="([^"]+)"\/?><input type="hidden" name="form" value="connect"/.exec(page.text)?.[1];
    const fields = { csrf: csrf ?? '', form: 'connect', connector, ...changed };
    return visitor.visit(links(), { method: 'POST', body: new URLSearchParams(fields) });
  };
  /** Goes to the provider. */
  async function begun(username: string, visitor = new Visitor()) {
    const { page } = await opened(username, visitor);
    const { left = '' } = await press(visitor, page);
    if (!left.startsWith(UPSTREAM)) throw new Error(`It leads to no provider: ${left}`);
    return { visitor, state: new URL(left).searchParams.get('state') ?? '' };
  }
  /** Where the provider sends the browser. */
  const callback = (params: Readonly<Record<string, string>>, connector = 'corp'): string =>
    `${host.issuer}/connector/${connector}/callback?${new URLSearchParams(params)}`;
  /** The links of a user, as subjects. */
  const subjectsOf = async (id: string) => (await host.parts.links.of(id)).map(({ subject }) => subject);
  /** What the page says of an answer. */
  const said = (page: Page) => [page.status, unescaped(errorOf(page) ?? page.heading ?? '')];

  return { host, upstream, links, person, opened, press, begun, callback, subjectsOf, said };
}

/** The services that the page can link, by what their buttons say. */
export const offeredBy = ({ text }: Page): readonly string[] =>
  [...text.matchAll(/<button type="submit" name="connector" value="([^"]*)"/g)].map(([, id = '']) => id);
