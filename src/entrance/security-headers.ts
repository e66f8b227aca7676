import type { HstsConfig, SecurityHeadersConfig } from '../config/schema-entrance.ts'

/**
 * The security headers of a policy, flat name/value pairs, for answers over `scheme`.
 * Strict-Transport-Security is said over TLS only (RFC 6797 section 7.2).
 */
export function securityHeaders(
  config: SecurityHeadersConfig,
  scheme: 'http' | 'https',
): readonly string[] {
  const values = {
    'strict-transport-security':
      config.hsts === undefined || scheme === 'http' ? undefined : hstsValue(config.hsts),
    'x-content-type-options': config.contentTypeOptions,
    'x-frame-options': config.frameOptions,
    'referrer-policy': config.referrerPolicy,
    'content-security-policy': config.contentSecurityPolicy,
    'permissions-policy': config.permissionsPolicy,
    'cross-origin-opener-policy': config.crossOriginOpenerPolicy,
    'cross-origin-resource-policy': config.crossOriginResourcePolicy,
  }
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  )
}

function hstsValue({ maxAgeSeconds, includeSubDomains, preload }: HstsConfig): string {
  return [
    `max-age=${maxAgeSeconds}`,
    ...(includeSubDomains ? ['includeSubDomains'] : []),
    ...(preload ? ['preload'] : []),
  ].join('; ')
}
