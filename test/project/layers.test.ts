/** The layers are real: each rule is shown a wrong import, in a small tree of its own, and must name it. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const root = process.cwd();

/** [file, what it imports, the rule that must refuse it]. Files that are imported are made too. */
const wrong: [from: string, imported: string, rule: string][] = [
  ['src/base/upward.ts', '../storage/store.js', 'layer-base'],
  ['src/config/sideways.ts', '../storage/store.js', 'layer-config'],
  ['src/realm/upward.ts', '../access/model/role.js', 'layer-realm'],
  ['src/access/upward-type.ts', 'type ../http/auth.js', 'layer-access'],
  ['src/identity/to-sentences.ts', '../sentences/sentence.js', 'layer-identity'],
  ['src/sentences/to-http.ts', '../http/problem.js', 'layer-sentences'],
  ['src/oidc/to-another.ts', '../admin/routes.js', 'layer-oidc'],
  ['src/realm-file/to-another.ts', '../oidc/provider.js', 'layer-realm-file'],
  ['src/http/to-a-page.ts', '#views/page.js', 'layer-http'],
  ['src/cli/to-main.ts', '../main.js', 'layer-cli'],
  ['src/sign-in/to-app.ts', '../app/http.js', 'layer-sign-in'],
  ['src/sign-in/into-app.ts', '../app/parts.js', 'layer-sign-in'],
  ['src/misc/anything.ts', '../base/crypto/ids.js', 'no-module-without-a-layer'],
  ['src/base/ring-a.ts', './ring-b.js', 'no-circle'],
  ['src/identity/users.ts', '../storage/sqlite/engine.js', 'engines-by-app-alone'],
  ['src/app/application.ts', '../storage/sqlite/engine.js', 'engines-by-app-alone'],
  ['test/flows/shortcut.ts', '../../src/storage/sqlite/engine.js', 'engines-by-app-alone'],
  ['src/storage/mongo/to-sqlite.ts', '../sqlite/engine.js', 'engines-apart'],
  ['src/sign-in/to-ldap.ts', '../federation/ldap/connector.js', 'connectors-by-app-alone'],
  ['src/federation/saml/to-ldap.ts', '../ldap/connector.js', 'connectors-apart'],
  ['src/federation/ldap/to-store.ts', '../../storage/store.js', 'connectors-know-protocols-only'],
  ['src/federation/ldap/to-koa.ts', 'koa', 'connectors-know-protocols-only'],
  ['src/realm/to-mongoose.ts', 'mongoose', 'only-there-mongoose'],
  ['src/sessions/to-sqlite.ts', 'node:sqlite', 'only-there-sqlite'],
  ['src/sign-in/to-provider.ts', 'oidc-provider', 'only-there-oidc-provider'],
  ['src/identity/to-ldapts.ts', 'ldapts', 'only-there-ldapts'],
  ['src/http/to-xml-crypto.ts', 'xml-crypto', 'only-there-xml-crypto'],
  ['src/http/to-xml-encryption.ts', 'xml-encryption', 'only-there-xml-encryption'],
  ['src/http/to-xmldom.ts', '@xmldom/xmldom', 'only-there-xmldom'],
  ['src/http/to-saxes.ts', 'saxes', 'only-there-saxes'],
  ['views/with-works.tsx', '../src/base/crypto/ids.js', 'views-import-base-types-only'],
  ['views/with-store.tsx', 'type ../src/storage/store.js', 'views-import-base-only'],
  ['views/with-koa.tsx', 'koa', 'views-need-preact-only'],
  ['views/with-files.tsx', 'node:fs', 'views-need-preact-only'],
  ['src/storage/sqlite/writer.ts', '../store.js', 'writer-imports-node-only'],
  ['src/base/to-test.ts', '../../test/support/help.js', 'no-tests-or-examples-in-the-product'],
  ['src/base/to-example.ts', '../../examples/app/start.js', 'no-tests-or-examples-in-the-product'],
  ['src/oidc/to-jest.ts', 'fast-check', 'no-development-packages'],
  ['src/oidc/to-client.ts', 'openid-client', 'only-there-openid-client'],
  ['examples/app/peek.ts', '../../src/base/crypto/ids.js', 'examples-are-strangers'],
  ['examples/app/page.ts', '#views/page.js', 'examples-are-strangers'],
  ['src/base/nowhere.ts', './gone.js', 'resolvable'],
];

/** Permitted imports, so that a rule that refuses everything fails too. */
const right: [from: string, imported: string][] = [
  ['src/app/open-engine.ts', '../storage/sqlite/engine.js'],
  ['src/app/installation.ts', '../federation/ldap/connector.js'],
  ['src/app/http.ts', '../oidc/provider.js'],
  ['src/main.ts', './cli/command.js'],
  ['src/cli/command.ts', '../app/http.js'],
  ['src/pages/pages.ts', '#views/page.js'],
  ['src/oidc/provider.ts', 'oidc-provider'],
  ['src/storage/sqlite/engine.ts', 'node:sqlite'],
  ['src/storage/sqlite/writer.ts', 'node:worker_threads'],
  ['src/storage/sqlite/writer.ts', 'type ../spec.js'],
  ['src/federation/ldap/connector.ts', '../contract.js'],
  ['views/page.tsx', 'preact'],
  ['views/page.tsx', 'type ../src/base/crypto/ids.js'],
  ['test/storage/conformance.ts', '../../src/storage/sqlite/engine.js'],
  ['examples/app/start.ts', 'openid-client'],
  ['src/federation/oidc/provider.ts', 'openid-client'],
];

/** The other half of the circle, which is reported once. */
const needed: [from: string, imported: string][] = [['src/base/ring-b.ts', './ring-a.js']];

interface Violation {
  from: string;
  to: string;
  rule: { name: string };
}

let fixture: string;
let violations: Violation[];

beforeAll(async () => {
  await mkdir(join(root, '.cache'), { recursive: true });
  // Inside the checkout, so that packages resolve as they do for the real files.
  fixture = await mkdtemp(join(root, '.cache/floors-'));
  const files = new Map<string, string[]>();
  const linesOf = (file: string): string[] => {
    const lines = files.get(file) ?? [];
    files.set(file, lines);
    return lines;
  };
  for (const [from, imported] of [...wrong, ...right, ...needed]) {
    const specifier = imported.replace(/^type /, '');
    linesOf(from).push(
      imported.startsWith('type ') ? `export type * from '${specifier}';` : `export * from '${specifier}';`,
    );
    if (specifier.startsWith('.') && !specifier.includes('gone')) {
      linesOf(join(dirname(from), specifier).replace(/\.js$/, '.ts'));
    }
  }
  for (const [file, lines] of files) {
    await mkdir(dirname(join(fixture, file)), { recursive: true });
    await writeFile(join(fixture, file), [...lines, 'export const here = 1;', ''].join('\n'));
  }
  for (const file of ['tsconfig.json', 'package.json', '.dependency-cruiser.mjs']) {
    await copyFile(join(root, file), join(fixture, file));
  }
  violations = await cruise(fixture);
});

afterAll(() => rm(fixture, { recursive: true, force: true }));

test.each(wrong)('%s may not import %s (%s)', (from, _imported, rule) => {
  expect(violations.filter((found) => found.from === from).map((found) => found.rule.name)).toContain(rule);
});

test.each(right)('%s may import %s', (from, imported) => {
  const name = basename(imported, '.js').replace('node:', '');
  expect(violations.filter((found) => found.from === from && found.to.includes(name))).toEqual([]);
});

async function cruise(folder: string): Promise<Violation[]> {
  const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'src', 'views', 'examples', 'test'];
  const run = promisify(execFile)(process.execPath, [depcruise, ...args], { cwd: folder, maxBuffer: 1 << 26 });
  // It leaves with the number of errors, which is what we came for.
  const { stdout } = await run.catch((failed: unknown) => failed as { stdout: string });
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}
