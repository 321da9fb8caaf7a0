/** Who makes a request, as its token says. Without a project in system scope and in unscoped tokens. */
export type Auth = {
  userId: string;
  userName: string;
  projectId: string | undefined;
  projectName: string | undefined;
  roles: string[];
  /** Has the role `admin`. */
  isAdmin: boolean;
  system: boolean;
  methods: string[];
  auditIds: string[];
  issuedAt: Date;
  expiresAt: Date;
};

/** Who makes a request on a project's resources; what compute, image and network use cases take. */
export type ProjectAuth = Auth & { projectId: string };
