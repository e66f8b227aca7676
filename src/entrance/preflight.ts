import type { GatewayRequest } from '../ingress/request.ts'
import { repeated, soleHeader } from './sole-header.ts'

/**
 * The method that a CORS preflight (Fetch standard, section 3.3.2) announces; null for every other
 * request. One that names two methods announces none, and is an OPTIONS request like any.
 */
export function announcedMethod({ method, headers }: GatewayRequest): string | null {
  if (method !== 'OPTIONS' || soleHeader(headers, 'origin') === null) return null
  const announced = soleHeader(headers, 'access-control-request-method')
  return announced === repeated ? null : announced
}
