import { Refusal } from '@/lib/refusal'

/**
 * The fields and the file of a form (RFC 7578), read to at most so many bytes, whatever its head has said.
 * @param tooLarge and `unreadable` are the codes to refuse it with
 */
export async function uploadedForm(
  request: Request,
  longest: number,
  { tooLarge, unreadable }: { tooLarge: string; unreadable: string },
): Promise<FormData> {
  let length = Number(request.headers.get('content-length') ?? 0)
  if (length > longest) throw new Refusal(tooLarge, { field: 'file' })
  length = 0
  const counted = request.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        length += chunk.length
        if (length > longest) controller.error(new Error('longer than it may be'))
        else controller.enqueue(chunk)
      },
    }),
  )
  try {
    const type = request.headers.get('content-type') ?? ''
    return await new Response(counted, { headers: { 'content-type': type } }).formData()
  } catch {
    throw new Refusal(length > longest ? tooLarge : unreadable, { field: 'file' })
  }
}
