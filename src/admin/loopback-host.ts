/**
 * Whether a Host header names this machine by its loopback. A page in an operator's browser can make
 * its own name resolve to 127.0.0.1 and then read and write here as its own origin (DNS rebinding);
 * the name that it used stands in Host.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host ?? '')
}
