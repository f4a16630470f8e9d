/** The thread that reads large responses: see `read-aside.ts`. */
import { parentPort } from 'node:worker_threads';
import type { AsideAnswer, AsideQuestion } from './read-aside.js';
import { readResponse } from './read-response.js';

parentPort?.on('message', ({ id, encoded, expected }: AsideQuestion) => {
  const answer: AsideAnswer = { id, said: readResponse(encoded, expected) };
  parentPort?.postMessage(answer);
});
