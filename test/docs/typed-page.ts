import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A code block of a page: a file to write, or lines to type. */
export interface Block {
  /** Path within the configuration directory; null for lines to type. */
  readonly file: string | null
  readonly code: string
}

/** A section of a page that is typed, by the words that its heading begins with. */
export interface Section {
  readonly name: string
  readonly blocks: readonly Block[]
}

/**
 * The sections of a page in docs/ whose headings match, each from its heading to the next. A block in YAML
 * begins with its path as a comment, one in JSON stands below its path; what is printed has no language.
 */
export async function typedPage(page: string, heading: RegExp): Promise<Section[]> {
  const text = await readFile(join(import.meta.dirname, '../../docs', page), 'utf8')
  return text.split(/^## /m).flatMap(section => {
    const [name] = heading.exec(section) ?? []
    if (name === undefined) return []
    const found = section.matchAll(/(?:`(\S+\.json)`:\n\n)?^```(\w+)\n([\s\S]*?)^```/gm)
    const blocks = [...found].map(([, json, language, code = '']) => ({
      file: language === 'yaml' ? (/^# (\S+)/.exec(code)?.[1] ?? null) : (json ?? null),
      code,
    }))
    return [{ name, blocks }]
  })
}

/** The files of some sections, the last one of each path. */
export function filesOf(sections: readonly Section[]): Record<string, string> {
  const files = sections.flatMap(({ blocks }) =>
    blocks.flatMap(({ file, code }) => (file === null ? [] : [[file, code] as const])),
  )
  return Object.fromEntries(files)
}

/** The lines to type of a section, in their order; one that ends with a backslash goes on. */
export function linesOf({ blocks }: Section): string[] {
  return blocks.flatMap(({ file, code }) =>
    file === null
      ? code
          .replaceAll(/ *\\\n */g, ' ')
          .trimEnd()
          .split('\n')
      : [],
  )
}

/** A command line as a shell reads it, with quotes around whole words. */
export function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  )
}
