import type { Filter } from 'ldapts';
import type { ConnectorEvent } from '../contract/connector-kind.js';
import { Directory, type ServiceAccount } from './connection/directory.js';
import { Domains } from './active-directory/domains.js';
import { parseServer } from './connection/ldap-server.js';
import { failureFault, reportFault } from './faults.js';
import type { LdapSettings } from './ldap-settings.js';
import { type Dn, dnKey, parseDn } from '../../base/text/distinguished-name.js';
import { parseFilter } from './names/filters.js';
import { parseUserTemplate, type UserTemplate } from './names/user-template.js';

/** What the settings say, parsed once, with the connections of one connector. */
export interface DirectoryParts {
  readonly settings: LdapSettings;
  readonly directory: Directory;
  /** Where people are, each place once. */
  readonly bases: readonly Dn[];
  readonly userFilter?: Filter;
  readonly groupFilter?: Filter;
  readonly template?: UserTemplate;
  readonly domains: Domains;
  /** Another attribute than the settings' `id` by which links may know people, while they change from one to the other. */
  readonly otherId?: string;
  /** Absent: people only read their own entries. */
  readonly service?: ServiceAccount;
  readonly report: (event: ConnectorEvent) => void;
}

/** What a connector to a directory is made of. */
export interface DirectoryInput extends Pick<DirectoryParts, 'settings' | 'otherId'> {
  /** Of the service account. */
  readonly secret?: string;
}

/** Bytes that the answer to one request may have. */
export const ANSWER_LIMIT = 5_000_000;

export function directoryParts(
  { settings, secret, otherId }: DirectoryInput,
  report: (event: ConnectorEvent) => void,
): DirectoryParts {
  const { connection, subject } = settings;
  const service = serviceAccount(connection, secret);
  const userFilter = parsedFilter(subject.filter);
  const groupFilter = parsedFilter(subject.groups.filter);
  const template = subject.bindTemplate === undefined ? undefined : parseUserTemplate(subject.bindTemplate);
  const directory = new Directory({
    servers: connection.servers.map((url) => parsed(parseServer(url, connection.startTls))),
    ...(connection.ca !== undefined && { ca: connection.ca }),
    ...(service && { service }),
    connectTimeout: connection.connectTimeout,
    timeout: connection.timeout,
    poolSize: connection.poolSize,
    answerLimit: ANSWER_LIMIT,
    onReplaced: (failure) => reportFault(report, failureFault(failure)),
  });
  return {
    settings,
    directory,
    bases: basesOf(subject),
    domains: new Domains(directory),
    ...(userFilter && { userFilter }),
    ...(groupFilter && { groupFilter }),
    ...(template && { template }),
    ...(service && { service }),
    ...(otherId !== undefined && { otherId }),
    report,
  };
}

function basesOf({ base, moreBases }: LdapSettings['subject']): readonly Dn[] {
  const all = [base, ...moreBases].map((text) => parsed(parseDn(text)));
  return [...new Map(all.map((dn) => [dnKey(dn), dn])).values()];
}

function serviceAccount(
  { bindDn, anonymous }: LdapSettings['connection'],
  password: string | undefined,
): ServiceAccount | undefined {
  if (bindDn !== undefined) return { kind: 'bind', dn: parsed(parseDn(bindDn)), password };
  return anonymous ? { kind: 'anonymous' } : undefined;
}

const parsedFilter = (text: string | undefined): Filter | undefined =>
  text === undefined ? undefined : parsed(parseFilter(text));

/** The schema has parsed the same text before. */
function parsed<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The settings were not parsed by their schema.');
  return value;
}
