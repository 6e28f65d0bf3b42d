// `node --require ./scripts/thread-pool.cjs …`: sizes libuv's thread pool before anything has used it, which an ES module
// comes too late for. Hashing takes a thread a core; four more are for files and DNS.
const { availableParallelism } = require('node:os');

process.env.UV_THREADPOOL_SIZE ??= String(availableParallelism() + 4);
