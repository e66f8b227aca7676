/** V1, V2 and a gateway under the same load, held against each other: see docs/load-tests.md. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CannotBegin, exitCodes, toExitCode } from '../exit-code.ts'
import { say } from '../say.ts'
import { onStage } from '../stage.ts'
import { loadTest } from './load-test.ts'
import { asJson, type Report } from './report.ts'
import { asPage } from './report-page.ts'
import { asMarkdown, asText } from './report-text.ts'
import { readSettings, type Settings, usage } from './settings.ts'

await toExitCode(run)

async function run(): Promise<number> {
  const settings = readSettings(process.argv.slice(2))
  if (settings === 'help') {
    process.stdout.write(usage)
    return exitCodes.pass
  }
  makeDirectory(settings.out)
  const report = await onStage(stage => loadTest(settings, stage, process.stderr))
  write(report, settings)
  return exitCodes[report.verdict]
}

/** Before anything is loaded, so that no run is in vain. */
function makeDirectory(out: string): void {
  try {
    mkdirSync(out, { recursive: true })
  } catch (error) {
    throw new CannotBegin(
      `Cannot write a report: --out must be a directory, or one that can be made: ${(error as Error).message}`,
    )
  }
}

function write(report: Report, { out, json }: Settings): void {
  writeFileSync(join(out, 'report.md'), asMarkdown(report))
  writeFileSync(join(out, 'report.html'), asPage(report))
  writeFileSync(join(out, 'report.json'), asJson(report))
  process.stdout.write(json ? asJson(report) : `${asText(report)}\n`)
  say(`written: ${join(out, 'report.html')}, report.md and report.json beside it`)
}
