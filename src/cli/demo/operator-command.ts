import { runsFromSources } from './example.ts'

/** A command that a person can type while the demo runs. */
export function operatorCommand(text: string, adminPort: number): string {
  const command = runsFromSources ? 'npm run -s switchback --' : 'npx switchback'
  const admin = adminPort === 9900 ? '' : ` --admin http://127.0.0.1:${adminPort}`
  return `${command} ${text}${admin}`
}
