-- CreateIndex
CREATE INDEX "User_state_emailKey_idx" ON "User"("state", "emailKey");

-- CreateIndex
CREATE INDEX "User_tenantId_emailKey_idx" ON "User"("tenantId", "emailKey");

-- DropIndex
DROP INDEX "User_tenantId_idx";
