import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { words } from './typed-page.ts'

/** A line that a page shows in a block of `sh`. */
export interface Shown {
  readonly page: string
  /** Without its comment; one that ends with a backslash is joined with what follows. */
  readonly line: string
}

const root = join(import.meta.dirname, '../..')

/** Every command that README, CONTRIBUTING and docs show. */
export async function shownCommands(): Promise<Shown[]> {
  const pages = ['README.md', 'CONTRIBUTING.md']
  for await (const page of glob('docs/**/*.md', { cwd: root })) pages.push(page)
  const shown = await Promise.all(
    pages.sort().map(async page => {
      const text = await readFile(join(root, page), 'utf8')
      const blocks = [...text.matchAll(/^( *)```sh\n([\s\S]*?)^ *```/gm)]
      return blocks.flatMap(([, , code = '']) => linesIn(code).map(line => ({ page, line })))
    }),
  )
  return shown.flat()
}

function linesIn(code: string): string[] {
  return code
    .replaceAll(/ *\\\n */g, ' ')
    .split('\n')
    .map(line => line.replace(/(^|\s+)#.*$/, '').trim())
    .filter(line => line !== '')
}

/**
 * What two lines have in common that differ in their values alone: the command, what stands within it, and
 * the names of its options; of a request its method, its path and the names of its query.
 */
export function shapeOf(line: string): string {
  const argv = words(withoutRunner(line))
  const [command = ''] = argv
  if (command === 'curl') return requestShape(argv)
  const options = argv.filter(word => /^-/.test(word)).sort()
  const within = argv[1] === undefined || !isWithin(command, argv[1], argv[2]) ? [] : [argv[2]]
  return [command, argv[1], ...within, ...options].join(' ')
}

/** `npm run -s switchback -- status` is `switchback status`. */
export function withoutRunner(line: string): string {
  return line.replace(
    /^npm run -s switchback -- |^npm exec -- node src\/main\.ts |^npx switchback /,
    'switchback ',
  )
}

const nested: Readonly<Record<string, readonly string[]>> = {
  diff: ['acknowledge', 'count-again', 'forget'],
  experiment: ['restart'],
  report: ['v1-residual'],
}

function isWithin(command: string, name: string, second: string | undefined): boolean {
  return command === 'switchback' && (nested[name]?.includes(second ?? '') ?? false)
}

function requestShape(argv: readonly string[]): string {
  const url = new URL(String(argv.find(word => /^https?:/.test(word))))
  const method = argv.includes('-d') ? 'POST' : 'GET'
  return ['curl', method, url.pathname, ...url.searchParams.keys()].join(' ')
}
