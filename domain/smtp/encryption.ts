// TLS on top of an open connection, with a certificate that is always verified.
import { X509Certificate } from 'node:crypto'
import net, { type Socket } from 'node:net'
import tls from 'node:tls'
import { SubmissionError } from './failure'
import { asciiHost } from './host'
import type { Facts } from './protocol'
import type { MailServerSettings } from './settings'

/**
 * Makes the handshake and verifies chain, validity and host name; or, in their place, that the certificate
 * is exactly the pinned one. Fills `facts` with what was agreed and
 * with the certificate, also when it is refused. Nothing of the dialogue has been sent when it refuses.
 */
export async function encrypt(
  socket: Socket,
  settings: MailServerSettings,
  facts: Facts,
): Promise<tls.TLSSocket> {
  const secured = await handshake(socket, settings)
  Object.assign(facts, certificateFacts(secured))
  const { pinnedCertificate } = settings
  if (pinnedCertificate !== null) {
    facts.pinned = pinnedCertificate
    if (facts.fingerprint === pinnedCertificate) return secured
    const detail = { ...certificateDetail(facts), reason: 'pin', expected: pinnedCertificate }
    secured.destroy()
    throw new SubmissionError({ kind: 'certificate', code: 'PIN', detail })
  }
  if (!secured.authorized) {
    const code = String(secured.authorizationError)
    const detail = { ...certificateDetail(facts), ...anchorOf(secured) }
    secured.destroy()
    throw new SubmissionError({ kind: 'certificate', code, detail })
  }
  return secured
}

/** A handshake alone. The caller must look at `authorized` before it writes anything. */
export function handshake(
  socket: Socket,
  { host, minTlsVersion, trustedCa, timeoutSeconds }: MailServerSettings,
): Promise<tls.TLSSocket> {
  const name = asciiHost(host)
  return new Promise((resolve, reject) => {
    const secured = tls.connect({
      socket,
      host: name, // what the certificate is compared with
      servername: net.isIP(name) ? undefined : name, // RFC 6066 §3: no IP literals in SNI
      minVersion: minTlsVersion,
      ca: trustedCa ? [...tls.rootCertificates, trustedCa] : undefined,
      // Not a way around the verification: with `true` Node hides the certificate that it refuses, and the
      // administrator could not be told what is wrong with it. `encrypt` refuses in its place.
      rejectUnauthorized: false,
    })
    const timer = setTimeout(() => fail(new SubmissionError({ kind: 'timeout' })), timeoutSeconds * 1000)
    const fail = (error: SubmissionError) => {
      clearTimeout(timer)
      secured.removeAllListeners('error')
      secured.on('error', () => {})
      secured.destroy()
      reject(error)
    }
    secured.once('secureConnect', () => {
      clearTimeout(timer)
      secured.removeAllListeners('error')
      secured.on('error', () => {})
      secured.pause()
      resolve(secured)
    })
    secured.once('error', (error: NodeJS.ErrnoException) => {
      const left = ['ECONNRESET', 'EPIPE'].includes(error.code ?? '')
      fail(
        new SubmissionError(
          left
            ? { kind: 'closed', code: error.code ?? null }
            : { kind: 'tls', code: error.code ?? '', message: error.message },
        ),
      )
    })
  })
}

function certificateFacts(secured: tls.TLSSocket): Facts {
  const certificate = secured.getPeerCertificate(true)
  const chain: string[] = []
  const seen = new Set<string>()
  for (
    let link = certificate;
    link?.fingerprint256 && !seen.has(link.fingerprint256);
    link = link.issuerCertificate
  ) {
    seen.add(link.fingerprint256)
    chain.push(linkFacts(link))
  }
  return {
    version: secured.getProtocol() ?? '',
    cipher: secured.getCipher()?.standardName ?? '',
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    names: namesOf(certificate),
    validFrom: isoDate(certificate.valid_from),
    validTo: isoDate(certificate.valid_to),
    fingerprint: certificate.fingerprint256 ?? '',
    chain,
  }
}

/** One certificate of the chain in a line. */
const linkFacts = (link: tls.PeerCertificate) =>
  [
    `${nameOf(link.subject)} (issued by ${nameOf(link.issuer)})`,
    ...(link.subjectaltname ? [`for ${namesOf(link).join(', ')}`] : []),
    `valid ${isoDate(link.valid_from).slice(0, 10)} to ${isoDate(link.valid_to).slice(0, 10)}`,
    `SHA-256 ${link.fingerprint256}`,
  ].join(', ')

function certificateDetail(facts: Facts): Record<string, string> {
  const names = (facts.names as string[]) ?? []
  return {
    certificateFor: names.join(', ') || String(facts.subject),
    issuer: String(facts.issuer),
    validFrom: String(facts.validFrom),
    validTo: String(facts.validTo),
    fingerprint: String(facts.fingerprint),
  }
}

/**
 * The certificate at the end of the chain that an administrator could decide to trust, if the server sent
 * one that vouches for itself, with its fingerprint.
 */
function anchorOf(secured: tls.TLSSocket): Record<string, string> {
  let link = secured.getPeerCertificate(true)
  while (link.issuerCertificate && link.issuerCertificate.fingerprint256 !== link.fingerprint256) {
    link = link.issuerCertificate
  }
  if (!link.raw || link.issuerCertificate?.fingerprint256 !== link.fingerprint256) return {}
  return { certificatePem: new X509Certificate(link.raw).toString(), fingerprint: link.fingerprint256 }
}

const nameOf = (name?: tls.Certificate) => [name?.CN ?? name?.O ?? name?.OU ?? ''].flat().join(', ')

const namesOf = ({ subjectaltname, subject }: tls.PeerCertificate) => {
  const names = subjectaltname?.split(', ').map(name => name.replace(/^(DNS|IP Address):/, ''))
  return names ?? [subject?.CN ?? []].flat()
}

const isoDate = (text?: string) => {
  const date = new Date(text ?? '')
  return Number.isNaN(date.getTime()) ? '' : date.toISOString()
}
