-- AlterTable
ALTER TABLE "Credential" ADD COLUMN     "history" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "initial" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "minimumLength" INTEGER,
ADD COLUMN     "signKinds" INTEGER;

-- AlterTable
ALTER TABLE "PendingSignIn" ADD COLUMN     "factorShown" TEXT;

-- AlterTable
ALTER TABLE "Installation" ADD COLUMN     "passwordDays" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "rememberedPasswords" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "renewWeaker" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "signKinds" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "TenantPasswordRules" (
    "tenantId" UUID NOT NULL,
    "minimumLength" INTEGER,
    "signKinds" INTEGER,
    "rememberedPasswords" INTEGER,
    "passwordDays" INTEGER,
    "renewWeaker" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "TenantPasswordRules_pkey" PRIMARY KEY ("tenantId")
);

-- AddForeignKey
ALTER TABLE "TenantPasswordRules" ADD CONSTRAINT "TenantPasswordRules_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
