-- CreateTable
CREATE TABLE "Secret" (
    "name" TEXT NOT NULL,
    "value" BYTEA NOT NULL,

    CONSTRAINT "Secret_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "Project" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "domainId" TEXT NOT NULL DEFAULT 'default',
    "description" TEXT NOT NULL DEFAULT '',
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "quota" JSONB NOT NULL DEFAULT '{}',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "domainId" TEXT NOT NULL DEFAULT 'default',
    "passwordHash" TEXT NOT NULL,
    "email" TEXT,
    "description" TEXT NOT NULL DEFAULT '',
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "defaultProjectId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Role" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,

    CONSTRAINT "Role_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RoleAssignment" (
    "userId" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "roleId" TEXT NOT NULL,

    CONSTRAINT "RoleAssignment_pkey" PRIMARY KEY ("userId","target","roleId")
);

-- CreateTable
CREATE TABLE "ApplicationCredential" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "userId" TEXT NOT NULL,
    "projectId" TEXT NOT NULL,
    "secretHash" TEXT NOT NULL,
    "roleIds" TEXT[],
    "unrestricted" BOOLEAN NOT NULL DEFAULT false,
    "expiresAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ApplicationCredential_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RevokedToken" (
    "auditId" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RevokedToken_pkey" PRIMARY KEY ("auditId")
);

-- CreateTable
CREATE TABLE "JoinToken" (
    "id" TEXT NOT NULL,
    "secretHash" TEXT NOT NULL,
    "usesLeft" INTEGER NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "JoinToken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Host" (
    "id" UUID NOT NULL,
    "number" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "disabledReason" TEXT,
    "availabilityZone" TEXT NOT NULL DEFAULT 'nova',
    "labels" JSONB NOT NULL DEFAULT '{}',
    "keyHash" TEXT NOT NULL DEFAULT '',
    "machineId" TEXT NOT NULL DEFAULT '',
    "revokedAt" TIMESTAMPTZ(3),
    "forgettingAt" TIMESTAMPTZ(3),
    "forgetForced" BOOLEAN NOT NULL DEFAULT false,
    "agentRemovalAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "usedVcpus" INTEGER NOT NULL DEFAULT 0,
    "usedMemoryMb" INTEGER NOT NULL DEFAULT 0,
    "usedDiskGb" INTEGER NOT NULL DEFAULT 0,
    "vcpus" INTEGER NOT NULL DEFAULT 0,
    "memoryMb" INTEGER NOT NULL DEFAULT 0,
    "diskGb" INTEGER NOT NULL DEFAULT 0,
    "facts" JSONB NOT NULL DEFAULT '{}',
    "lastSeenAt" TIMESTAMPTZ(3),
    "up" BOOLEAN NOT NULL DEFAULT false,
    "upChangedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ready" BOOLEAN NOT NULL DEFAULT false,
    "readyChangedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ownerId" TEXT,
    "leaseUntil" TIMESTAMPTZ(3),
    "epoch" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "Host_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Replica" (
    "id" TEXT NOT NULL,
    "aliveUntil" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Replica_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "HostProfile" (
    "name" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "settings" JSONB NOT NULL,
    "hash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "HostProfile_pkey" PRIMARY KEY ("name","revision")
);

-- CreateTable
CREATE TABLE "SetupRun" (
    "id" UUID NOT NULL,
    "hostId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "profile" JSONB,
    "requestId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),
    "steps" JSONB NOT NULL DEFAULT '[]',
    "ended" JSONB,
    "lastSeq" INTEGER NOT NULL DEFAULT 0,
    "seqBase" INTEGER NOT NULL DEFAULT 0,
    "lost" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "SetupRun_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SetupEntry" (
    "runId" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "data" JSONB NOT NULL,

    CONSTRAINT "SetupEntry_pkey" PRIMARY KEY ("runId","seq")
);

-- CreateTable
CREATE TABLE "Rollout" (
    "number" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "profile" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "target" TEXT NOT NULL,
    "selector" JSONB NOT NULL,
    "plan" JSONB NOT NULL,
    "strategy" JSONB NOT NULL,
    "strict" BOOLEAN NOT NULL,
    "state" TEXT NOT NULL,
    "stateAt" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT,
    "planned" INTEGER NOT NULL,
    "approvedBy" TEXT,
    "approvedWave" INTEGER NOT NULL,
    "supersededBy" TEXT,
    "rollback" JSONB,
    "waves" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Rollout_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "RolloutHost" (
    "rollout" INTEGER NOT NULL,
    "hostId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "zone" TEXT NOT NULL,
    "wave" INTEGER,
    "state" TEXT NOT NULL,
    "stateAt" TIMESTAMPTZ(3) NOT NULL,
    "skipped" TEXT,
    "attempt" INTEGER NOT NULL,
    "epoch" BIGINT NOT NULL,
    "assignedAt" TIMESTAMPTZ(3) NOT NULL,
    "resultAt" TIMESTAMPTZ(3) NOT NULL,
    "failure" TEXT,
    "acknowledged" BOOLEAN NOT NULL,
    "error" JSONB,
    "touched" BOOLEAN NOT NULL,
    "previous" TEXT,
    "cordoned" BOOLEAN NOT NULL,
    "catchUp" BOOLEAN NOT NULL,
    "disturbed" INTEGER NOT NULL,
    "previousProfile" JSONB,
    "ranBefore" JSONB NOT NULL DEFAULT '[]',
    "listedAt" TIMESTAMPTZ(3),

    CONSTRAINT "RolloutHost_pkey" PRIMARY KEY ("rollout","hostId")
);

-- CreateTable
CREATE TABLE "Flavor" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "vcpus" INTEGER NOT NULL,
    "memoryMb" INTEGER NOT NULL,
    "diskGb" INTEGER NOT NULL,
    "ephemeralGb" INTEGER NOT NULL DEFAULT 0,
    "swapMb" INTEGER NOT NULL DEFAULT 0,
    "rxtxFactor" DOUBLE PRECISION NOT NULL DEFAULT 1,
    "isPublic" BOOLEAN NOT NULL DEFAULT true,
    "disabled" BOOLEAN NOT NULL DEFAULT false,
    "description" TEXT,
    "extraSpecs" JSONB NOT NULL DEFAULT '{}',
    "accessProjectIds" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Flavor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Keypair" (
    "userId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "number" SERIAL NOT NULL,
    "type" TEXT NOT NULL DEFAULT 'ssh',
    "publicKey" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Keypair_pkey" PRIMARY KEY ("userId","name")
);

-- CreateTable
CREATE TABLE "Image" (
    "id" UUID NOT NULL,
    "name" TEXT,
    "projectId" TEXT NOT NULL,
    "visibility" TEXT NOT NULL DEFAULT 'shared',
    "status" TEXT NOT NULL DEFAULT 'queued',
    "containerFormat" TEXT,
    "diskFormat" TEXT,
    "minDiskGb" INTEGER NOT NULL DEFAULT 0,
    "minMemoryMb" INTEGER NOT NULL DEFAULT 0,
    "protected" BOOLEAN NOT NULL DEFAULT false,
    "hidden" BOOLEAN NOT NULL DEFAULT false,
    "properties" JSONB NOT NULL DEFAULT '{}',
    "tags" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deletedAt" TIMESTAMPTZ(3),
    "blob" TEXT,
    "sizeBytes" BIGINT,
    "md5" TEXT,
    "sha512" TEXT,
    "unbootableReason" TEXT,
    "engineId" TEXT,
    "architecture" TEXT,
    "contentBytes" BIGINT,

    CONSTRAINT "Image_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Network" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "projectId" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "adminStateUp" BOOLEAN NOT NULL DEFAULT true,
    "shared" BOOLEAN NOT NULL DEFAULT false,
    "external" BOOLEAN NOT NULL DEFAULT false,
    "mtu" INTEGER NOT NULL DEFAULT 1500,
    "tags" TEXT[],
    "revision" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Network_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Subnet" (
    "id" UUID NOT NULL,
    "networkId" UUID NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "projectId" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "ipVersion" INTEGER NOT NULL,
    "cidr" TEXT NOT NULL,
    "gatewayIp" TEXT,
    "enableDhcp" BOOLEAN NOT NULL DEFAULT true,
    "allocationPools" JSONB NOT NULL,
    "dnsNameservers" TEXT[],
    "hostRoutes" JSONB NOT NULL DEFAULT '[]',
    "tags" TEXT[],
    "revision" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Subnet_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Port" (
    "id" UUID NOT NULL,
    "networkId" UUID NOT NULL,
    "projectId" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "description" TEXT NOT NULL DEFAULT '',
    "macAddress" TEXT NOT NULL,
    "adminStateUp" BOOLEAN NOT NULL DEFAULT true,
    "deviceId" TEXT NOT NULL DEFAULT '',
    "deviceOwner" TEXT NOT NULL DEFAULT '',
    "ownedByInstance" BOOLEAN NOT NULL DEFAULT false,
    "position" INTEGER NOT NULL DEFAULT 0,
    "tags" TEXT[],
    "revision" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Port_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PortAddress" (
    "portId" UUID NOT NULL,
    "subnetId" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "offset" BIGINT NOT NULL,

    CONSTRAINT "PortAddress_pkey" PRIMARY KEY ("portId","subnetId","address")
);

-- CreateTable
CREATE TABLE "Instance" (
    "id" UUID NOT NULL,
    "number" SERIAL NOT NULL,
    "projectId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deletedAt" TIMESTAMPTZ(3),
    "name" TEXT NOT NULL,
    "hostname" TEXT NOT NULL,
    "description" TEXT,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "tags" TEXT[],
    "accessIpV4" TEXT NOT NULL DEFAULT '',
    "accessIpV6" TEXT NOT NULL DEFAULT '',
    "imageId" UUID NOT NULL,
    "flavor" JSONB NOT NULL,
    "vcpus" INTEGER NOT NULL,
    "memoryMb" INTEGER NOT NULL,
    "diskGb" INTEGER NOT NULL,
    "keyName" TEXT,
    "publicKey" TEXT,
    "userData" TEXT,
    "configDrive" BOOLEAN NOT NULL DEFAULT false,
    "availabilityZone" TEXT,
    "reservationId" TEXT NOT NULL,
    "launchIndex" INTEGER NOT NULL DEFAULT 0,
    "locked" BOOLEAN NOT NULL DEFAULT false,
    "lockedReason" TEXT,
    "hostId" UUID,
    "power" TEXT NOT NULL,
    "restarts" INTEGER NOT NULL DEFAULT 0,
    "restartHard" BOOLEAN NOT NULL DEFAULT false,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "task" TEXT,
    "observedGeneration" INTEGER NOT NULL DEFAULT 0,
    "observedPower" TEXT,
    "observedRestarts" INTEGER NOT NULL DEFAULT 0,
    "containerId" TEXT,
    "exitCode" INTEGER,
    "oomKilled" BOOLEAN NOT NULL DEFAULT false,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),
    "launchedAt" TIMESTAMPTZ(3),
    "fault" JSONB,
    "failed" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "Instance_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "InstanceAction" (
    "id" SERIAL NOT NULL,
    "instanceId" UUID NOT NULL,
    "action" TEXT NOT NULL,
    "requestId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "projectId" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),
    "result" TEXT,
    "message" TEXT,

    CONSTRAINT "InstanceAction_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Event" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "xid" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint,
    "kind" TEXT NOT NULL,
    "projectId" TEXT,
    "subjectId" TEXT NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "Event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "IdempotencyKey" (
    "projectId" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "requestHash" TEXT NOT NULL,
    "claimId" UUID NOT NULL DEFAULT gen_random_uuid(),
    "claimedUntil" TIMESTAMPTZ(3),
    "status" INTEGER,
    "body" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "IdempotencyKey_pkey" PRIMARY KEY ("projectId","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "Project_domainId_name_key" ON "Project"("domainId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "User_domainId_name_key" ON "User"("domainId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "Role_name_key" ON "Role"("name");

-- CreateIndex
CREATE UNIQUE INDEX "ApplicationCredential_userId_name_key" ON "ApplicationCredential"("userId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "Host_number_key" ON "Host"("number");

-- CreateIndex
CREATE UNIQUE INDEX "Host_name_key" ON "Host"("name");

-- CreateIndex
CREATE INDEX "SetupRun_hostId_createdAt_idx" ON "SetupRun"("hostId", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "Rollout_id_key" ON "Rollout"("id");

-- CreateIndex
CREATE INDEX "Rollout_state_idx" ON "Rollout"("state");

-- CreateIndex
CREATE INDEX "RolloutHost_hostId_idx" ON "RolloutHost"("hostId");

-- CreateIndex
CREATE UNIQUE INDEX "Flavor_name_key" ON "Flavor"("name");

-- CreateIndex
CREATE UNIQUE INDEX "Keypair_number_key" ON "Keypair"("number");

-- CreateIndex
CREATE INDEX "Image_projectId_idx" ON "Image"("projectId");

-- CreateIndex
CREATE INDEX "Image_name_idx" ON "Image"("name");

-- CreateIndex
CREATE INDEX "Network_projectId_idx" ON "Network"("projectId");

-- CreateIndex
CREATE INDEX "Subnet_networkId_idx" ON "Subnet"("networkId");

-- CreateIndex
CREATE INDEX "Port_deviceId_idx" ON "Port"("deviceId");

-- CreateIndex
CREATE INDEX "Port_projectId_idx" ON "Port"("projectId");

-- CreateIndex
CREATE UNIQUE INDEX "Port_networkId_macAddress_key" ON "Port"("networkId", "macAddress");

-- CreateIndex
CREATE UNIQUE INDEX "PortAddress_subnetId_offset_key" ON "PortAddress"("subnetId", "offset");

-- CreateIndex
CREATE UNIQUE INDEX "Instance_number_key" ON "Instance"("number");

-- CreateIndex
CREATE INDEX "Instance_projectId_createdAt_id_idx" ON "Instance"("projectId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Instance_projectId_reservationId_idx" ON "Instance"("projectId", "reservationId");

-- CreateIndex
CREATE INDEX "Instance_hostId_idx" ON "Instance"("hostId");

-- CreateIndex
CREATE INDEX "Instance_createdAt_id_idx" ON "Instance"("createdAt", "id");

-- CreateIndex
CREATE INDEX "InstanceAction_instanceId_id_idx" ON "InstanceAction"("instanceId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "InstanceAction_instanceId_requestId_key" ON "InstanceAction"("instanceId", "requestId");

-- CreateIndex
CREATE INDEX "Event_subjectId_id_idx" ON "Event"("subjectId", "id");

-- AddForeignKey
ALTER TABLE "SetupRun" ADD CONSTRAINT "SetupRun_hostId_fkey" FOREIGN KEY ("hostId") REFERENCES "Host"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SetupEntry" ADD CONSTRAINT "SetupEntry_runId_fkey" FOREIGN KEY ("runId") REFERENCES "SetupRun"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RolloutHost" ADD CONSTRAINT "RolloutHost_rollout_fkey" FOREIGN KEY ("rollout") REFERENCES "Rollout"("number") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RolloutHost" ADD CONSTRAINT "RolloutHost_hostId_fkey" FOREIGN KEY ("hostId") REFERENCES "Host"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Subnet" ADD CONSTRAINT "Subnet_networkId_fkey" FOREIGN KEY ("networkId") REFERENCES "Network"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Port" ADD CONSTRAINT "Port_networkId_fkey" FOREIGN KEY ("networkId") REFERENCES "Network"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PortAddress" ADD CONSTRAINT "PortAddress_portId_fkey" FOREIGN KEY ("portId") REFERENCES "Port"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PortAddress" ADD CONSTRAINT "PortAddress_subnetId_fkey" FOREIGN KEY ("subnetId") REFERENCES "Subnet"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Instance" ADD CONSTRAINT "Instance_hostId_fkey" FOREIGN KEY ("hostId") REFERENCES "Host"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- By hand:

-- The order in which events are read. Partial, for of partial indexes schema.prisma need not know.
CREATE INDEX "Event_xid_id_idx" ON "Event"("xid", "id") WHERE "xid" >= 0;

CREATE UNIQUE INDEX "SetupRun_unfinished_key" ON "SetupRun" ("hostId") WHERE "finishedAt" IS NULL;
CREATE UNIQUE INDEX "Host_machineId_key" ON "Host" ("machineId") WHERE "machineId" <> '';
CREATE UNIQUE INDEX "RolloutHost_inFlight_key" ON "RolloutHost" ("hostId")
  WHERE "state" IN ('assigned', 'precheck', 'staging', 'cordoned', 'draining', 'applying', 'restarting', 'verifying', 'reverting') OR ("state" = 'failed' AND "touched");
