/** Where a person may be looking. */
export interface ProgressScreen {
  readonly isTTY?: boolean | undefined
  write(text: string): unknown
}

/** One line that says what is under way, until there is something to say. */
export interface Progress {
  /** Takes the place of what was said before. */
  say(text: string): void
  /** Leaves nothing of it. */
  end(): void
}

const eraseLine = '\r\u001b[K'

/** Says nothing where nobody looks: a file, a pipe, a terminal's log keep the outcome alone. */
export function createProgress(screen: ProgressScreen = process.stderr): Progress {
  let isShown = false
  return {
    say(text) {
      if (!screen.isTTY) return
      isShown = true
      screen.write(`${eraseLine}${text}…`)
    },
    end() {
      if (isShown) screen.write(eraseLine)
      isShown = false
    },
  }
}
