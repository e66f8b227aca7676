const authorityForm =
  /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

/**
 * Lower-case host without port of a Host header or authority (RFC 9110 section 7.2), or null when it
 * is not a valid one.
 */
export function hostOf(authority: string): string | null {
  const parts = authorityForm.exec(authority)
  return parts === null ? null : (parts[1] as string).toLowerCase()
}
