/** A small server that says its process id, answers, ends when told, and can be asked to fall. */
import { createServer } from 'node:http';

const [, , port] = process.argv;
const server = createServer((request, response) => {
  response.end('here');
  if (request.url === '/fall') throw new Error('I fell');
});
process.on('SIGTERM', () => process.exit(0));
server.listen(Number(port), '127.0.0.1', () => console.log(`pid ${process.pid} listens`));
