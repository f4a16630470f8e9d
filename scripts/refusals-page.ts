/**
 * Writes docs/refusals.md: every reason for which Gatehouse refuses something, from src/http/refusals/reasons/.
 *
 *     npm run refusals-page
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as ReasonsModule from '../src/http/refusals/reasons.ts';
import { built } from './generate/built.ts';
import { refusalsPage } from './refusals-page/refusals-page.ts';

const { REASONS } = (await built('http/refusals/reasons.js')) as typeof ReasonsModule;

await writeFile(join(import.meta.dirname, '../docs/refusals.md'), refusalsPage(REASONS));
