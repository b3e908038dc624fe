import { NotFoundPage } from '../not-found-page'

/** Inside of the frame: what is missing is this page, and not the way to the others. */
export default function NotFound() {
  return <NotFoundPage />
}
