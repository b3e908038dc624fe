-- AlterTable
ALTER TABLE "User" ADD COLUMN     "demo" BOOLEAN NOT NULL DEFAULT false;

-- The domain `test` is reserved (RFC 6761), so nobody but the demo has made these.
UPDATE "User" SET "demo" = true
WHERE "emailKey" IN ('sysadmin@latchkey.test', 'tenant@latchkey.test', 'customer@latchkey.test');
