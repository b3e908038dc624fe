// Signing in as a person does, with the form of `/login`.

const sessionCookie = 'next-auth.session-token'

/** Signs in from an empty cookie jar. @returns the Cookie header of the new session */
export async function signIn(url: string, email: string, password: string): Promise<string> {
  const answered = await fetch(`${url}/login`, {
    method: 'POST',
    body: new URLSearchParams({ email, password }),
    redirect: 'manual',
  })
  await answered.arrayBuffer()
  const session = cookies(answered)
    .split('; ')
    .find(cookie => cookie.startsWith(`${sessionCookie}=`))
  if (!session) throw new Error(`Signing in as ${email} was answered with ${answered.status} and no session.`)
  return session
}

/** Whose session it is, or undefined when it is none. */
export async function ownerOf(url: string, cookie: string): Promise<string | undefined> {
  const response = await fetch(`${url}/api/auth/session`, { headers: { cookie } })
  return ((await response.json()) as { user?: { email?: string } }).user?.email
}

const cookies = (response: Response) =>
  response.headers
    .getSetCookie()
    .map(cookie => cookie.split(';', 1)[0])
    .join('; ')
