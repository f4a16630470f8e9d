/**
 * Every page of `views/` in every state. A page's samples are in `test/views/samples/`, under the page's name, and
 * `every-page.test.ts` reports pages without samples. Tests of all pages (texts, accessibility) use these samples.
 */
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import type { VNode } from 'preact';
import { render } from 'preact-render-to-string';
import { LOCALES, type Locale } from '../../src/base/locale.js';
import type { Surroundings } from '../../views/layout.js';
import { texts } from '../../views/locales/texts.js';
import type { Samples } from './sample.js';

const root = join(import.meta.dirname, '../..');

/** Files that are parts of pages, not pages. */
const PARTS = /(?:^layout|-frame)\.tsx$|^components\//;

/** The pages' files below views/, without `.tsx`. */
export async function pageFiles(): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob('**/*.tsx', { cwd: join(root, 'views') })) if (!PARTS.test(file)) files.push(file);
  return files.map((file) => file.slice(0, -'.tsx'.length)).sort();
}

/** The files that hold samples, without `.ts`. */
export async function sampleFiles(): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob('**/*.ts', { cwd: join(root, 'test/views/samples') })) files.push(file);
  return files.map((file) => file.slice(0, -'.ts'.length)).sort();
}

async function samplesOf(page: string): Promise<Samples> {
  const { samples } = (await import(`./samples/${page}.ts`)) as { readonly samples: Samples };
  return samples;
}

export interface Rendered {
  /** `sign-in: throttled (de)` */
  readonly name: string;
  readonly locale: Locale;
  readonly html: string;
}

/** All pages as they are sent, in every language. */
export async function everyPage(around: Partial<Surroundings> = {}): Promise<Rendered[]> {
  const rendered: Rendered[] = [];
  for (const page of await sampleFiles()) {
    for (const [state, sample] of Object.entries(await samplesOf(page))) {
      for (const locale of LOCALES) {
        const html = asSent(sample({ ...surroundings(locale), ...around }));
        rendered.push({ name: `${page}: ${state} (${locale})`, locale, html });
      }
    }
  }
  return rendered;
}

export const surroundings = (locale: Locale): Surroundings => ({
  locale,
  texts: texts[locale],
  realmName: 'Acme & Sons',
  brand: {},
  assets: '/assets/',
});

const asSent = (page: VNode): string => `<!doctype html>${render(page)}`;
