/**
 * Writes docs/refusals.md: every reason for which Gatehouse refuses something, from src/http/refusals/reasons.ts.
 *
 *     npm run refusals-page
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { refusalsPage } from './refusals-page/refusals-page.ts';

await writeFile(join(import.meta.dirname, '../docs/refusals.md'), refusalsPage());
