-- AlterTable
ALTER TABLE "MailServer" ADD COLUMN     "enabled" BOOLEAN NOT NULL DEFAULT true;

-- AlterTable
ALTER TABLE "MailServerVersion" ADD COLUMN     "createdBy" TEXT,
ADD COLUMN     "sealedClientSecret" TEXT,
ADD COLUMN     "sealedRefreshToken" TEXT;

-- CreateTable
CREATE TABLE "OutboxControl" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "pausedAt" TIMESTAMPTZ(3),
    "pausedBy" TEXT,

    CONSTRAINT "OutboxControl_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DkimKey" (
    "id" UUID NOT NULL,
    "domain" TEXT NOT NULL,
    "selector" TEXT NOT NULL,
    "algorithm" TEXT NOT NULL,
    "sealedPrivateKey" TEXT NOT NULL,
    "publicKey" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "activatedAt" TIMESTAMPTZ(3),

    CONSTRAINT "DkimKey_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "DkimKey_domain_selector_key" ON "DkimKey"("domain", "selector");
