// The fingerprint of a certificate, as people copy it from OpenSSL, a browser or a mail.

export type FingerprintRefusal = 'fingerprint-invalid' | 'fingerprint-md5' | 'fingerprint-sha1'

/**
 * Reads a SHA-256 fingerprint in hexadecimal: with or without colons and white space, in any case, also with
 * what OpenSSL prints in front (`sha256 Fingerprint=`). Yields it as Node writes it: `AB:CD:…`. Fingerprints
 * by MD5 and SHA-1 are refused by codes of their own: for both, a second certificate can be made.
 */
export function readFingerprint(text: string): { sha256: string } | FingerprintRefusal {
  const named = /^(sha-?256|sha-?1|md5)?\s*(?:fingerprint)?\s*[=:]?\s*([^=]*)$/i.exec(text.trim())
  const [, algorithm = '', written = ''] = named ?? []
  const hex = written.replace(/[\s:]/g, '').toUpperCase()
  if (!/^[0-9A-F]+$/.test(hex)) return 'fingerprint-invalid'
  if (/^md5/i.test(algorithm) || hex.length === 32) return 'fingerprint-md5'
  if (/^sha-?1$/i.test(algorithm) || hex.length === 40) return 'fingerprint-sha1'
  if (hex.length !== 64) return 'fingerprint-invalid'
  return { sha256: hex.replace(/..(?=.)/g, '$&:') }
}
