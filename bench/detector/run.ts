import { readFileSync, writeFileSync } from 'node:fs'
import { say } from '../say.ts'
import { picture } from './picture.ts'
import { table } from './table.ts'

/** `npm run bench:detector`: prints the table of detection delays, and puts it and the picture into docs/. */
const page = new URL('../../docs/judging.md', import.meta.url)
const drawing = new URL('../../docs/judging.svg', import.meta.url)

const begin = '<!-- bench:detector -->'
const end = '<!-- /bench:detector -->'

const text = readFileSync(page, 'utf8')
const [before, after] = [text.indexOf(begin), text.indexOf(end)]
if (before === -1 || after < before) {
  throw new Error(`Cannot write the table: docs/judging.md must have ${begin} and ${end}`)
}

writeFileSync(drawing, picture())
const measured = table(say)
writeFileSync(page, `${text.slice(0, before)}${begin}\n\n${measured}\n\n${text.slice(after)}`)
process.stdout.write(`${measured}\n`)
