/** How a demo that would run for ever comes to its end: by a person, by its reader, or by itself. */
export function createEnding() {
  const { promise, resolve } = Promise.withResolvers<void>()
  const end = () => resolve()
  // A second signal finds no listener here and ends the process at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end)
  // Nobody reads any more, as behind `| head`.
  process.stdout.on('error', end)
  return { ended: promise, end }
}
