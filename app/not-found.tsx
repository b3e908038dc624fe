import { NotFoundPage } from './not-found-page'

/** Where there is no frame. */
export default function NotFound() {
  return (
    <main id="main" className="mx-auto max-w-form px-4 py-16">
      <NotFoundPage />
    </main>
  )
}
