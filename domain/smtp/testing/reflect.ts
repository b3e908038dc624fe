// @peculiar/x509 loads tsyringe, which wants decorator metadata to exist but is not given any to read:
// three empty functions stand in for the package `reflect-metadata`. Import this before it.
Object.assign(Reflect, {
  getMetadata: () => undefined,
  getOwnMetadata: () => undefined,
  defineMetadata: () => undefined,
  ...Reflect,
})
