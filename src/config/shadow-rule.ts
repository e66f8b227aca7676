import type { ShadowConfig } from './schema-shadow.ts'
import { durationMs, shareOf } from './units.ts'

/** `shadow` of a policy: shares from 0 to 1, times in milliseconds, names of headers and parameters in lower case. */
export interface ShadowRule
  extends Omit<
    ShadowConfig,
    'share' | 'noise' | 'tolerance' | 'toleranceAt' | 'unordered' | 'maxLoad' | 'maxCpu' | 'keepFor'
  > {
  readonly share: number
  readonly noise: number
  readonly tolerance: number
  readonly toleranceAt: readonly { readonly at: string; readonly share: number }[]
  /** `by` null: elements are matched as a multiset. */
  readonly unordered: readonly { readonly at: string; readonly by: string | null }[]
  readonly maxLoad: number
  readonly maxCpu: number
  readonly keepMs: number
}

export function shadowRule(config: ShadowConfig): ShadowRule {
  const { credentials, headers, dropHeaders, dropQuery, keepFor, ...rest } = config
  return {
    ...rest,
    credentials:
      typeof credentials === 'string'
        ? credentials
        : { ...credentials, header: credentials.header.toLowerCase() },
    headers: headers.map(name => name.toLowerCase()),
    dropHeaders: dropHeaders.map(name => name.toLowerCase()),
    dropQuery: dropQuery.map(name => name.toLowerCase()),
    share: shareOf(config.share),
    noise: shareOf(config.noise),
    tolerance: shareOf(config.tolerance),
    toleranceAt: Object.entries(config.toleranceAt).map(([at, share]) => ({
      at,
      share: shareOf(share),
    })),
    unordered: config.unordered.map(each =>
      typeof each === 'string' ? { at: each, by: null } : each,
    ),
    maxLoad: shareOf(config.maxLoad),
    maxCpu: shareOf(config.maxCpu),
    keepMs: durationMs(keepFor),
  }
}
