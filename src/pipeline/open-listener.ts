/** Says which field of `switchback.yaml` names an address that cannot be had. */
export async function opened(
  field: 'admin' | 'listen',
  { host, port }: { readonly host: string; readonly port: number },
  listening: Promise<number>,
): Promise<number> {
  try {
    return await listening
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const reason = code === 'EADDRINUSE' ? 'is in use by another process' : message
    const received = `${host} port ${port}`
    throw new Error(
      `Cannot listen: ${field} in switchback.yaml must be a free address, received ${received}, which ${reason}`,
      { cause },
    )
  }
}
