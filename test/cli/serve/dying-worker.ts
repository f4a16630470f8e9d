/** Run by a test of the supervisor: the first worker listens until it is told to stop; others send a message and die while it is under way. */
process.send?.(process.env['SERVE_WORKER'] === '1' ? 'listening' : 'closed');
if (process.env['SERVE_WORKER'] === '1') process.on('message', () => process.exit(0));
else process.kill(process.pid, 'SIGKILL');
