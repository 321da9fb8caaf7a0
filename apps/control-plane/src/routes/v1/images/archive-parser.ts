import fp from 'fastify-plugin';

export const archiveTypes = ['application/x-tar', 'application/gzip', 'application/octet-stream'];

/** Leaves bodies that are archives unread: the handler gets the stream, however long it is. */
export const archiveParser = fp(async (app) => {
  app.addContentTypeParser(archiveTypes, (_request, stream, done) => done(null, stream));
});
