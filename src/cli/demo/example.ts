import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The route that the demo's traffic takes, and the flag that splits it. */
export const exampleRoute = 'match'
export const examplePath = '/api/match'
export const exampleFlag = 'v2_migration'

/** The example configuration: the top folder of the checkout or of the installed package. */
export const exampleDir = fileURLToPath(new URL('../../../', import.meta.url)).replace(
  new RegExp(`\\${sep}$`),
  '',
)

/** True in a checkout, where Node runs the sources as they are. */
export const runsFromSources = import.meta.filename.endsWith('.ts')
