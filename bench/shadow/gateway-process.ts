/**
 * Switchback, whose program is the first argument, and eyes in the thread that serves. `timer-gaps` is answered
 * with the milliseconds between the calls of a 10 ms timer since the one before; nothing ticks until the first.
 * `collect-often`: garbage is collected four times a second from then on. Needs `--expose-gc`.
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

const [program = ''] = process.argv.splice(2, 1)
await import(program)
