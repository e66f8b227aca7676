import { apiPage } from './api-page.ts'
import { cliPage } from './cli-page.ts'
import { configPage } from './config-page.ts'
import { errorsPage } from './errors-page.ts'

/** The texts of `docs/reference/*.md` by file name, read off what the gateway itself goes by. */
export async function referencePages(): Promise<Map<string, string>> {
  return new Map([
    ['api.md', await apiPage()],
    ['cli.md', cliPage()],
    ['config.md', configPage()],
    ['errors.md', errorsPage()],
  ])
}
