/** A terminal, as far as it is drawn on. */
export interface Terminal {
  /** Lines that it shows; undefined or 0 where it does not say. */
  readonly rows?: number | undefined
  /** Characters of a line; undefined or 0 where it does not say. */
  readonly columns?: number | undefined
  write(text: string): unknown
}

export interface Screen {
  /** Takes the place of the lines before. */
  show(lines: readonly string[]): void
  /** Gives the terminal back, with the last lines on it. */
  close(): void
}

// ECMA-48 and the private modes of xterm, which every terminal of today knows.
const csi = '\u001b['
const otherPage = `${csi}?1049h`
const firstPage = `${csi}?1049l`
const cursor = { hide: `${csi}?25l`, show: `${csi}?25h` }
/** Off, what is too long for a line ends there and takes no second one. */
const wrap = { off: `${csi}?7l`, on: `${csi}?7h` }
const toStart = `${csi}H`
const eraseLine = `${csi}K`
const eraseBelow = `${csi}J`

/**
 * Draws over what was there, each line in its place and a frame in one write: nothing is ever blank, so
 * nothing flickers. What is below the last row is counted, since the worst comes first. On a page of its
 * own; what was seen last stays on the page that the terminal had before.
 *
 * Lines must be printable, or they could steer the terminal themselves.
 */
export function createScreen(terminal: Terminal): Screen {
  let last: readonly string[] = []
  terminal.write(otherPage + cursor.hide + wrap.off)
  return {
    show(lines) {
      last = lines
      const { rows = 0, columns = 0 } = terminal
      const seen = fitting(lines, rows).map(line => withoutRest(line, columns))
      const below = seen.length === rows ? '' : `\r\n${eraseBelow}`
      terminal.write(toStart + seen.join('\r\n') + below)
    },
    close() {
      terminal.write(wrap.on + cursor.show + firstPage)
      if (last.length > 0) terminal.write(`${last.join('\n')}\n`)
    },
  }
}

function fitting(lines: readonly string[], rows: number): readonly string[] {
  if (rows === 0 || lines.length <= rows) return lines
  const shown = rows - 1
  return [...lines.slice(0, shown), `… ${lines.length - shown} more lines`]
}

/** Behind a full line the cursor stays on its last character, which would be erased. */
function withoutRest(line: string, columns: number): string {
  return columns > 0 && line.length >= columns ? line : line + eraseLine
}

/** Where there is no terminal: block after block, with an empty line between them if `gap`. */
export function createBlocks(out: (line: string) => void, gap: boolean): Screen {
  let isFirst = true
  return {
    show(lines) {
      if (gap && !isFirst) out('')
      isFirst = false
      for (const line of lines) out(line)
    },
    close() {},
  }
}
