-- AlterTable
ALTER TABLE "Installation" ADD COLUMN "allowedDomains" TEXT NOT NULL DEFAULT '',
ADD COLUMN "blockedDomains" TEXT NOT NULL DEFAULT '',
ADD COLUMN "disposable" TEXT NOT NULL DEFAULT 'accepted';

-- CreateTable
CREATE TABLE "DisposableList" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "domains" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "replacedAt" TIMESTAMPTZ(3) NOT NULL,
    "replacedBy" TEXT NOT NULL,

    CONSTRAINT "DisposableList_pkey" PRIMARY KEY ("id")
);
