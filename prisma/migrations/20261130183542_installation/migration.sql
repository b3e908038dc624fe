-- CreateTable
CREATE TABLE "Installation" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "name" TEXT NOT NULL,
    "supportAddress" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "minimumLength" INTEGER NOT NULL,
    "activationHours" INTEGER NOT NULL,

    CONSTRAINT "Installation_pkey" PRIMARY KEY ("id")
);
