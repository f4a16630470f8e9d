/**
 * Writes the section of kinds in docs/audit.md, from src/audit/kinds/.
 *
 *     npm run audit-page
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as KindsModule from '../src/audit/kinds.ts';
import { auditPage } from './audit-page/audit-page.ts';
import { built } from './generate/built.ts';

const { KINDS_BY_TOPIC } = (await built('audit/kinds.js')) as typeof KindsModule;
const page = join(import.meta.dirname, '../docs/audit.md');

await writeFile(page, auditPage(await readFile(page, 'utf8'), KINDS_BY_TOPIC));
