/**
 * Samba as a domain controller of Active Directory, with TLS by an authority of its own, in a folder and on a loopback address of its own. It
 * never outlives the process that started it. It is provisioned once into an archive below `.cache/samba/`, and unpacked for each test.
 *
 * A password costs Samba 130 ms of key derivation: at most about 20 people of a test have one.
 */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Attribute, Change, Client, Control, type Entry, EqualityFilter } from 'ldapts';
import { ADMINISTRATOR, BASE, NETBIOS, REALM, type SambaProcess, startPrepared } from './samba-process.ts';

const run = promisify(execFile);

export const AD_BASE = BASE;
export const AD_PEOPLE = `OU=people,${BASE}`;
export const AD_GROUPS = `OU=groups,${BASE}`;
/** Where a person goes who moves. */
export const AD_ELSEWHERE = `OU=elsewhere,${BASE}`;
/** An ordinary account, which reads. */
export const AD_SERVICE = {
  dn: `CN=service,OU=accounts,${BASE}`,
  name: 'service@ad.test',
  password: 'Service-password-7',
};
/** The password of each person who is added with `password: true`. */
export const AD_PASSWORD = 'Correct-horse-7';

type Values = Readonly<Record<string, string | readonly string[]>>;

export interface NewAdUser {
  /** sAMAccountName, the beginning of the userPrincipalName `name@ad.test`, and the CN unless `cn` says another. */
  readonly name: string;
  readonly cn?: string;
  /** `true`: {@link AD_PASSWORD}. Absent: none, so that nobody signs in, and the account is there in a fifth of the time. */
  readonly password?: string | true;
  /** Further attributes, or others than the usual ones. */
  readonly attributes?: Values;
  /** {@link AD_PEOPLE} when absent. */
  readonly parent?: string;
}

export interface Samba {
  /** `ldaps://127.x.y.z:636`. */
  readonly url: string;
  /** `ldap://127.x.y.z:389`, where StartTLS is possible and a bind without TLS is refused. */
  readonly plainUrl: string;
  /** `ldaps://127.x.y.z:3269`. */
  readonly globalCatalogUrl: string;
  readonly address: string;
  /** The authority's certificate, in PEM. */
  readonly ca: string;
  readonly base: string;
  readonly netbios: string;
  readonly realm: string;
  readonly administrator: { readonly name: string; readonly password: string };
  /** Returns the DN. */
  addUser(user: NewAdUser): Promise<string>;
  /** One after the other on one connection. */
  addUsers(users: readonly NewAdUser[]): Promise<void>;
  /** Returns the DN. @param members DNs */
  addGroup(name: string, members?: readonly string[], attributes?: Values): Promise<string>;
  /** The DN of whoever has this sAMAccountName. */
  dnOf(name: string): Promise<string>;
  /** The first value of an attribute, as bytes. */
  valueOf(name: string, attribute: string): Promise<Buffer | undefined>;
  /** Replaces the values of attributes. None removes the attribute. */
  set(name: string, attributes: Values): Promise<void>;
  disable(name: string): Promise<void>;
  enable(name: string): Promise<void>;
  /** The account has ended. */
  expire(name: string): Promise<void>;
  /** The password has to be changed at the next sign-in. */
  mustChange(name: string): Promise<void>;
  setPassword(name: string, password: string): Promise<void>;
  /** By three wrong passwords. From then on three lock everybody. */
  lock(name: string): Promise<void>;
  unlock(name: string): Promise<void>;
  /** @param parent {@link AD_ELSEWHERE} when absent */
  move(name: string, parent?: string): Promise<void>;
  /** Changes the CN alone: for the other names see `set`. */
  rename(name: string, cn: string): Promise<void>;
  remove(name: string): Promise<void>;
  /**
   * To where it was, with the id, attributes and groups that it had, as from the recycle bin. Samba's own keeps no attributes, so what this
   * process removed is written back. The password is {@link AD_PASSWORD}.
   */
  restore(name: string): Promise<void>;
  /** As the administrator, an LDIF with change types. */
  modify(ldif: string): Promise<void>;
  /** As the administrator, with a client whose connection ends afterwards. */
  ldap<T>(work: (client: Client) => Promise<T>): Promise<T>;
  /** It still accepts connections, and answers nothing (SIGSTOP). */
  pause(): void;
  resume(): void;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** On the same folder and address. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Its ending is its caller's, as with slapd: `afterAll(() => samba.stop())`. */
export async function startSamba(): Promise<Samba> {
  const process = await startPrepared(PREPARED, (fresh) => prepare(operations(fresh)));
  return operations(process);
}

/** Of what {@link prepare} does: another number makes another archive. */
const PREPARED = '1';
const SHOW_DELETED = '1.2.840.113556.1.4.417';

async function prepare(samba: Samba): Promise<void> {
  await samba.ldap(async (client) => {
    await client.modify(BASE, replacing({ minPwdAge: '0' }));
    for (const name of ['people', 'groups', 'elsewhere', 'accounts'])
      await client.add(`OU=${name},${BASE}`, { objectClass: 'organizationalUnit' });
  });
  await samba.addUser({ name: 'service', password: AD_SERVICE.password, parent: `OU=accounts,${BASE}` });
}

function operations(process: SambaProcess): Samba {
  const { address, ca, folder } = process;
  const removed = new Map<string, Entry>();
  const url = `ldaps://${address}:636`;
  const ldap = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client({ url, tlsOptions: { ca } });
    try {
      await client.bind(ADMINISTRATOR.name, ADMINISTRATOR.password);
      return await work(client);
    } finally {
      await client.unbind();
    }
  };
  const find = async (client: Client, name: string, attribute = 'sAMAccountName') => {
    const filter = new EqualityFilter({ attribute: 'sAMAccountName', value: name });
    const options = { filter, attributes: [attribute], explicitBufferAttributes: [attribute] };
    const [entry, ...others] = (await client.search(BASE, options)).searchEntries;
    if (!entry || others.length > 0) throw new Error(`There is not one ${name}.`);
    return entry;
  };
  const modify = (name: string, change: Change[]): Promise<void> =>
    ldap(async (client) => client.modify((await find(client, name)).dn, change));
  const set = (name: string, attributes: Values): Promise<void> => modify(name, replacing(attributes));
  const dnOf = (name: string): Promise<string> => ldap(async (client) => (await find(client, name)).dn);
  const moved = (name: string, to: (dn: string) => string): Promise<void> =>
    ldap(async (client) => {
      const { dn } = await find(client, name);
      await client.modifyDN(dn, to(dn));
    });
  return {
    url,
    plainUrl: `ldap://${address}:389`,
    globalCatalogUrl: `ldaps://${address}:3269`,
    ...{ address, ca, base: BASE, netbios: NETBIOS, realm: REALM, administrator: ADMINISTRATOR },
    addUser: (user) => ldap((client) => add(client, user)),
    addUsers: (users) =>
      ldap(async (client) => {
        for (const user of users) await add(client, user);
      }),
    async addGroup(name, members = [], attributes = {}) {
      const dn = `CN=${name},${AD_GROUPS}`;
      const given = { objectClass: 'group', sAMAccountName: name, ...attributes };
      await ldap((client) => client.add(dn, written({ ...given, ...(members.length > 0 && { member: members }) })));
      return dn;
    },
    dnOf,
    valueOf: (name, attribute) =>
      ldap(async (client) => {
        const found = (await find(client, name, attribute))[attribute];
        const [first] = Array.isArray(found) ? found : [found];
        return typeof first === 'string' ? Buffer.from(first) : first;
      }),
    set,
    disable: (name) => set(name, { userAccountControl: '514' }),
    enable: (name) => set(name, { userAccountControl: '512' }),
    expire: (name) => set(name, { accountExpires: fileTime(Date.now() - 60_000) }),
    mustChange: (name) => set(name, { pwdLastSet: '0' }),
    setPassword: (name, password) => modify(name, [replaced('unicodePwd', [quoted(password)])]),
    async lock(name) {
      await ldap((client) => client.modify(BASE, replacing({ lockoutThreshold: '3' })));
      const dn = await dnOf(name);
      for (let tries = 0; tries < 3; tries++) {
        const client = new Client({ url, tlsOptions: { ca } });
        await client.bind(dn, 'a wrong one').catch(() => undefined);
        await client.unbind();
      }
    },
    unlock: (name) => set(name, { lockoutTime: '0' }),
    move: (name, parent = AD_ELSEWHERE) => moved(name, (dn) => `${firstOf(dn)},${parent}`),
    rename: (name, cn) => moved(name, (dn) => `CN=${cn}${dn.slice(firstOf(dn).length)}`),
    remove: (name) =>
      ldap(async (client) => {
        const { dn } = await find(client, name);
        const [entry] = (await client.search(dn, { scope: 'base', attributes: KEPT })).searchEntries;
        if (entry) removed.set(name, entry);
        await client.del(dn);
      }),
    restore: (name) =>
      ldap(async (client) => {
        const entry = removed.get(name);
        if (!entry) throw new Error(`${name} was not removed.`);
        await restore(client, name, entry);
      }),
    async modify(ldif) {
      const file = join(folder, 'change.ldif');
      await writeFile(file, ldif);
      const as = ['-x', '-D', ADMINISTRATOR.name, '-w', ADMINISTRATOR.password];
      const env = { ...globalThis.process.env, LDAPTLS_CACERT: join(folder, 'ca.crt') };
      await run('/usr/bin/ldapmodify', ['-H', url, ...as, '-f', file], { env });
    },
    ldap,
    pause: () => process.signal('STOP'),
    resume: () => process.signal('CONT'),
    kill: () => process.kill(),
    restart: () => process.restart(),
    stop: () => process.stop(),
  };
}

async function add(client: Client, user: NewAdUser): Promise<string> {
  const { name, cn = name, password, attributes = {}, parent = AD_PEOPLE } = user;
  const dn = `CN=${cn},${parent}`;
  const usual = { objectClass: 'user', sAMAccountName: name, userPrincipalName: `${name}@ad.test`, sn: 'Test' };
  const entry = written({ ...usual, userAccountControl: password === undefined ? '544' : '512', ...attributes });
  if (password !== undefined) entry.push(attribute('unicodePwd', [quoted(password === true ? AD_PASSWORD : password)]));
  await client.add(dn, entry);
  return dn;
}

/** What the recycle bin keeps, of the attributes that tests give people. */
const KEPT = [
  ...[
    'userPrincipalName',
    'userAccountControl',
    'accountExpires',
    'mail',
    'sn',
    'givenName',
    'displayName',
    'description',
  ],
  ...['telephoneNumber', 'department', 'title', 'memberOf'],
];

async function restore(client: Client, name: string, { dn, memberOf = [], ...kept }: Entry): Promise<void> {
  const control = new Control(SHOW_DELETED, { critical: true });
  const filter = `(&(isDeleted=TRUE)(sAMAccountName=${name}))`;
  const [entry, ...others] = (await client.search(BASE, { filter, attributes: ['1.1'] }, control)).searchEntries;
  if (!entry || others.length > 0) throw new Error(`There is not one ${name} among the removed.`);
  const undone = new Change({ operation: 'delete', modification: attribute('isDeleted', []) });
  await client.modify(entry.dn, [undone, replaced('distinguishedName', [dn])], control);
  const values = Object.entries(kept).filter(([, value]) => value.length > 0);
  const attributes = values.map(([type, value]) =>
    replaced(
      type,
      [value].flat().map((each) => Buffer.from(each)),
    ),
  );
  await client.modify(dn, [replaced('unicodePwd', [quoted(AD_PASSWORD)]), ...attributes]);
  const again = new Change({ operation: 'add', modification: attribute('member', [dn]) });
  for (const group of [memberOf].flat()) await client.modify(group.toString(), again);
}

/** Samba takes a password as UTF-16 in quotation marks (MS-ADTS 3.1.1.3.1.5). */
const quoted = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le');

/** As Windows counts: tenths of microseconds since 1601. */
export const fileTime = (instant: number): string =>
  String((BigInt(Math.trunc(instant)) + 11_644_473_600_000n) * 10_000n);

const firstOf = (dn: string): string => /^(?:[^,\\]|\\.)+/.exec(dn)?.[0] ?? '';

const attribute = (type: string, values: readonly string[] | readonly Buffer[]): Attribute =>
  new Attribute({ type, values: values.map((value) => Buffer.from(value)) });

const written = (values: Values): Attribute[] =>
  Object.entries(values).map(([type, value]) => attribute(type, [value].flat()));

const replaced = (type: string, values: readonly string[] | readonly Buffer[]): Change =>
  new Change({ operation: 'replace', modification: attribute(type, values) });

const replacing = (values: Values): Change[] =>
  Object.entries(values).map(([type, value]) => replaced(type, [value].flat()));
