import type { ZodType } from 'zod';

/** A mark that we wrote; undefined: it is another's, or one of another version. */
export function readMark<Mark>(schema: ZodType<Mark>, text: string): Mark | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
