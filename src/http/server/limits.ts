import type { ServerOptions } from 'node:http';
import { seconds } from '../../base/clock.js';

/** The limits of one connection. For `http.createServer`. */
export const serverLimits: ServerOptions = {
  /** Bytes, request line included: an authorization request with claims fits many times over. */
  maxHeaderSize: 16 * 1024,
  headersTimeout: seconds(10),
  /** The whole request with its body; bodies are of a few kilobytes. */
  requestTimeout: seconds(20),
  /** Longer than the 60 s that proxies keep idle connections for, so that they, not we, close first. */
  keepAliveTimeout: seconds(65),
  connectionsCheckingInterval: seconds(2),
};
