/** The values of stored documents: no null (absent fields are omitted), no Date (times are milliseconds). */
export type Json = string | number | boolean | Json[] | JsonObject;
export type JsonObject = { [field: string]: Json };
