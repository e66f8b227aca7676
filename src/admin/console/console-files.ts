import { createHash } from 'node:crypto'
import { glob, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shellPage } from './shell-page.ts'
import { stripTypes } from './strip-types.ts'
import { vendorFiles, withVendorAddresses } from './vendor.ts'

/** What is served below `/console/`. */
export interface ConsoleFile {
  readonly type: string
  /** Strong: the same for the same bytes. */
  readonly etag: string
  readonly body: Buffer
}

const directory = fileURLToPath(new URL('../../console/', import.meta.url))

const script = 'text/javascript; charset=utf-8'
const types: Readonly<Record<string, string>> = {
  '.ts': script,
  '.js': script,
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Styles in the order in which they count, the last one most. */
const styleOrder = ['vendor/', 'style/colours.css', 'style/ground.css', 'style/']

/**
 * All of the console by its path below `/console/`: modules, styles, what they need of other packages,
 * and the one document for each page. A file `pages/<name>` makes a page `<name>`. Read once: nothing
 * that a request says reaches the disk, and a package that is replaced meanwhile changes no page.
 */
export async function readConsole(): Promise<ReadonlyMap<string, ConsoleFile>> {
  const own = await Array.fromAsync(glob('**/*.{ts,js,css,svg}', { cwd: directory }))
  const files = await Promise.all([
    ...own.map(path => read(path, join(directory, path))),
    ...[...vendorFiles()].map(([path, file]) => read(path, file)),
  ])
  const all = new Map(files)
  const shell = consoleFile('text/html; charset=utf-8', shellPage(partsOf([...all.keys()])))
  for (const path of own) {
    const [, page] = /^pages\/([a-z]+)\.[jt]s$/.exec(path) ?? []
    if (page !== undefined) all.set(page, shell)
  }
  return all
}

async function read(path: string, file: string): Promise<[string, ConsoleFile]> {
  const ending = extname(path)
  const source = await readFile(file, 'utf8')
  const code = ending === '.ts' ? await stripTypes(source) : source
  const isOwnScript = types[ending] === script && !path.startsWith('vendor/')
  const body = isOwnScript ? withVendorAddresses(code, path) : code
  return [path, consoleFile(types[ending] ?? '', body)]
}

function consoleFile(type: string, text: string): ConsoleFile {
  const body = Buffer.from(text)
  const digest = createHash('sha256').update(body).digest('base64url')
  return { type, etag: `"${digest}"`, body }
}

function partsOf(paths: readonly string[]) {
  const address = (path: string) => `/console/${path}`
  const rank = (path: string) => styleOrder.findIndex(start => path.startsWith(start))
  const isMain = (path: string) => /^main\.[jt]s$/.test(path)
  const isOwnModule = (path: string) =>
    types[extname(path)] === script && !/^(vendor\/|login\.)/.test(path)
  return {
    modules: paths
      .filter(isOwnModule)
      .sort((a, b) => Number(isMain(b)) - Number(isMain(a)) || a.localeCompare(b))
      .map(address),
    styles: paths
      .filter(path => path.endsWith('.css') && rank(path) !== -1)
      .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
      .map(address),
  }
}
