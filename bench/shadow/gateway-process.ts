/**
 * Switchback as it stands here, and eyes in the thread that serves. `timer-gaps` is answered with the
 * milliseconds between the calls of a 10 ms timer since the one before; nothing ticks until the first.
 * `collect-often`: garbage is collected four times a second from then on. Needs `--expose-gc`.
 *
 * It is what `npm run build` made, as it is installed: each thread that reads TypeScript has a reader of its
 * own for that, which is 36 MiB.
 */
export type ToGateway = 'timer-gaps' | 'collect-often'

const periodMs = 10
const collectEveryMs = 250

let gaps: number[] = []
let ticking: NodeJS.Timeout | null = null

process.on('message', (what: ToGateway) => {
  if (what === 'timer-gaps') tellGaps()
  else setInterval(() => globalThis.gc?.(), collectEveryMs)
})

function tellGaps(): void {
  process.send?.(gaps)
  gaps = []
  clearInterval(ticking ?? undefined)
  let last = performance.now()
  ticking = setInterval(() => {
    const now = performance.now()
    gaps.push(now - last)
    last = now
  }, periodMs)
}

const program = '../../dist/main.js'
await import(program)
