type Fetch = (url: string | URL, init: RequestInit) => Promise<Response>;

/** A user's browser without scripts: it keeps cookies, follows redirects and fills in forms. It records every secret it saw. */
export class Visitor {
  #cookies: Cookie[] = [];
  /** Values of cookies, forms and redirects that open something. */
  readonly secrets = new Set<string>();
  readonly #fetch: Fetch;

  /** @param send how it sends a request, without following a redirect */
  constructor(send: Fetch = fetch) {
    this.#fetch = send;
  }

  /** One request, no redirect followed. */
  async request(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const { hostname } = new URL(url);
    const cookies = this.cookiesFor(url);
    if (cookies !== '') headers.set('cookie', cookies);
    const response = await this.#fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#keep(hostname, line);
    return response;
  }

  /** Follows redirects, and pages that lead on by themselves, until a page comes, or one leads to another origin than where it began. */
  async visit(url: string | URL, init?: RequestInit): Promise<Page> {
    let at = new URL(url);
    const { origin } = at;
    let response = await this.request(at, init);
    for (;;) {
      const text = await response.text();
      const location = response.headers.get('location') ?? refreshOf(text);
      if (location === undefined) return new Page(at, response.status, response.headers, text);
      at = new URL(location, at);
      if (at.origin !== origin) return new Page(at, response.status, response.headers, '', location);
      response = await this.request(at);
    }
  }

  /** Sends the page's form with what it holds already, what the visitor types, and the button pressed. */
  submit(page: Page, typed: Readonly<Record<string, string>> = {}): Promise<Page> {
    for (const value of Object.values({ ...page.fields, ...typed })) this.secrets.add(value);
    const body = new URLSearchParams({ ...page.fields, ...typed });
    return this.visit(page.action, { method: 'POST', body });
  }

  /** Returns the Cookie header for this URL. */
  cookiesFor(url: string | URL): string {
    const { hostname, pathname } = new URL(url);
    return this.#cookies
      .filter((cookie) => cookie.hostname === hostname && pathname.startsWith(cookie.path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  /** Returns the value of the cookie with this name, at any path. */
  cookie(name: string): string | undefined {
    return this.#cookies.find((cookie) => cookie.name === name)?.value;
  }

  #keep(hostname: string, line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(pair.indexOf('=') + 1);
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
    this.#cookies = this.#cookies.filter(
      (kept) => kept.name !== name || kept.hostname !== hostname || kept.path !== path,
    );
    if (value === '' || attributes.some((attribute) => attribute.includes('01 Jan 1970'))) return;
    this.#cookies.push({ hostname, path, name, value });
    this.secrets.add(value);
  }
}

interface Cookie {
  readonly hostname: string;
  readonly path: string;
  readonly name: string;
  readonly value: string;
}

/** Where a page leads by itself at once (HTML, 4.2.5.3 Refresh), as a browser reads it. */
export function refreshOf(html: string): string | undefined {
  const content = /<meta http-equiv="refresh" content="([^"]*)"/.exec(html)?.[1];
  return content === undefined ? undefined : /^0;url=(.*)$/.exec(unescaped(content))?.[1];
}

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };
/** Decodes the entities in an attribute's value. */
export const unescaped = (text: string): string =>
  text.replace(/&(?:amp|lt|gt|quot);/g, (entity) => ENTITIES[entity] ?? '');

/** The page at which a visit ended. */
export class Page {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The address that it left for, byte for byte. */
  readonly left: string | undefined;

  constructor(url: URL, status: number, headers: Headers, text: string, left?: string) {
    this.left = left;
    this.url = url;
    this.status = status;
    this.headers = headers;
    this.text = text;
  }

  get heading(): string | undefined {
    return /<h1[^>]*>(.*?)<\/h1>/s.exec(this.text)?.[1];
  }

  /** The values that the page's form already contains. */
  get fields(): Record<string, string> {
    const sent = (tag: string): boolean => attribute(tag, 'type') !== 'checkbox' || /\bchecked\b/.test(tag);
    const inputs = [...this.text.matchAll(/<input[^>]*>/g)].map(([tag]) => tag).filter(sent);
    const areas = [...this.text.matchAll(/(<textarea[^>]*>)([^<]*)<\/textarea>/g)];
    return Object.fromEntries([
      ...inputs.map((tag) => [attribute(tag, 'name') ?? '', attribute(tag, 'value') ?? '']),
      ...areas.map(([, tag = '', value = '']) => [attribute(tag, 'name') ?? '', value]),
    ]) as Record<string, string>;
  }

  get action(): URL {
    const form = /<form[^>]*>/.exec(this.text)?.[0];
    if (form === undefined) throw new Error(`There is no form on this page (${this.status}): ${this.text}`);
    return new URL(attribute(form, 'action') ?? this.url, this.url);
  }
}

const attribute = (tag: string, name: string): string | undefined => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
