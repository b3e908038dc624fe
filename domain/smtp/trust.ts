// Whom a TLS connection trusts: what this process trusts anyhow, and what an administrator has pasted.
import { readFileSync } from 'node:fs'
import tls from 'node:tls'

/**
 * The options of a TLS context that trusts a bundle of certificates (PEM) beside the usual roots. Whatever
 * stands in the bundle is an anchor of its own, also an intermediate or the server's certificate alone.
 */
export const trusting = (pasted: string | null): tls.SecureContextOptions =>
  pasted ? { ca: [...usualRoots(), pasted], allowPartialTrustChain: true } : {}

/** What Node trusts unless it is told whom to trust. Naming anybody replaces all of them. */
function usualRoots(): readonly string[] {
  known ??= fromNode?.('default') ?? [...tls.rootCertificates, ...extraRoots()]
  return known
}
let known: readonly string[] | undefined

/** Since Node 22.15. */
const fromNode: ((type: 'default') => string[]) | undefined = Reflect.get(tls, 'getCACertificates')

/** Node reads the file once, as it starts, and warns where it cannot. */
function extraRoots(): string[] {
  const file = process.env.NODE_EXTRA_CA_CERTS
  try {
    return file ? [readFileSync(file, 'utf8')] : []
  } catch {
    return []
  }
}
