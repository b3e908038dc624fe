-- AlterTable
ALTER TABLE "TenantPasswordRules" ADD COLUMN "secondFactor" TEXT,
ADD COLUMN "secondFactorSince" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "User" ADD COLUMN "placedAt" TIMESTAMPTZ(3);
