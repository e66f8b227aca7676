/** Where progress is told, such as stderr. */
export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface Progress {
  /** What is going on, and how many seconds it takes. */
  begin(what: string, seconds: number): void
  /** A line that stays. */
  tell(line: string): void
  close(): void
}

const barCells = 24
const drawEveryMs = 200

/**
 * A bar that is drawn over and over on a screen, a line at each beginning otherwise.
 *
 * @param totalSeconds Of everything that will begin.
 * @param now Monotonic milliseconds.
 */
export function createProgress(screen: Screen, totalSeconds: number, now: () => number): Progress {
  let doneSeconds = 0
  let current = { what: '', seconds: 0, startedAt: now() }
  const draws = screen.isTTY === true
  const timer = draws ? setInterval(draw, drawEveryMs) : null

  function draw(): void {
    const spent = Math.min(current.seconds, (now() - current.startedAt) / 1000)
    const text = barLine(doneSeconds + spent, totalSeconds, current.what)
    screen.write(`\r\x1b[K${text.slice(0, (screen.columns || 80) - 1)}`)
  }

  return {
    begin(what, seconds) {
      doneSeconds += current.seconds
      current = { what, seconds, startedAt: now() }
      if (draws) draw()
      else screen.write(`${what}\n`)
    },
    tell(line) {
      screen.write(draws ? `\r\x1b[K${line}\n` : `${line}\n`)
    },
    close() {
      if (timer === null) return
      clearInterval(timer)
      screen.write('\r\x1b[K')
    },
  }
}

/** `████████░░░░  42 %  1 min 5 s left  round 3 of 6, V2` */
export function barLine(spent: number, total: number, what: string): string {
  const share = total === 0 ? 1 : Math.min(1, spent / total)
  const full = Math.round(share * barCells)
  const bar = '█'.repeat(full) + '░'.repeat(barCells - full)
  const left = Math.max(0, Math.round(total - spent))
  const time = left < 60 ? `${left} s` : `${Math.floor(left / 60)} min ${left % 60} s`
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${time} left  ${what}`
}
