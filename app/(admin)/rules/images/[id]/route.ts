import { currentViewer } from '@/app/auth'
import { imageAnswer } from '@/app/image-answer'
import { readAlarmImage } from '@/domain/alarms/alarm-images'
import { Refusal } from '@/lib/refusal'

/** An uploaded image, for the viewer alone. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }) {
  const viewer = await currentViewer()
  return imageAnswer(request, viewer && (await image(viewer, (await params).id)), 'private, no-cache')
}

async function image(...asked: Parameters<typeof readAlarmImage>) {
  try {
    return await readAlarmImage(...asked)
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}
