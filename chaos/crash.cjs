// Preloaded by scenario R16: makes mistakes that no request of ours can make.
process.on('SIGUSR2', () => void Promise.reject(new Error('A promise that nobody waited for')));
process.on('SIGPIPE', () => {
  throw new Error('Thrown where nobody catches');
});
