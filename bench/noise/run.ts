import { fileURLToPath } from 'node:url'
import { writeFigures } from '../page.ts'
import { say } from '../say.ts'
import { gateTable } from './gate-table.ts'
import { table } from './table.ts'

/** `npm run bench:noise`: prints how soon a difference is told from noise, and puts it into its ADR. */
const page = fileURLToPath(new URL('../../docs/adr/0013-noise-and-findings.md', import.meta.url))

const measured = `${table(say)}\n\n${gateTable(say)}`
writeFigures(page, 'bench:noise', measured)
process.stdout.write(`${measured}\n`)
