import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('a build copies what of the console is not compiled', () => {
  const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
  const [, copied = ''] = /cp -R ((?:src\/console\/\S+ )+)dist\/console\//.exec(scripts.build) ?? []
  const sources = copied.trim().split(' ')
  const files = globSync('src/console/**/*.*', { cwd: root })
  const plain = files.filter(file => !/\.ts$|\/tsconfig\.json$/.test(file))
  assert.ok(plain.length > 4)
  for (const file of plain) {
    assert.ok(
      sources.some(source => file === source || file.startsWith(`${source}/`)),
      file,
    )
  }
})
