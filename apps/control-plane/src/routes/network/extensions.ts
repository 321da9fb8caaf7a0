import type { Route } from '../../deps.ts';
import type { RawQuery } from './read-query.ts';
import { selectItems } from './select-items.ts';

// Those that hold here, in Neutron's words (neutron_lib/api/definitions).
const extensions = [
  { name: 'Availability Zone', alias: 'availability_zone', description: 'The availability zone extension.', updated: '2015-01-01T10:00:00-00:00' },
  { name: 'Empty String Filtering Extension', alias: 'empty-string-filtering', description: 'Allow filtering by attributes with empty string value', updated: '2018-05-01T10:00:00-00:00' },
  { name: 'Neutron external network', alias: 'external-net', description: 'Adds external network attribute to network resource.', updated: '2013-01-14T10:00:00-00:00' },
  { name: 'Filter parameters validation', alias: 'filter-validation', description: 'Provides validation on filter parameters.', updated: '2018-07-04T10:00:00-00:00' },
  { name: 'IP address substring filtering', alias: 'ip-substring-filtering', description: 'Provides IP address substring filtering when listing ports', updated: '2017-11-28T09:00:00-00:00' },
  { name: 'Network MTU', alias: 'net-mtu', description: 'Provides MTU attribute for a network resource.', updated: '2015-03-25T10:00:00-00:00' },
  { name: 'Network MTU (writable)', alias: 'net-mtu-writable', description: 'Provides a writable MTU attribute for a network resource.', updated: '2017-07-12T00:00:00-00:00' },
  { name: 'Pagination support', alias: 'pagination', description: 'Extension that indicates that pagination is enabled.', updated: '2016-06-12T00:00:00-00:00' },
  { name: 'Port Binding', alias: 'binding', description: 'Expose port bindings of a virtual port to external application', updated: '2014-02-03T10:00:00-00:00' },
  { name: 'project_id field enabled', alias: 'project-id', description: 'Extension that indicates that project_id field is enabled.', updated: '2016-09-09T09:09:09-09:09' },
  { name: 'Quota management support', alias: 'quotas', description: 'Expose functions for quotas management per project', updated: '2012-07-29T10:00:00-00:00' },
  { name: 'Resource revision numbers', alias: 'standard-attr-revisions', description: 'This extension will display the revision number of neutron resources.', updated: '2016-04-11T10:00:00-00:00' },
  { name: 'Sorting support', alias: 'sorting', description: 'Extension that indicates that sorting is enabled.', updated: '2016-06-12T00:00:00-00:00' },
  { name: 'standard-attr-description', alias: 'standard-attr-description', description: 'Extension to add descriptions to standard attributes', updated: '2016-02-10T10:00:00-00:00' },
  { name: 'Tag support for resources with standard attribute: port, subnet, network', alias: 'standard-attr-tag', description: 'Enables to set tag on resources with standard attribute.', updated: '2017-01-01T00:00:00-00:00' },
  { name: 'Resource timestamps', alias: 'standard-attr-timestamp', description: 'Adds created_at and updated_at fields to all Neutron resources that have Neutron standard attributes.', updated: '2016-09-12T10:00:00-00:00' },
].map((extension) => ({ ...extension, links: [] }));

export const showExtensions: Route = (app) => {
  app.get<{ Querystring: RawQuery }>('/v2.0/extensions', async (request) => ({ extensions: selectItems(extensions, request.query) }));
  app.get<{ Params: { alias: string } }>('/v2.0/extensions/:alias', async (request, reply) => {
    const { alias } = request.params;
    const extension = extensions.find((one) => one.alias === alias);
    if (extension !== undefined) return { extension };
    reply.code(404).type('text/html; charset=UTF-8');
    return notFoundPage(alias);
  });
};

/** Neutron answers this one question in HTML. */
function notFoundPage(alias: string): string {
  const shown = alias.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<html>
 <head>
  <title>404 Not Found</title>
 </head>
 <body>
  <h1>404 Not Found</h1>
  The resource could not be found.<br /><br />
Extension with alias ${shown} does not exist


 </body>
</html>`;
}
