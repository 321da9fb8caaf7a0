import type { ProfileView } from '@novadock/cloud';
import { defaultHostProfile, profileWarnings, type ProfileChange, type ProfileSettings } from '@novadock/model';
import { Type, type Static } from 'typebox';
import { dateTime, nullable, oneOf, refTo } from '../schemas.ts';

const source = oneOf(['distribution', 'docker-ce', 'present'], "The distribution's packages, Docker's from `repository`, or an engine that is there, which is left alone.");
const socketMode = oneOf(['0660', '0666'], '0666 makes every local user root.');
const settings = Type.Record(Type.String({ minLength: 1, maxLength: 255 }), Type.Unknown(), { description: 'What daemon.json is to have, key by key; its other keys stay.' });
const version = Type.String({ maxLength: 255, description: 'Of the package, or how it begins (20.10); empty: the newest there is.' });
const dockerGroup = Type.Array(Type.String(), { maxItems: 100, description: 'Users who are to be in the group docker: each is root, in effect.' });
const smokeTestPull = Type.String({ maxLength: 255, description: 'An image that the smoke test pulls as well; empty: none.' });
const agentVersion = Type.String({ maxLength: 255, description: 'What the agent is to be, whole (0.1.0+0123456789ab); empty: whatever runs.' });
const sysctl = Type.Record(Type.String({ minLength: 1, maxLength: 255 }), Type.String({ maxLength: 1024 }), { description: 'Kernel settings: net.core.somaxconn to "4096".' });
const images = Type.Array(Type.String({ maxLength: 255 }), { maxItems: 100, description: 'Images that the engine is to have before they are needed.' });
const strict = Type.Boolean({ description: 'A host that was away takes no instances before a rollout has brought it to this revision, even while that is paused or outside its window.' });
const url = Type.String({ maxLength: 2048 });
const word = Type.String({ maxLength: 255 });

const shown = {
  engine: Type.Object({
    source, version, settings, socketMode,
    repository: nullable(Type.Object({ url, key: Type.String(), codename: word, channel: word })),
    proxy: nullable(Type.Object({ http: Type.String(), https: Type.String(), noProxy: Type.String() })),
  }),
  dockerGroup,
  smokeTestPull,
  agentVersion,
  sysctl,
  images,
  strict,
  novaDocker: nullable(Type.Object({ package: Type.String(), indexUrl: Type.String(), virtualenv: Type.String(), compute: Type.Boolean(), glance: Type.Boolean() })),
};

export const profileSchema = Type.Object(
  {
    name: Type.String(),
    revision: Type.Integer(),
    hash: Type.String({ description: 'The same for the same settings.' }),
    createdAt: dateTime,
    ...shown,
    warnings: Type.Array(Type.String(), { description: 'What to know before it is used.' }),
  },
  { $id: 'HostProfile' },
);

const closed = { additionalProperties: false };

/** What a profile is to be; what is left out is as in the built-in `default`. */
export const profileSettingsSchema = Type.Object(
  {
    engine: Type.Optional(Type.Object(
      {
        source: Type.Optional(source), version: Type.Optional(version), settings: Type.Optional(settings), socketMode: Type.Optional(socketMode),
        repository: Type.Optional(nullable(Type.Object(
          { url, key: Type.String({ maxLength: 65_536, description: 'The public key that its packages (apt: its lists) are signed with, ASCII-armoured.' }), codename: Type.Optional(word), channel: Type.Optional(word) },
          closed,
        ))),
        proxy: Type.Optional(nullable(Type.Object({ http: Type.Optional(url), https: Type.Optional(url), noProxy: Type.Optional(Type.String({ maxLength: 4096 })) }, closed))),
      },
      closed,
    )),
    dockerGroup: Type.Optional(dockerGroup),
    smokeTestPull: Type.Optional(smokeTestPull),
    agentVersion: Type.Optional(agentVersion),
    sysctl: Type.Optional(sysctl),
    images: Type.Optional(images),
    strict: Type.Optional(strict),
    novaDocker: Type.Optional(nullable(Type.Object(
      { package: Type.String({ maxLength: 2048, description: 'What pip installs.' }), indexUrl: Type.Optional(url), virtualenv: Type.Optional(Type.String({ maxLength: 1024 })), compute: Type.Boolean(), glance: Type.Boolean() },
      closed,
    ))),
  },
  closed,
);

const change = Type.Object({ field: Type.String(), before: Type.Unknown(), after: Type.Unknown() });
export const profileReply = Type.Object({ profile: refTo(profileSchema), changes: Type.Array(change, { description: 'What differs from the revision before; null: not there.' }) });

export const profileParams = Type.Object({ name: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,62}$', description: 'Small letters, digits, dots, dashes and underscores.' }) });

/** A profile as /v1 shows it. */
export function toProfile({ name, revision, hash, createdAt, settings: wanted }: ProfileView): Static<typeof profileSchema> {
  const { engine, novaDocker, ...rest } = wanted;
  return {
    name, revision, hash, createdAt: createdAt.toISOString(),
    engine: { ...engine, repository: engine.repository ?? null, proxy: engine.proxy ?? null },
    ...rest,
    novaDocker: novaDocker ?? null,
    warnings: profileWarnings(wanted),
  };
}

/** The reply on one profile. */
export function toProfileReply({ profile, changes }: { profile: ProfileView; changes: ProfileChange[] }): Static<typeof profileReply> {
  return { profile: toProfile(profile), changes: changes.map(({ field, before, after }) => ({ field, before: before ?? null, after: after ?? null })) };
}

/** The whole settings of a request that leaves some out. */
export function toSettings({ engine = {}, novaDocker, ...rest }: Static<typeof profileSettingsSchema>): ProfileSettings {
  const { repository, proxy, ...given } = engine;
  return {
    ...defaultHostProfile,
    ...rest,
    engine: {
      ...defaultHostProfile.engine,
      ...given,
      repository: repository ? { codename: '', channel: 'stable', ...repository } : undefined,
      proxy: proxy ? { http: '', https: '', noProxy: '', ...proxy } : undefined,
    },
    novaDocker: novaDocker ? { indexUrl: '', virtualenv: '', ...novaDocker } : undefined,
  };
}
