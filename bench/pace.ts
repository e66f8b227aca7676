const tickMs = 1

/**
 * Calls `send` `rate` times a second with the moment at which each call was due, whatever became of those
 * before: what is late is made up for at once, and its lateness can be counted.
 * @param now Milliseconds.
 * @returns Stops it.
 */
export function startPace(
  rate: number,
  now: () => number,
  send: (dueAt: number) => void,
): () => void {
  const periodMs = 1000 / rate
  const startedAt = now()
  let due = 0
  const ticking = setInterval(() => {
    const elapsed = now() - startedAt
    for (; due * periodMs <= elapsed; due++) send(startedAt + due * periodMs)
  }, tickMs)
  return () => clearInterval(ticking)
}
