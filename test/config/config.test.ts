import { describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { GatehouseError } from '../../src/base/errors.js';
import { readConfig, type Environment } from '../../src/config/config.js';
import { settingsPage } from '../../src/config/settings-page.js';
import { shownAddress } from '../../src/config/store-address.js';
import { SETTINGS } from '../../src/config/settings.js';

const refusalOf = (env: Environment): string => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof GatehouseError && error.code === 'bad-configuration') return error.message;
    throw error;
  }
  return 'nothing was refused';
};

describe('configuration', () => {
  test('an empty environment is a whole configuration', () => {
    expect(readConfig({ PATH: '/bin' })).toEqual({
      issuer: 'http://localhost:3000',
      port: 3000,
      hosts: ['127.0.0.1', '::1'],
      store: { kind: 'sqlite', path: 'data/gatehouse.db' },
      keysFolder: 'keys',
      administrator: { username: 'admin' },
      trustedProxies: [],
      outgoingAllowed: [],
      stopDelayMs: 3000,
      processes: 1,
      logLevel: 'info',
    });
  });

  test('every setting is read', () => {
    expect(
      readConfig({
        GATEHOUSE_ISSUER: 'https://id.example.com',
        GATEHOUSE_PORT: '8080',
        GATEHOUSE_HOST: '0.0.0.0',
        GATEHOUSE_STORE: 'sqlite:/srv/gatehouse.db',
        GATEHOUSE_KEYS: '/srv/keys',
        GATEHOUSE_REALM_FILE: 'realm.yaml',
        GATEHOUSE_ADMIN_USERNAME: 'root',
        GATEHOUSE_ADMIN_PASSWORD: 'correct horse',
        GATEHOUSE_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
        GATEHOUSE_OUTGOING_ALLOWED: 'shop.internal, 10.1.0.0/16',
        GATEHOUSE_STOP_DELAY: '20',
        GATEHOUSE_PROCESSES: '4',
        GATEHOUSE_LOG_LEVEL: 'debug',
      }),
    ).toEqual({
      issuer: 'https://id.example.com',
      port: 8080,
      hosts: ['0.0.0.0'],
      store: { kind: 'sqlite', path: '/srv/gatehouse.db' },
      keysFolder: '/srv/keys',
      realmFile: 'realm.yaml',
      administrator: { username: 'root', password: 'correct horse' },
      trustedProxies: ['10.0.0.0/8', '::1'],
      outgoingAllowed: ['shop.internal', '10.1.0.0/16'],
      stopDelayMs: 20_000,
      processes: 4,
      logLevel: 'debug',
    });
  });

  test.each(['mongodb://a:secret@h1:27017,h2/people?replicaSet=rs0', 'mongodb+srv://cluster.example.com/'])(
    'a MongoDB is a store: %s',
    (url) => {
      const { store } = readConfig({ GATEHOUSE_STORE: url });
      expect(store).toEqual({ kind: 'mongodb', url });
      expect(shownAddress(store)).not.toContain('secret');
    },
  );

  test.each([
    'mongo://anna:secret@host/db',
    'mongodb:/anna:s3cret@secret@host',
    'anna:secret@host',
    'mongodb:///?p=secret@',
  ])('what was meant to be a URL does not repeat its password: %s', (url) => {
    const message = refusalOf({ GATEHOUSE_STORE: url });
    expect(message).toContain('mongodb+srv://');
    expect(message).not.toContain('secret');
  });

  test.each([
    ['https://id.example.com', 443],
    ['https://id.example.com:8443', 8443],
    ['http://127.0.0.1', 80],
    ['http://[::1]:3100', 3100],
    ['https://id.example.com/people/id', 443],
  ])('the port of %s is %i', (issuer, port) => {
    expect(readConfig({ GATEHOUSE_ISSUER: issuer }).port).toBe(port);
  });

  test.each([
    ['GATEHOUSE_ISSUER', 'http://id.example.com', 'https'],
    ['GATEHOUSE_ISSUER', 'http://localhost.example.com', 'https'],
    ['GATEHOUSE_ISSUER', 'http://127.0.0.1.example.com', 'https'],
    ['GATEHOUSE_ISSUER', 'id.example.com', 'https URL'],
    ['GATEHOUSE_ISSUER', 'https://id.example.com/', 'https://id.example.com, or'],
    ['GATEHOUSE_ISSUER', 'https://id.example.com?realm=1', 'query'],
    ['GATEHOUSE_ISSUER', 'https://id.example.com#x', 'fragment'],
    ['GATEHOUSE_ISSUER', 'https://id.example.com/realm/', 'trailing slash'],
    ['GATEHOUSE_ISSUER', 'https://id.example.com/a//b', 'path'],
    ['GATEHOUSE_ISSUER', 'https://id.example.com/a/../b', 'path'],
    ['GATEHOUSE_ISSUER', 'https://id.example.com/caf%C3%A9', 'path'],
    ['GATEHOUSE_ISSUER', 'https://id.example.com/healthz', 'healthz'],
    ['GATEHOUSE_ISSUER', 'https://me@id.example.com', 'user'],
    ['GATEHOUSE_ISSUER', 'https://ID.example.com', 'https://id.example.com'],
    ['GATEHOUSE_ISSUER', 'https://id.example.com:443', 'https://id.example.com'],
    ['GATEHOUSE_ISSUER', 'ftp://localhost', 'https URL'],
    ['GATEHOUSE_PORT', '0', '1 to 65535'],
    ['GATEHOUSE_PORT', '65536', '1 to 65535'],
    ['GATEHOUSE_PORT', '80a', '1 to 65535'],
    ['GATEHOUSE_HOST', 'somewhere.example', 'IP address'],
    ['GATEHOUSE_STORE', 'gatehouse.db', 'sqlite:PATH'],
    ['GATEHOUSE_STORE', 'sqlite:', 'sqlite:PATH'],
    ['GATEHOUSE_STORE', 'sqlite::memory:', 'sqlite:PATH'],
    ['GATEHOUSE_STORE', 'mongodb://', 'mongodb://'],
    ['GATEHOUSE_STORE', 'postgres://localhost/db', 'mongodb://'],
    ['GATEHOUSE_KEYS', ' keys', 'folder'],
    ['GATEHOUSE_REALM_FILE', '', 'empty'],
    ['GATEHOUSE_ADMIN_USERNAME', ' admin', 'spaces'],
    ['GATEHOUSE_ADMIN_PASSWORD', 'short', '8 characters'],
    ['GATEHOUSE_TRUSTED_PROXIES', '10.0.0.0/33', 'CIDR'],
    ['GATEHOUSE_TRUSTED_PROXIES', '10.0.0.1,,10.0.0.2', 'CIDR'],
    ['GATEHOUSE_TRUSTED_PROXIES', 'proxy.example', 'CIDR'],
    ...['0', '-1', '1.5', '02', '65', 'all'].map((wrong) => ['GATEHOUSE_PROCESSES', wrong, 'from 1 to 64'] as const),
    ['GATEHOUSE_LOG_LEVEL', 'loud', 'fatal, error'],
  ])('%s=%s is refused in one sentence that names it and what it should be', (name, value, wanted) => {
    const message = refusalOf({ [name]: value });
    expect(message).toContain(name);
    expect(message).toContain(wanted);
    expect(message).not.toContain('\n');
    expect(message).toMatch(/\.$/);
  });

  test('every setting has a value that it refuses', () => {
    for (const name of Object.keys(SETTINGS)) expect(refusalOf({ [name]: '' })).toContain(name);
  });

  test('a misspelt setting is refused with the one that was meant', () => {
    expect(refusalOf({ GATEHOUSE_ISUER: 'https://id.example.com' })).toBe(
      'There is no setting GATEHOUSE_ISUER: did you mean GATEHOUSE_ISSUER?',
    );
    expect(refusalOf({ GATEHOUSE_SOMETHING_ELSE: '1' })).toBe('There is no setting GATEHOUSE_SOMETHING_ELSE.');
  });

  test('an error never repeats a password', () => {
    expect(refusalOf({ GATEHOUSE_ADMIN_PASSWORD: 'hunter2' })).not.toContain('hunter2');
    expect(refusalOf({ GATEHOUSE_ADMIN_PASSWORD: 'hunter2'.repeat(1000) })).not.toContain('hunter2');
  });

  test('docs/settings.md is what the list of settings says', async () => {
    expect(await readFile('docs/settings.md', 'utf8')).toBe(settingsPage());
  });
});
