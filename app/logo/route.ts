import { imageAnswer } from '@/app/image-answer'
import { logoImage } from '@/domain/settings/logo'

/** The logo of the installation. Its address names what it shows (`?v=`), so that browsers ask for it once. */
export async function GET(request: Request) {
  const logo = await logoImage()
  const named = new URL(request.url).searchParams.get('v') === logo?.hash
  return imageAnswer(request, logo, named ? 'public, max-age=31536000, immutable' : 'no-cache')
}
