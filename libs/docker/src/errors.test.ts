import { CloudError } from '@novadock/model';
import { expect, test } from 'vitest';
import { fromDockerError, ignoring } from './errors.ts';

/** As dockerode throws them. */
const answered = (statusCode: number, message: string) => Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${message} `), { statusCode, json: { message } });
const failed = (code: string) => Object.assign(new Error(`connect ${code} /var/run/docker.sock`), { code });

// The texts are those of Engine 20.10, but for the one of 28 that is marked.
test.each([
  [answered(404, 'No such image: sha256:0123'), { code: 'conflict', reason: 'imageMissing' }],
  [answered(404, 'No such container: nova-1'), { code: 'notFound' }],
  [answered(409, 'removal of container 8808bc is already in progress'), { code: 'unavailable' }],
  [answered(409, 'Conflict. The container name "/nova-1" is already in use by container "1".'), { code: 'conflict' }],
  [answered(400, 'invalid CpuShares'), { code: 'invalid', message: 'The Docker Engine says: invalid CpuShares' }],
  [answered(503, 'the engine is starting'), { code: 'unavailable' }],
  [answered(500, 'mkdir /var/lib/docker/overlay2/1: no space left on device'), { code: 'exhausted', reason: 'diskFull' }],
  [answered(500, 'connection error: desc = "transport: dial unix /run/containerd/containerd.sock: connect: connection refused": unavailable'), { code: 'unavailable' }],
  [answered(500, 'ttrpc: closed: transport is closing' /* 28 */), { code: 'unavailable' }],
  [answered(500, 'OCI runtime create failed: runc create failed'), { code: 'internal', message: 'The Docker Engine says: OCI runtime create failed: runc create failed' }],
  [
    answered(400, 'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "tru": executable file not found in $PATH: unknown'),
    { code: 'invalid', message: 'The Docker Engine says: exec: "tru": executable file not found in $PATH' },
  ],
  [failed('ECONNREFUSED'), { code: 'unavailable', reason: 'engineDown' }],
  [failed('ENOENT'), { code: 'unavailable', reason: 'engineDown' }],
  [failed('ECONNRESET'), { code: 'unavailable', reason: 'engineDown' }],
  [new TypeError('a fault of ours'), { code: 'internal' }],
])('%s', (error, expected) => {
  expect(fromDockerError(error)).toMatchObject({ ...expected, cause: error });
});

test('an error of ours stays what it is', () => {
  const error = new CloudError('conflict', 'no');
  expect(fromDockerError(error)).toBe(error);
});

test('a status that says "it is so already" is no error, another one is', async () => {
  await expect(ignoring([304], Promise.reject(answered(304, '')))).resolves.toBeUndefined();
  await expect(ignoring([304], Promise.reject(answered(400, 'no')))).rejects.toMatchObject({ code: 'invalid' });
});
