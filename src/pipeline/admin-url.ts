import type { AdminConfig } from '../config/schema-admin.ts'

/** Where this machine reaches its own admin listener: one on all addresses is on loopback, too. */
export function adminUrl({ host, tls }: Pick<AdminConfig, 'host' | 'tls'>, port: number): string {
  const near = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  const authority = near.includes(':') ? `[${near}]` : near
  return `${tls === undefined ? 'http' : 'https'}://${authority}:${port}`
}
