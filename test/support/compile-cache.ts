import { join } from 'node:path';

/**
 * The environment that lets Node processes of the tests keep compiled code for the next one. Starting the program otherwise spends most
 * of its time on compiling. The folder outlives a run, since Node compares the content of each module.
 */
export const compileCache = { NODE_COMPILE_CACHE: join(import.meta.dirname, '../../.cache/compiled') } as const;
