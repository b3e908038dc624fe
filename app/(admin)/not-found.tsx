// Inside of the frame: what is missing is this page, and not the way to the others.
export { NotFoundPage as default } from '../not-found-page'
