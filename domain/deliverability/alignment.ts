// Alignment (RFC 7489 §3.1): what SPF or DKIM vouches for must be the domain that the reader sees.
import { type DmarcPolicy, withTag } from './dmarc'
import { type Finding, finding, txt } from './finding'
import type { Provider } from './providers'

type Subject = {
  spf: Finding
  dkim: Finding
  dmarc: [Finding, DmarcPolicy | null]
  provider: Provider | null
}

/**
 * Our envelope sender and our own signature bear the very domain of `Mail from`, which is aligned in either
 * mode. A provider that takes the bounces puts an envelope sender of its own, at best of a subdomain: that
 * never satisfies `aspf=s`. mailauth does not enforce strict alignment, so nothing of this is asked of it.
 */
export function checkAlignment({ spf, dkim, dmarc: [dmarc, policy], provider }: Subject): Finding {
  const ours = dkim.reason === 'dkim-signing'
  const envelope = spf.result === 'found' && !provider?.ownBounces
  if (ours || envelope) {
    const reason = ours && envelope ? 'alignment-both' : ours ? 'alignment-dkim' : 'alignment-spf'
    return finding('alignment', 'found', reason)
  }
  if (dmarc.result === 'unknown') return finding('alignment', 'unknown', 'no-answer')
  if (provider?.ownBounces && policy?.strictSpf) {
    const relaxed = withTag(policy.record, 'aspf', 'r')
    return finding('alignment', 'wrong', 'alignment-strict', {
      values: { sender: provider.name },
      found: [policy.record],
      publish: [txt(policy.at, relaxed)],
    })
  }
  if (provider)
    return finding('alignment', 'unknown', 'alignment-provider', { values: { sender: provider.name } })
  const open = [spf, dkim].some(({ result }) => result === 'unknown')
  return open
    ? finding('alignment', 'unknown', 'alignment-unseen')
    : finding('alignment', 'wrong', 'alignment-none')
}
