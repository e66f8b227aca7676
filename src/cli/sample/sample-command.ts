import type { Command } from 'commander'
import { number, webAddress } from '../arguments.ts'
import { setUpSampleFlag } from './set-up-sample-flag.ts'

export interface SampleCommandDeps {
  /** Makes a reader of an argument one of the command line's. */
  readonly reads: <Value>(read: (text: string) => Value) => (text: string) => Value
  readonly out: (line: string) => void
  readonly error: (line: string) => void
  /** Hears of the exit code. */
  readonly ended: (code: number) => void
}

const ports = { v1: 5062, v2: 5070 } as const

/** `switchback sample`: the parts of the demo, each by itself, around a gateway that runs elsewhere. */
export function addSampleCommand(program: Command, deps: SampleCommandDeps): void {
  const { reads, ended, ...told } = deps
  const sample = program
    .command('sample')
    .description('run one part of the demo by itself: its V1, its V2, its callers or its flag')

  for (const version of ['v1', 'v2'] as const) {
    sample
      .command(version)
      .description(`serve the sample ${version.toUpperCase()}, /api/match, until Ctrl-C`)
      .option('--host <address>', 'address that it listens on', '127.0.0.1')
      .option(
        '--port <n>',
        'port that it listens on, 0 for any free one',
        reads(number(65535)),
        ports[version],
      )
      .action(async options => {
        const { serveSample } = await import('./serve-sample.ts')
        ended(await serveSample({ ...options, ...told, version }))
      })
  }

  sample
    .command('callers')
    .description('send the traffic of the demo to a gateway, until Ctrl-C')
    .requiredOption('--url <url>', 'where the gateway is, over http', reads(webAddress))
    .option('--traffic <n>', 'requests per second', reads(number(5000, 1)), 100)
    .action(async ({ url, traffic: perSecond }) => {
      const { sendSampleTraffic } = await import('./send-sample-traffic.ts')
      ended(await sendSampleTraffic({ ...told, url: new URL(url), perSecond }))
    })

  sample
    .command('flag')
    .description('set up the flag of the demo in an Unleash, unless that has one of this name')
    .requiredOption('--url <url>', 'where Unleash is', reads(webAddress))
    .requiredOption('--token-file <file>', 'file with an admin token of that Unleash')
    .action(async ({ url, tokenFile }) => {
      ended(await setUpSampleFlag({ ...told, url: new URL(url), tokenFile }))
    })
}
