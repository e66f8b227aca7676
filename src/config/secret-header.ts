const words =
  /^(?:cookie|x-auth)$|authorization|token|jwt|bearer|assertion|credential|secret|passw|session|key|signature|oidc-data/i

/**
 * Whether what a header of this name says would let its reader in somewhere, so that it is kept and shown
 * nowhere, whatever a rule takes it for. By its name alone; better one too many.
 */
export function isSecretHeader(name: string): boolean {
  return words.test(name)
}
