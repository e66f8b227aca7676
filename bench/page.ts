import { readFileSync, writeFileSync } from 'node:fs'

const end = '<!-- end of figures -->'

/**
 * Puts figures between the markers of a page; throws where it has none.
 * @param by The script that writes them, as its marker names it: `bench:failover`.
 */
export function withFigures(page: string, by: string, figures: string): string {
  const begin = `<!-- figures: written by ${by} -->`
  const from = page.indexOf(begin)
  // A page may hold figures of several scripts.
  const to = page.indexOf(end, from)
  if (from < 0 || to < 0) throw new Error(`Cannot write figures: the page must hold ${begin}`)
  return `${page.slice(0, from + begin.length)}\n\n${figures}\n\n${page.slice(to)}`
}

/** The same for the file of a page. */
export function writeFigures(file: string, by: string, figures: string): void {
  writeFileSync(file, withFigures(readFileSync(file, 'utf8'), by, figures))
}
