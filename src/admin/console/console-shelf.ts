import { type ConsoleFile, readConsole } from './console-files.ts'

/** The files of the console, read when a browser first asks: most gateways are asked by machines alone. */
export interface ConsoleShelf {
  /** By its path in the console; null for none. */
  file(path: string): Promise<ConsoleFile | null>
}

export function createConsoleShelf(read: typeof readConsole = readConsole): ConsoleShelf {
  let files: Promise<ReadonlyMap<string, ConsoleFile>> | null = null
  return {
    async file(path) {
      // Another try may find what this one did not: files are scarce for a moment.
      files ??= read().catch(error => {
        files = null
        throw error
      })
      return (await files).get(path) ?? null
    },
  }
}
