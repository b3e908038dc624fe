/** The form that changes many users. Its boxes stand in the list, which has forms of its own. */
export const manyUsers = 'many-users'

/** What the names of its boxes begin with; the id of a user follows. */
export const chosenUser = 'user-'
