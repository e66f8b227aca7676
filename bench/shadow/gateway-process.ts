/**
 * Switchback as it stands here, and eyes in the thread that serves: each message is answered with the
 * milliseconds between the calls of a 10 ms timer since the one before. Nothing ticks until the first.
 */
const periodMs = 10

let gaps: number[] = []
let ticking: NodeJS.Timeout | null = null

process.on('message', () => {
  process.send?.(gaps)
  gaps = []
  clearInterval(ticking ?? undefined)
  let last = performance.now()
  ticking = setInterval(() => {
    const now = performance.now()
    gaps.push(now - last)
    last = now
  }, periodMs)
})

await import('../../src/main.ts')
