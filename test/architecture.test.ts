import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { test } from 'node:test'
import { type Import, importsOf, readSources, type Source } from './support/sources.ts'

/** The rules of the house, read off the sources; ARCHITECTURE.md says what they are for. */
const sources = readSources()

/** In the order of a request's life: a room may know the types of those before it. */
const rooms = [
  'config',
  'ingress',
  'routing',
  'entrance',
  'identity',
  'limits',
  'security',
  'cohort',
  'decisions',
  'upstream',
  'shadow',
  'guard',
  'experiment',
  'rollout',
  'history',
  'residual',
  'fleet',
  'telemetry',
  'admin',
  'console',
]

/** Where rooms meet, so that they need not know each other. */
const composition = /^src\/(main\.ts|run\.ts|gateway\.ts|control\.ts|pipeline\/|cli\/)/

/** What every room may use besides itself. */
const shared = ['src/errors.ts', 'src/clock.ts', 'src/linked-set.ts']

/** Packages that more than one file imports, and which files those are; all others have one. */
const importedOften: Readonly<Record<string, RegExp>> = {
  // A schema stands beside the type made from it.
  typebox: /^src\/config\/schema-[a-z]+\.ts$/,
  // What a process counts, and the sum over processes.
  'prom-client': /^src\/telemetry\/([a-z\d]+-)?metrics\.ts$/,
  // One listener for clients, one for operators.
  fastify: /^src\/(ingress\/listener|admin\/server)\.ts$/,
}

/** Where the environment, time and chance come in; everything else is handed them. */
const seams = [
  { use: /\bprocess\.env\b/, files: /^src\/main\.ts$/ },
  // A browser has a clock of its own, and nothing to do with that of the process.
  {
    use: /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/,
    files: /^src\/(clock|console\/time)\.ts$/,
  },
  {
    use: /(?<![.\w])set(Timeout|Interval)\(|\bnode:timers/,
    files: /^src\/(clock\.ts$|console\/time\.ts$|cli\/)/,
  },
  {
    use: /\bfetch\(|\bEventSource\(/,
    files: /^src\/(?!console\/)|^src\/console\/(api|one-stream)\.ts$/,
  },
  { use: /\bMath\.random\b|\bgetRandomValues\b/, files: /^nowhere$/ },
  { use: /\brandom(Bytes|UUID|Int)\b.* from 'node:crypto'/, files: /^src\/cli\// },
]

const longest = 250
const longestMedian = 80
const vagueNames = /^(utils?|helpers?|common|index|misc|shared|lib)$/

/** Fails with every violation at once, each as `file:line rule`. */
function assertNone(violations: readonly string[]): void {
  if (violations.length > 0) assert.fail(`\n${violations.join('\n')}`)
}

function roomOf(file: string): string | null {
  const [, room] = /^src\/([^/]+)\//.exec(file) ?? []
  return room !== undefined && rooms.includes(room) ? room : null
}

/** What is wrong with an import of the project's own, from within a room; null when nothing is. */
function wrongWith(room: string, { from, typesOnly }: Import): string | null {
  const other = roomOf(from)
  if (other === room || shared.includes(from)) return null
  if (other === null) return `${room} must not know ${from}, where rooms are put together`
  if (!typesOnly) return `${room} must import types only from ${other}, another room`
  if (rooms.indexOf(other) < rooms.indexOf(room)) return null
  return `${room} must not know ${other}, which comes later in a request's life`
}

test('every file is in a room, or where rooms meet', () => {
  const homeless = sources.filter(
    ({ file }) => roomOf(file) === null && !composition.test(file) && !shared.includes(file),
  )
  assertNone(homeless.map(({ file }) => `${file} stands in no room`))
})

test("a room knows other rooms' types only, and only of those before it", () => {
  assertNone(
    sources.flatMap(({ file, imports }) => {
      const room = roomOf(file)
      if (room === null) return []
      return imports
        .filter(({ isOutside }) => !isOutside)
        .map(each => ({ line: each.line, rule: wrongWith(room, each) }))
        .filter(({ rule }) => rule !== null)
        .map(({ line, rule }) => `${file}:${line} ${rule}`)
    }),
  )
})

test('what every room may use knows nothing of the house', () => {
  const knowing = sources.filter(({ file }) => shared.includes(file))
  assertNone(
    knowing.flatMap(({ file, imports }) =>
      imports
        .filter(({ from }) => !from.startsWith('node:'))
        .map(({ line, from }) => `${file}:${line} must import nothing, received ${from}`),
    ),
  )
})

test('each outside package is imported in one file', () => {
  const importers = new Map<string, Set<string>>()
  for (const { file, imports } of sources) {
    for (const { from, isOutside, typesOnly } of imports) {
      // A type is a word for what another file made; it brings nothing in.
      if (!isOutside || typesOnly || from.startsWith('node:')) continue
      const name = packageOf(from)
      importers.set(name, (importers.get(name) ?? new Set()).add(file))
    }
  }
  assert.ok(importers.has('fastify') && importers.has('typebox'), 'the imports are read at all')
  assertNone(
    [...importers].flatMap(([name, files]) => {
      const allowed = importedOften[name]
      if (allowed === undefined && files.size === 1) return []
      return [...files]
        .filter(file => allowed === undefined || !allowed.test(file))
        .map(file => `${file} ${name} must be imported in one file, received ${files.size}`)
    }),
  )
})

function packageOf(from: string): string {
  return /^(@[^/]+\/)?[^/]+/.exec(from)?.[0] ?? from
}

test('time, chance and the environment come in at their seams only', () => {
  assertNone(
    sources.flatMap(({ file, code }) =>
      seams
        .filter(({ files }) => !files.test(file))
        .flatMap(({ use }) =>
          code.flatMap((line, at) => {
            const found = use.exec(line)?.[0]
            return found === undefined
              ? []
              : [`${file}:${at + 1} ${found} must come as a parameter`]
          }),
        ),
    ),
  )
})

test('what runs in a browser wants nothing of Node', () => {
  const inBrowser = sources.filter(({ file }) => roomOf(file) === 'console')
  assert.ok(inBrowser.length > 0)
  assertNone(
    inBrowser.flatMap(({ file, imports, code }) => [
      ...imports
        .filter(({ from }) => from.startsWith('node:'))
        .map(({ line, from }) => `${file}:${line} must not import ${from}`),
      // Its types are known there, since those of other rooms are made of them.
      ...code.flatMap((line, at) =>
        /\b(process|Buffer|setImmediate)\b[.(]/.test(line)
          ? [`${file}:${at + 1} must not use what only Node has`]
          : [],
      ),
    ]),
  )
})

test('nothing is exported as default', () => {
  assertNone(
    sources.flatMap(({ file, code }) =>
      code.flatMap((line, at) =>
        /^export default\b|^export \{.*\bas default\b/.test(line)
          ? [`${file}:${at + 1} must export by name`]
          : [],
      ),
    ),
  )
})

test('a file is one idea: none is long, and half of them are short', () => {
  const long = sources.filter(({ lineCount }) => lineCount > longest)
  assertNone(
    long.map(
      ({ file, lineCount }) => `${file} must have at most ${longest} lines, has ${lineCount}`,
    ),
  )
  const median = medianOf(sources)
  assert.ok(median <= longestMedian, `the median must be at most ${longestMedian}, is ${median}`)
})

function medianOf(all: readonly Source[]): number {
  const counts = all.map(({ lineCount }) => lineCount).sort((a, b) => a - b)
  return counts[Math.floor(counts.length / 2)] ?? 0
}

test('names say what is inside', () => {
  const vague = sources.filter(({ file }) =>
    [...dirname(file).split('/'), basename(file, '.ts')].some(name => vagueNames.test(name)),
  )
  assertNone(vague.map(({ file }) => `${file} must be named by its idea`))
})

test('Node runs the sources as they are: only erasable TypeScript', () => {
  const { compilerOptions } = JSON.parse(
    readFileSync(new URL('../tsconfig.json', import.meta.url), 'utf8'),
  )
  assert.equal(compilerOptions.erasableSyntaxOnly, true)
  assert.equal(compilerOptions.verbatimModuleSyntax, true)
})

test('imports are read in every form that they are written in', () => {
  const code = [
    "import { a, type B } from './a.ts'",
    "import type { C } from './b.ts'",
    "import { type D, type E } from '../other/c.ts'",
    "import F, * as g from 'pkg/deep.js'",
    "import './d.ts'",
    "export { h } from './e.ts'",
    'import {',
    '  type I,',
    '  j,',
    "} from '@scope/pkg'",
    "const later = await import('./f.ts')",
    "export const made = Buffer.from('x')",
  ].join('\n')
  const read = importsOf('src/room/file.ts', code)
  assert.deepEqual(
    read.map(({ line, from, typesOnly }) => `${line} ${from}${typesOnly ? ' types' : ''}`),
    [
      '1 src/room/a.ts',
      '2 src/room/b.ts types',
      '3 src/other/c.ts types',
      '4 pkg/deep.js',
      '5 src/room/d.ts',
      '6 src/room/e.ts',
      '7 @scope/pkg',
      '11 src/room/f.ts',
    ],
  )
})
