import { CloudError } from '@novadock/model';
import type { App, Deps } from '../../deps.ts';
import { auth } from '../../plugins/auth.ts';
import { errors } from '../../plugins/errors.ts';
import { createImage } from './create-image.ts';
import { deleteImage } from './delete-image.ts';
import { discovery } from './discovery.ts';
import { downloadFile } from './download-file.ts';
import { toGlanceError } from './envelope.ts';
import { getImportInfo } from './get-import-info.ts';
import { getSchemas } from './get-schemas.ts';
import { imageActions } from './image-actions.ts';
import { imageMembers } from './image-members.ts';
import { imageTags } from './image-tags.ts';
import { listImages } from './list-images.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { showImage } from './show-image.ts';
import { updateImage } from './update-image.ts';
import { uploadFile } from './upload-file.ts';

const routes = [listImages, createImage, showImage, updateImage, deleteImage, downloadFile, imageTags, imageMembers, imageActions, getSchemas, getImportInfo];

/** The image service: Glance's API, version 2. */
export async function image(app: App, deps: Deps): Promise<void> {
  await app.register(errors, { envelope: toGlanceError(deps) });
  await app.register(auth, deps);
  // Old clients say that bodies which are not there are octet streams.
  app.addContentTypeParser('application/octet-stream', (_request, _payload, done) => done(null, undefined));
  app.addHook('preValidation', async (request) => {
    if (/%00/.test(request.url) || JSON.stringify(request.body)?.includes('\\u0000') === true) {
      throw new CloudError('invalid', 'The null character is not allowed.');
    }
  });
  discovery(app, deps);
  await refuseOtherMethods(app, async () => {
    for (const route of routes) route(app, deps);
    // In a scope of its own, for it takes one media type only.
    await app.register(async (scope) => uploadFile(scope as App, deps));
  });
}
