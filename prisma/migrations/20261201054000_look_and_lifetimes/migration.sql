-- AlterTable
-- An older node beside knows activationHours alone and goes on with it. A newer one writes there the full hours that
-- its minutes come to, at least one. Where the two do not agree, an older node has changed the hours since, and these
-- count: nothing has to be mended once the older nodes are gone.
ALTER TABLE "Installation" ADD COLUMN     "activationMinutes" INTEGER,
ADD COLUMN     "resetMinutes" INTEGER NOT NULL DEFAULT 60,
ADD COLUMN     "accent" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "logoHash" TEXT,
ADD COLUMN     "logoWidth" INTEGER,
ADD COLUMN     "logoHeight" INTEGER;

-- CreateTable
CREATE TABLE "Logo" (
    "hash" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "image" BYTEA NOT NULL,

    CONSTRAINT "Logo_pkey" PRIMARY KEY ("hash")
);
