import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImageCloud, type ImageCloud } from './image-cloud.ts';

let cloud: ImageCloud;
type Page = { images: { name: string; id: string }[]; first: string; next?: string; schema: string };

beforeAll(async () => {
  cloud = await createImageCloud();
  await cloud.addImage({ name: 'a', visibility: 'public', tags: ['web', 'x86'], os_distro: 'debian' }, Buffer.from('aaaa'));
  await cloud.addImage({ name: 'b', visibility: 'private', tags: ['web'], min_disk: 5, container_format: 'bare' });
  await cloud.addImage({ name: 'c', visibility: 'community', protected: true, disk_format: 'qcow2' }, Buffer.from('cc'));
  await cloud.addImage({ name: 'c', os_hidden: true });
  await cloud.addImage({ name: 'd:1,0', min_ram: 64 }, Buffer.from('dddddddd'), cloud.demo);
  await cloud.addImage({ name: 'e', visibility: 'community' }, undefined, cloud.demo);
});
afterAll(() => cloud.close());

const list = async (query = '', token = cloud.admin) => (await cloud.ask(`GET /v2/images${query}`, { token })).body as Page;
const names = async (query: string, token?: string) => (await list(query, token)).images.map(({ name }) => name);

describe('a list of images', () => {
  it('has the newest first', async () => expect(await names('')).toEqual(['d:1,0', 'c', 'b', 'a']));
  it('says where it begins', async () => expect(await list('?name=nosuch')).toEqual({ images: [], first: '/v2/images?name=nosuch', schema: '/v2/schemas/images' }));

  it.each([
    ['name=a', ['a']], ['name=d:1,0', ['d:1,0']], ['name=in:a,b', ['b', 'a']], ['name=in:"d:1,0",a', ['d:1,0', 'a']], ['name=eq:b', ['b']], ['name=A', []],
    ['status=active', ['d:1,0', 'c', 'a']], ['status=in:active,queued', ['d:1,0', 'c', 'b', 'a']], ['status=nosuch', []],
    ['visibility=public', ['a']], ['visibility=private', ['b']], ['visibility=shared', ['d:1,0']], ['visibility=community', ['e', 'c']], ['visibility=all', ['e', 'd:1,0', 'c', 'b', 'a']],
    ['tag=web', ['b', 'a']], ['tag=web&tag=x86', ['a']], ['size_min=4', ['d:1,0', 'a']], ['size_max=4', ['c', 'a']], ['size_min=3&size_max=5', ['a']], ['size=2', ['c']],
    ['container_format=bare', ['b']], ['disk_format=qcow2', ['c']], ['disk_format=in:qcow2,raw&name=c', ['c']], ['protected=true', ['c']], ['os_hidden=True', ['c']], ['os_hidden=true&name=c', ['c']],
    ['min_disk=5', ['b']], ['min_ram_min=1', ['d:1,0']], ['os_distro=debian', ['a']], ['os_distro=alpine', []], ['id=nosuch', []], ['checksum=4e8b4f1b0f9b2a0b1f0b6b7d2c9c8d6a', []],
    ['created_at=gt:2020-01-01T00:00:00Z&name=a', ['a']], ['created_at=lt:2020-01-01T00:00:00Z', []], ['updated_at=gte:2020-01-01&name=a', ['a']], ['member_status=all&name=a', ['a']],
    ['sort_key=name&sort_dir=asc', ['a', 'b', 'c', 'd:1,0']], ['sort=name:desc', ['d:1,0', 'c', 'b', 'a']], ['sort=container_format:asc,name:asc', ['b', 'a', 'c', 'd:1,0']],
    ['sort_key=size&sort_dir=desc', ['d:1,0', 'a', 'c', 'b']], ['sort_key=status&sort_key=name&sort_dir=desc&sort_dir=asc', ['b', 'a', 'c', 'd:1,0']], ['sort=name', ['d:1,0', 'c', 'b', 'a']],
    ['limit=0', []], ['limit=5000&name=a', ['a']],
  ])('?%s', async (query, expected) => expect(await names(`?${query}`)).toEqual(expected));

  it('has the images of an id, of an owner', async () => {
    const [image] = (await list('?name=a')).images;
    expect(await names(`?id=${image!.id}`)).toEqual(['a']);
    expect(await names(`?owner=${cloud.demoProjectId}&visibility=all`)).toEqual(['e', 'd:1,0']);
  });

  it('shows projects their own, what is public and their community ones', async () => {
    expect(await names('', cloud.demo)).toEqual(['e', 'd:1,0', 'a']);
    expect(await names('?visibility=community', cloud.demo)).toEqual(['e', 'c']);
    expect(await names('?visibility=private', cloud.demo)).toEqual([]);
    expect(await names('?visibility=shared', cloud.demo)).toEqual(['d:1,0']);
    expect(await names('?os_hidden=true', cloud.demo)).toEqual([]);
  });

  it.each(['sort=name:asc', 'sort=size:desc', 'sort=container_format:desc,status:asc', 'sort_key=created_at&sort_dir=asc', 'tag=web&sort=id:asc', 'visibility=all'])('comes in pages, none twice and none left out: ?%s', async (query) => {
    const whole = (await list(`?${query}`)).images.map(({ id }) => id);
    const seen: string[] = [];
    let path: string | undefined = `/v2/images?${query}&limit=1`;
    while (path !== undefined) {
      const page: Page = (await cloud.ask(`GET ${path}`)).body;
      expect(page.first).toBe(`/v2/images?${new URLSearchParams(query)}&limit=1`);
      seen.push(...page.images.map(({ id }) => id));
      path = page.next;
      expect(seen.length).toBeLessThanOrEqual(whole.length);
    }
    expect(seen).toEqual(whole);
  });

  it('has 25 on a page unless more are asked for', async () => {
    for (let index = 0; index < 30; index += 1) await cloud.addImage({ name: `many${index}`, many: 'yes' });
    const page = await list('?many=yes');
    expect(page.images.length).toBe(25);
    expect(page.next).toBe(`/v2/images?many=yes&marker=${page.images[24]!.id}`);
    expect((await list('?many=yes&limit=1000')).images.length).toBe(30);
  });

  it('begins after nothing that the caller does not see', async () => {
    const [hidden] = (await list('?name=b')).images;
    expect((await cloud.ask(`GET /v2/images?marker=${hidden!.id}`, { token: cloud.demo })).status).toBe(400);
  });
});
