import assert from 'node:assert/strict'
import { access, glob, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../..')

const files: string[] = []
for (const pattern of [
  '*.md',
  'docs/**/*.md',
  'bench/*.md',
  'test/*/*.md',
  'deploy/**/*.md',
  'examples/**/*.md',
])
  for await (const file of glob(pattern, { cwd: root })) files.push(file)

/** The names under which the headings of a page can be linked. */
const anchors = new Map<string, Promise<ReadonlySet<string>>>()

function anchorsOf(file: string): Promise<ReadonlySet<string>> {
  let found = anchors.get(file)
  if (found === undefined) {
    found = readFile(file, 'utf8').then(
      text =>
        new Set(
          [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => anchorOf(title)),
        ),
    )
    anchors.set(file, found)
  }
  return found
}

/** As GitHub makes them. */
function anchorOf(title: string): string {
  return title
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')
}

function withoutCode(text: string): string {
  return text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '')
}

test('every page, file and place that a page links is there', async () => {
  assert.ok(files.length > 30)
  const broken: string[] = []
  for (const file of files) {
    const text = withoutCode(await readFile(join(root, file), 'utf8'))
    const links = text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)
    for (const [, link = ''] of links) {
      const [path = '', anchor] = link.split('#')
      const to = path === '' ? join(root, file) : join(root, dirname(file), path)
      const isThere = await access(to).then(
        () => true,
        () => false,
      )
      if (!isThere) broken.push(`${file}: ${link} is not there`)
      else if (anchor !== undefined && to.endsWith('.md') && !(await anchorsOf(to)).has(anchor))
        broken.push(`${file}: ${relative(root, to)} has no #${anchor}`)
    }
  }
  assert.deepEqual(broken, [])
})

test('every page of docs is in the index', async () => {
  const index = await readFile(join(root, 'docs/README.md'), 'utf8')
  const pages = files.filter(file => /^docs\/[^/]+\.md$/.test(file) && file !== 'docs/README.md')
  const missing = pages.filter(page => !index.includes(`](${page.slice('docs/'.length)}`))
  assert.deepEqual(missing, [])
})

test('each decision has a number of its own', () => {
  const numbers = files.flatMap(file => /^docs\/adr\/(\d{4})-/.exec(file)?.[1] ?? [])
  assert.ok(numbers.length > 15)
  assert.deepEqual(numbers.sort(), [...new Set(numbers)].sort())
})
