import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nodeTooOld } from '../../src/cli/serve/node-version.js';
import { type Ended, gatehouse, gatehouseLogged, program, warned } from '../support/gatehouse.js';
import { freePort } from '../support/host/free-port.js';

const root = join(import.meta.dirname, '../..');
const demo = join(root, 'examples/realm.yaml');

beforeAll(async () => {
  await promisify(execFile)(process.execPath, [join(root, 'scripts/build.mjs')]);
});

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'gatehouse-cli-'));
const passwordsIn = (text: string): Map<string, string> =>
  new Map([...text.matchAll(/^Password of (\S+): (\S+)$/gm)].map(([, name = '', password = '']) => [name, password]));
const sentence = /^[A-Z][^\n]*[.?]\n$/;

describe('gatehouse bootstrap', () => {
  test('makes all that a first start needs, prints each password once, and then nothing more', async () => {
    const at = await folder();
    const env = { GATEHOUSE_REALM_FILE: demo };
    const first = await gatehouse(at, ['bootstrap'], env);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(/^Administrator: admin\nPassword of admin: \S+\n[^]*\nUser bob created\.\n/);
    expect([...passwordsIn(first.out).keys()].sort()).toEqual(['admin', 'alice', 'bob']);
    expect(first.out).toContain('User alice: group sales added.\n');
    expect(new Set(passwordsIn(first.out).values()).size).toBe(3);
    expect(await readdir(join(at, 'keys'))).toEqual(['0001.audit-key', '0001.key', 'secrets']);
    const secret = await readFile(join(at, 'keys/secrets/demo-machine'), 'utf8');
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    // An application can use the whole file as the secret, without encoding.
    expect(secret).toMatch(/^[\w-]{43}$/);

    expect(await gatehouse(at, ['bootstrap'], env)).toEqual({ code: 0, out: '', err: '' });
    expect(await readFile(join(at, 'keys/secrets/demo-machine'), 'utf8')).toBe(secret);
  });

  test('takes the administrator from its settings, without repeating the password', async () => {
    const at = await folder();
    const env = { GATEHOUSE_ADMIN_USERNAME: 'Root', GATEHOUSE_ADMIN_PASSWORD: 'a quiet morning' };
    const { out } = await gatehouse(at, ['bootstrap'], env);
    expect(out).toBe('Administrator: Root\nPassword of Root: as GATEHOUSE_ADMIN_PASSWORD says\n');
    expect(await gatehouse(at, ['bootstrap'], { GATEHOUSE_ADMIN_USERNAME: 'another' })).toMatchObject({
      code: 0,
      out: '',
    });
  });

  test('run twice at once makes one set of keys, one administrator, and tells each password once', async () => {
    for (let round = 0; round < 3; round++) {
      const at = await folder();
      const env = { GATEHOUSE_REALM_FILE: demo };
      const both = await Promise.all([gatehouse(at, ['bootstrap'], env), gatehouse(at, ['bootstrap'], env)]);
      expect(both).toMatchObject([
        { code: 0, err: '' },
        { code: 0, err: '' },
      ]);
      const usernames = both.flatMap(({ out }) => [...passwordsIn(out).keys()]);
      expect(usernames.sort()).toEqual(['admin', 'alice', 'bob']);
      expect(await readdir(join(at, 'keys'))).toEqual(['0001.audit-key', '0001.key', 'secrets']);
      expect(await gatehouse(at, ['bootstrap'], env)).toEqual({ code: 0, out: '', err: '' });
    }
  });

  test('makes no key for a store that is sealed, and touches none that is not its own', async () => {
    const at = await folder();
    await gatehouse(at, ['bootstrap']);
    await rename(join(at, 'keys'), join(at, 'kept'));
    const without = await gatehouse(at, ['bootstrap']);
    expect(without).toMatchObject({ code: 1, out: '' });
    expect(without.err).toMatch(sentence);
    expect(without.err).toContain('GATEHOUSE_KEYS');
    await expect(readdir(join(at, 'keys'))).rejects.toThrow('ENOENT');

    await mkdir(join(at, 'keys'));
    await writeFile(join(at, 'keys/other.key'), Buffer.alloc(32, 1), { mode: 0o600 });
    for (const command of ['bootstrap', 'serve']) {
      const wrong = await gatehouse(at, [command], { GATEHOUSE_ISSUER: 'http://localhost:3999' });
      expect(wrong).toMatchObject({ code: 1, out: '', err: expect.stringContaining('GATEHOUSE_KEYS') });
    }
    await rm(join(at, 'keys'), { recursive: true });
    await rename(join(at, 'kept'), join(at, 'keys'));
    expect(await gatehouse(at, ['bootstrap'])).toEqual({ code: 0, out: '', err: '' });
  });

  test('refuses a wrong realm file with lines and fields, before it makes anything', async () => {
    const at = await folder();
    await writeFile(join(at, 'realm.yaml'), 'roles:\n  - name: a\nusers:\n  - username: b\n    roles: [missing]\n');
    const { code, out, err } = await gatehouse(at, ['bootstrap'], { GATEHOUSE_REALM_FILE: 'realm.yaml' });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(
      'GATEHOUSE_REALM_FILE (realm.yaml) has a problem, and nothing was changed:\n' +
        '  line 5, users[0].roles[0]: There is no role missing.\n',
    );
    await expect(readdir(join(at, 'keys'))).rejects.toThrow('ENOENT');
  });

  test.each([
    ['GATEHOUSE_REALM_FILE', { GATEHOUSE_REALM_FILE: 'not-there.yaml' }],
    ['GATEHOUSE_PORT', { GATEHOUSE_PORT: 'http' }],
    ['GATEHOUSE_STORE', { GATEHOUSE_STORE: 'mongodb://localhost/gatehouse' }],
    ['GATEHOUSE_ADMIN_USERNAME', { GATEHOUSE_ADMIN_USERNAME: 'a/b' }],
    ['GATEHOUSE_ADMIN_PASSWORD', { GATEHOUSE_ADMIN_PASSWORD: 'aaaaaaaaaaaa' }],
    ['GATEHOUSE_ADMIN_PASSWORD', { GATEHOUSE_ADMIN_PASSWORD: 'password' }],
  ])('refuses a wrong %s in a sentence', async (name, env) => {
    const { code, out, err } = await gatehouse(await folder(), ['bootstrap'], env);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(sentence);
    expect(err).toContain(name);
    expect(err).not.toContain('aaaaaaaaaaaa');
  });

  test('makes nobody an administrator who is somebody already', async () => {
    const at = await folder();
    const realm = join(at, 'realm.yaml');
    await writeFile(realm, 'users:\n  - username: ann\n    roles: [administrator]\n  - username: bea\n');
    const env = { GATEHOUSE_REALM_FILE: realm };
    const first = await gatehouse(at, ['bootstrap'], env);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect([...passwordsIn(first.out).keys()].sort()).toEqual(['admin', 'ann', 'bea']);
    const other = await folder();
    await cp(join(at, 'keys'), join(other, 'keys'), { recursive: true });
    // Served without a password for anybody, this realm has users and no administrator.
    await writeFile(realm, 'users:\n  - username: bea\n');
    await serveBriefly(other, env);
    const refused = await gatehouse(other, ['bootstrap'], { ...env, GATEHOUSE_ADMIN_USERNAME: 'BEA' });
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('GATEHOUSE_ADMIN_USERNAME') });
    const made = await gatehouse(other, ['bootstrap'], env);
    expect([...passwordsIn(made.out).keys()].sort()).toEqual(['admin', 'bea']);
  });
});

/** Serves until it listens, then stops it; returns its exit and all output. */
async function serveBriefly(cwd: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  const options = {
    cwd,
    env: {
      PATH: process.env['PATH'] ?? '',
      GATEHOUSE_ISSUER: `http://localhost:${await freePort()}`,
      GATEHOUSE_STOP_DELAY: '0',
      ...env,
    },
  };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, 'serve'], options, (error, out, err) => {
      resolve({ code: Number(error?.code ?? 0), out, err: warned(err) });
    });
    child.stdout?.on('data', (text) => {
      if (String(text).includes('"listening"')) child.kill('SIGTERM');
    });
  });
}

describe('gatehouse serve', () => {
  test('applies the realm file, makes the administrator from the two variables, and prints no secret', async () => {
    const at = await folder();
    await gatehouse(at, ['bootstrap'], { GATEHOUSE_ADMIN_PASSWORD: 'a quiet morning' });
    await rm(join(at, 'data'), { recursive: true });
    const realm = join(at, 'realm.yaml');
    await writeFile(realm, 'users:\n  - username: ann\n    password: ${ANN}\n');
    const env = {
      GATEHOUSE_ADMIN_USERNAME: 'root',
      GATEHOUSE_ADMIN_PASSWORD: 'a quiet evening',
      GATEHOUSE_REALM_FILE: realm,
      GATEHOUSE_LOG_LEVEL: 'trace',
      ANN: 'a password of ann',
    };
    const { code, out, err } = await serveBriefly(at, env);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).not.toMatch(/quiet evening|password of ann/);
    // Both exist, so bootstrap has nothing to create.
    expect(await gatehouse(at, ['bootstrap'], env)).toEqual({ code: 0, out: '', err: '' });
  });

  test('told to stop, says so at /readyz and goes on answering until the delay is over', async () => {
    const at = await folder();
    await gatehouse(at, ['bootstrap']);
    const issuer = `http://localhost:${await freePort()}`;
    const answers: unknown[] = [];
    const ended = await new Promise<Ended>((resolve) => {
      const env = { PATH: process.env['PATH'] ?? '', GATEHOUSE_ISSUER: issuer, GATEHOUSE_STOP_DELAY: '1' };
      const child = execFile(process.execPath, [program, 'serve'], { cwd: at, env }, (error, out, err) => {
        resolve({ code: Number(error?.code ?? 0), out, err: warned(err) });
      });
      child.stdout?.on('data', (text) => {
        if (String(text).includes('"listening"')) child.kill('SIGTERM');
        if (!String(text).includes('"stopping"')) return;
        for (const path of ['readyz', '.well-known/openid-configuration']) {
          void fetch(`${issuer}/${path}`).then(async (answer) => {
            const { failing } = (await answer.json()) as { failing?: readonly string[] };
            answers.push([path, answer.status, failing]);
          });
        }
      });
    });
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(answers.sort()).toEqual([
      ['.well-known/openid-configuration', 200, undefined],
      ['readyz', 503, ['stopping']],
    ]);
  });

  test('makes no key, and says that bootstrap does', async () => {
    const at = await folder();
    const { code, out, err, log } = await gatehouseLogged(at, ['serve']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(sentence);
    expect(err).toMatch(/^GATEHOUSE_KEYS.*bootstrap/);
    expect(log).toEqual([
      expect.objectContaining({ level: 30, endpoint: 'start', reason: 'configuration-wrong', words: err.trimEnd() }),
    ]);
    expect(await readdir(at)).toEqual([]);
  });

  test.each(['127.0.0.1', '::1'])('ends when its port is taken at %s, even if only there', async (taken) => {
    const at = await folder();
    await gatehouse(at, ['bootstrap']);
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, taken, resolve));
    const { port } = other.address() as AddressInfo;
    const { code, err } = await gatehouse(at, ['serve'], { GATEHOUSE_ISSUER: `http://localhost:${port}` });
    other.close();
    expect({ code, err }).toEqual({ code: 1, err: `GATEHOUSE_PORT must be a free port; ${port} is in use.\n` });
  });

  test('makes no client secret', async () => {
    const at = await folder();
    await gatehouse(at, ['bootstrap']);
    const { code, err, log } = await gatehouseLogged(at, ['serve'], { GATEHOUSE_REALM_FILE: demo });
    expect(code).toBe(1);
    expect(err).toContain(
      'clients[1].secret: There is no file keys/secrets/demo-machine. `gatehouse bootstrap` makes it.',
    );
    expect(log).toEqual([
      expect.objectContaining({ level: 30, endpoint: 'start', reason: 'realm-file-refused', words: err.trimEnd() }),
    ]);
    expect(await readdir(join(at, 'keys'))).toEqual(['0001.audit-key', '0001.key']);
  });
});

describe('the command line', () => {
  test('explains itself', async () => {
    const at = await folder();
    for (const args of [[], ['help'], ['--help'], ['-h']]) {
      const { code, out, err } = await gatehouse(at, args);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^Usage: gatehouse COMMAND[^]*bootstrap[^]*serve/);
    }
    expect((await gatehouse(at, ['help', 'settings'])).out).toBe(
      await readFile(join(root, 'docs/settings.md'), 'utf8'),
    );
  });

  test('explains each command, asked either way, before and after its arguments', async () => {
    const at = await folder();
    const { out } = await gatehouse(at, ['help', 'user', 'create']);
    expect(out).toMatch(/^gatehouse user create NAME[^]*--email /);
    for (const args of [
      ['user', 'create', '--help'],
      ['user', 'create', 'ann', '--role', 'x', '-h'],
    ]) {
      expect(await gatehouse(at, args)).toEqual({ code: 0, out, err: '' });
    }
    expect((await gatehouse(at, ['help', 'user'])).out).toContain(out.trim());
    expect((await gatehouse(at, ['help', 'decide'])).out).toContain('0 for allowed, 1 for denied');
    expect(await readdir(at)).toEqual([]);
  });

  test("says its version, which is the package's", async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    for (const args of [['--version'], ['version']]) {
      expect(await gatehouse(await folder(), args)).toEqual({ code: 0, out: `${version}\n`, err: '' });
    }
  });

  test.each([
    [['bootsrap'], 'did you mean `gatehouse bootstrap`?'],
    [['constructor'], 'There is no command `gatehouse constructor`.'],
    [['serve', '--now'], '`gatehouse serve` has no option --now'],
    [['serve', 'now'], 'Usage: gatehouse serve'],
    [['help', 'nothing'], 'There is no command `gatehouse nothing`.'],
    [['user'], '`gatehouse user` needs one of: create, set-password'],
    [['user', 'set-pasword', 'ann', 'a-secret'], 'did you mean `gatehouse user set-password`?'],
    [['usr', 'create', 'a-secret'], 'did you mean `gatehouse user create`?'],
    [['client', 'secret', 'ad', 'shop'], 'did you mean `gatehouse client secret add`?'],
    [['user', 'create', 'ann', '--emial=a-secret'], 'has no option --emial: did you mean --email?'],
    [['decide', 'ann', 'x', '--adress', 'a-secret'], 'has no option --adress: did you mean --address?'],
    [['role', 'list', 'a-secret'], 'Usage: gatehouse role list'],
    [['check'], 'Usage: gatehouse check FILE'],
  ])('ends %j with 2 and one line, which repeats no argument', async (args, said) => {
    const { code, out, err } = await gatehouse(await folder(), args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(said);
    expect(err).toMatch(/^[^\n]+ See `gatehouse help[^`\n]*`\.\n$/);
    expect(err).not.toContain('a-secret');
  });

  test.each([['help'], ['help settings'], ['keys list'], ['role list'], ['bootstrap']])(
    'whose reader goes away (%s) ends without a word of it',
    async (args) => {
      const at = await folder();
      await gatehouse(at, ['bootstrap']);
      // The reader closes before the first line is written.
      const line = `{ "$0" "$1" ${args}; echo "ended $?" >&2; } | true`;
      const env = { PATH: process.env['PATH'] ?? '' };
      const { stderr } = await promisify(execFile)('sh', ['-c', line, process.execPath, program], { cwd: at, env });
      expect(warned(stderr)).toBe('ended 0\n');
    },
  );

  test('an older Node.js is refused in a sentence, before anything that it lacks is imported', async () => {
    const { engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { engines: { node: string } };
    const older = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } })';
    const start = ['--import', `data:text/javascript,${older}`, program, 'help'];
    const run = promisify(execFile)(process.execPath, start);
    await expect(run).rejects.toMatchObject({ code: 1, stdout: '' });
    const { stderr } = (await run.catch((error: unknown) => error)) as { stderr: string };
    expect(stderr).toMatch(/^Gatehouse needs Node\.js 24\.7 or later; this is 20\.20\.2\. [^\n]*\n$/);
    expect(engines.node).toBe('>=24.7.0');
    expect([nodeTooOld('24.6.9'), nodeTooOld('23.11.0')]).not.toContain(undefined);
    expect([nodeTooOld('24.7.0'), nodeTooOld('25.0.0')]).toEqual([undefined, undefined]);
  });
});

describe('gatehouse check', () => {
  test('finds a realm file valid without a store, settings or secrets, and says what was not checked', async () => {
    const at = await folder();
    const { code, out, err } = await gatehouse(at, ['check', demo], { GATEHOUSE_PORT: 'none' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/is valid for a new realm\.\nNot checked: [^\n]*secrets[^\n]*store[^\n]*\n$/);
    expect(await readdir(at)).toEqual([]);
  });

  test.each([
    ['roles: [', 'line 1'],
    ['rolls: []', 'rolls: There is no such field; did you mean roles?'],
    ['users:\n  - username: b\n    roles: [missing]\n', 'line 3, users[0].roles[0]: There is no role missing.'],
    ['roles:\n  - name: a\n    excludes: [b]\n  - name: b\nusers:\n  - username: u\n    roles: [a, b]\n', 'users[0]'],
    ['clients:\n  - id: x\n    name: X\n    authentication: none\n    secret: ${file:x}\n', 'has no secret'],
  ])('refuses %j by line and field', async (text, said) => {
    const at = await folder();
    await writeFile(join(at, 'realm.yaml'), text);
    const { code, out, err } = await gatehouse(at, ['check', 'realm.yaml']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(said);
    expect(err).toMatch(/^realm\.yaml has a problem|^realm\.yaml has \d problems/);
    expect(await readdir(at)).toEqual(['realm.yaml']);
  });

  test('says that a file is not there', async () => {
    const { code, err } = await gatehouse(await folder(), ['check', 'none.yaml']);
    expect({ code, err }).toEqual({ code: 1, err: "The file none.yaml can't be read.\n" });
  });
});
