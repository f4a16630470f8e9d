/** The process. Everything but this line of preparation begins after it. */
// Hashes and signatures share libuv's pool, whose size is read at its first use. The hash queue takes half of it, so it
// must be what the queue counts on (LIBUV_POOL).
process.env['UV_THREADPOOL_SIZE'] = '4';

const { runCommand } = await import('./cli/command.js');
process.exitCode = await runCommand(process.argv.slice(2), process.env);
