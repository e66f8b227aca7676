import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Source {
  /** From the root of the repository, with slashes. */
  readonly file: string
  readonly lineCount: number
  /** The lines without comments. */
  readonly code: readonly string[]
  readonly imports: readonly Import[]
}

export interface Import {
  /** 1 for the first. */
  readonly line: number
  /** A path from the root of the repository, or a package with what stands behind its slash. */
  readonly from: string
  readonly isOutside: boolean
  readonly typesOnly: boolean
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Every TypeScript file below `src/`, with what it imports. */
export function readSources(): Source[] {
  return globSync('src/**/*.ts', { cwd: root })
    .sort()
    .map(file => {
      const text = readFileSync(`${root}/${file}`, 'utf8')
      const code = withoutComments(text)
      const lineCount = text.trimEnd().split('\n').length
      return { file, lineCount, code: code.split('\n'), imports: importsOf(file, code) }
    })
}

/** Blanks comments out and keeps the lines. A comment behind code has a space before it, a URL has not. */
function withoutComments(text: string): string {
  return text
    .replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, comment => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|\s)\/\/.*$/gm, '$1')
}

const importForms = new RegExp(
  [
    /^(?:import|export)(?<type>\s+type)?(?<names>[\w\s{},*$]*?)\bfrom '(?<from>[^']+)'/,
    /^import '(?<effects>[^']+)'/,
    /\bimport\('(?<later>[^']+)'\)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gm',
)

export function importsOf(file: string, code: string): Import[] {
  return [...code.matchAll(importForms)].map(({ index, groups = {} }) => {
    const { type, names = '', from, effects, later } = groups
    const target = from ?? effects ?? later ?? ''
    const isOutside = !target.startsWith('.')
    return {
      line: code.slice(0, index).split('\n').length,
      from: isOutside ? target : posix.join(posix.dirname(file), target),
      isOutside,
      typesOnly: from !== undefined && (type !== undefined || areAllTypes(names)),
    }
  })
}

/** Whether the names are of the form `{ type A, type B }`. */
function areAllTypes(names: string): boolean {
  const listed = /^\s*\{([^}]*)\}\s*$/.exec(names)?.[1]
  const each = listed?.split(',').map(name => name.trim()) ?? ['']
  return each.every(name => name === '' || name.startsWith('type ')) && listed !== undefined
}
