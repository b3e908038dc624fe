// TLS on top of an open connection, with a certificate that is always verified.
import { X509Certificate } from 'node:crypto'
import net, { type Socket } from 'node:net'
import tls from 'node:tls'
import { SubmissionError } from './failure'
import { asciiHost } from './host'
import type { Facts } from './protocol'
import type { MailServerSettings } from './settings'
import { certificateCause } from './tls-causes'
import { trusting } from './trust'

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
    const detail = {
      ...certificateDetail(secured.getPeerCertificate()),
      reason: 'pin',
      expected: pinnedCertificate,
    }
    secured.destroy()
    throw new SubmissionError({ kind: 'certificate', code: 'PIN', detail })
  }
  if (!secured.authorized) {
    const code = String(secured.authorizationError)
    const [own, ...above] = chainOf(secured)
    const refused = refusedOf(code, own, above)
    if (refused !== own) facts.refused = linkFacts(refused)
    secured.destroy()
    throw new SubmissionError({
      kind: 'certificate',
      code,
      detail: {
        ...certificateDetail(refused),
        ...(refused !== own && { reason: 'chain' }),
        ...(refused.raw && { certificatePem: new X509Certificate(refused.raw).toString() }),
      },
    })
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
      ...trusting(trustedCa),
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
  const chain = chainOf(secured)
  const [certificate] = chain
  return {
    version: secured.getProtocol() ?? '',
    cipher: secured.getCipher()?.standardName ?? '',
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    names: namesOf(certificate),
    validFrom: isoDate(certificate.valid_from),
    validTo: isoDate(certificate.valid_to),
    fingerprint: certificate.fingerprint256 ?? '',
    chain: chain.filter(({ fingerprint256 }) => fingerprint256).map(linkFacts),
  }
}

type Chain = [tls.PeerCertificate, ...tls.PeerCertificate[]]

/** The server's own certificate, then those that vouch for it, as far as they are known. */
function chainOf(secured: tls.TLSSocket): Chain {
  const own = secured.getPeerCertificate(true)
  const chain: Chain = [own]
  const seen = new Set([own.fingerprint256])
  for (
    let link = own.issuerCertificate;
    link && !seen.has(link.fingerprint256);
    link = link.issuerCertificate
  ) {
    seen.add(link.fingerprint256)
    chain.push(link)
  }
  return chain
}

/**
 * The certificate that a verdict is about, which OpenSSL keeps to itself: the first whose time it is not; or
 * where nobody is trusted, the last one, which an administrator could decide to trust.
 */
function refusedOf(
  code: string,
  own: tls.PeerCertificate,
  above: tls.PeerCertificate[],
): tls.PeerCertificate {
  switch (certificateCause(code)) {
    case 'certificate-expired':
      return [own, ...above].find(link => !isOfToday(link)) ?? own
    case 'certificate-untrusted':
      return above.at(-1) ?? own
    default:
      return own
  }
}

const isOfToday = ({ valid_from, valid_to }: tls.PeerCertificate) =>
  Date.parse(valid_from) <= Date.now() && Date.now() <= Date.parse(valid_to)

/** One certificate of the chain in a line. */
const linkFacts = (link: tls.PeerCertificate) =>
  [
    `${nameOf(link.subject)} (issued by ${nameOf(link.issuer)})`,
    ...(link.subjectaltname ? [`for ${namesOf(link).join(', ')}`] : []),
    `valid ${isoDate(link.valid_from).slice(0, 10)} to ${isoDate(link.valid_to).slice(0, 10)}`,
    `SHA-256 ${link.fingerprint256}`,
  ].join(', ')

const certificateDetail = (certificate: tls.PeerCertificate): Record<string, string> => ({
  certificateFor: namesOf(certificate).join(', ') || nameOf(certificate.subject),
  issuer: nameOf(certificate.issuer),
  validFrom: isoDate(certificate.valid_from),
  validTo: isoDate(certificate.valid_to),
  fingerprint: certificate.fingerprint256 ?? '',
})

const nameOf = (name?: tls.Certificate) => [name?.CN ?? name?.O ?? name?.OU ?? ''].flat().join(', ')

const namesOf = ({ subjectaltname, subject }: tls.PeerCertificate) => {
  const names = subjectaltname?.split(', ').map(name => name.replace(/^(DNS|IP Address):/, ''))
  return names ?? [subject?.CN ?? []].flat()
}

const isoDate = (text?: string) => {
  const date = new Date(text ?? '')
  return Number.isNaN(date.getTime()) ? '' : date.toISOString()
}
