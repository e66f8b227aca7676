import { readFileSync } from 'node:fs'

/** Of Switchback itself. The same two folders up from the sources and from what is built of them. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
}
