import { describe, expect, test } from 'vitest';
import { addIniListItem } from './add-ini-list-item.ts';
import { getIniValue } from './get-ini-value.ts';
import { parseIni } from './parse-ini.ts';
import { removeIniKey } from './remove-ini-key.ts';
import { setIniValue } from './set-ini-value.ts';
import { splitIniList } from './split-ini-list.ts';

const driver = { section: 'DEFAULT', key: 'compute_driver' };
const formats = { section: 'image_format', key: 'container_formats' };

const set: [what: string, before: string, after: string][] = [
  ['a value in its place', '[DEFAULT]\n# c\ncompute_driver = libvirt.LibvirtDriver\nb = 2\n', '[DEFAULT]\n# c\ncompute_driver = new\nb = 2\n'],
  ['as the guide writes it', '[DEFAULT]\ncompute_driver=old\n', '[DEFAULT]\ncompute_driver=new\n'],
  ['with a colon and tabs', '[DEFAULT]\ncompute_driver\t:\told\n', '[DEFAULT]\ncompute_driver\t:\tnew\n'],
  ['a value with an = in it', '[DEFAULT]\ncompute_driver = a=b:c\n', '[DEFAULT]\ncompute_driver = new\n'],
  ['an empty value', '[DEFAULT]\ncompute_driver =\nb = 2\n', '[DEFAULT]\ncompute_driver = new\nb = 2\n'],
  ['a value of several lines', '[DEFAULT]\ncompute_driver = a,\n  b\n\t# c\n\nx = 1\n', '[DEFAULT]\ncompute_driver = new\n\nx = 1\n'],
  ['the last of two, which is what counts', '[DEFAULT]\ncompute_driver = one\ncompute_driver = two\n', '[DEFAULT]\ncompute_driver = one\ncompute_driver = new\n'],
  ['in the second section of the name', '[DEFAULT]\ncompute_driver = one\n[x]\ny = 1\n[DEFAULT]\ncompute_driver = two\n', '[DEFAULT]\ncompute_driver = one\n[x]\ny = 1\n[DEFAULT]\ncompute_driver = new\n'],
  ['not in another section', '[x]\ncompute_driver = other\n[DEFAULT]\na = 1\n', '[x]\ncompute_driver = other\n[DEFAULT]\na = 1\ncompute_driver = new\n'],
  ['below its commented default', '[DEFAULT]\na = 1\n# Which driver (string value)\n#compute_driver = <None>\n\n# More\n#b = 2\n', '[DEFAULT]\na = 1\n# Which driver (string value)\n#compute_driver = <None>\ncompute_driver = new\n\n# More\n#b = 2\n'],
  ['not below that of another key or section', '[DEFAULT]\n#compute_driver_x = 1\na = 1\n[x]\n#compute_driver = 1\n', '[DEFAULT]\n#compute_driver_x = 1\na = 1\ncompute_driver = new\n[x]\n#compute_driver = 1\n'],
  ['below the last key and its further lines', '[DEFAULT]\na = 1,\n  2\n\n# about x\n[x]\n', '[DEFAULT]\na = 1,\n  2\ncompute_driver = new\n\n# about x\n[x]\n'],
  ['below the header of an empty section', '[DEFAULT]\n\n[x]\n', '[DEFAULT]\ncompute_driver = new\n\n[x]\n'],
  ['in a section of its own', '[x]\na = 1\n', '[x]\na = 1\n\n[DEFAULT]\ncompute_driver = new\n'],
  ['in an empty file', '', '[DEFAULT]\ncompute_driver = new\n'],
  ['in a file without a last line end', '[DEFAULT]\ncompute_driver = old', '[DEFAULT]\ncompute_driver = new'],
  ['behind a last line without an end', '[DEFAULT]\na = 1', '[DEFAULT]\na = 1\ncompute_driver = new\n'],
  ['in a new section behind such a line', '[x]\na = 1', '[x]\na = 1\n\n[DEFAULT]\ncompute_driver = new\n'],
  ['with the line ends that are there', '[DEFAULT]\r\na = 1\r\n#compute_driver = x\r\nb = 2\r\n', '[DEFAULT]\r\na = 1\r\n#compute_driver = x\r\ncompute_driver = new\r\nb = 2\r\n'],
  ['in a line that ends with CRLF', '[DEFAULT]\r\ncompute_driver = old  \r\nb = 2\r\n', '[DEFAULT]\r\ncompute_driver = new\r\nb = 2\r\n'],
  ['nothing where it is there', '[DEFAULT]\ncompute_driver:   "new"  \nb=1', '[DEFAULT]\ncompute_driver:   "new"  \nb=1'],
];

describe('set', () => {
  test.each(set)('%s', (_, before, after) => {
    expect(setIniValue(before, driver, 'new')).toBe(after);
    expect(getIniValue(after, driver)).toBe('new');
    expect(setIniValue(after, driver, 'new')).toBe(after);
  });
});

const added: [what: string, before: string, after: string][] = [
  ['at the end', '[image_format]\ncontainer_formats = ami,bare\n', '[image_format]\ncontainer_formats = ami,bare,docker\n'],
  ['with blanks as they are written', '[image_format]\ncontainer_formats = ami, bare  \n', '[image_format]\ncontainer_formats = ami, bare, docker  \n'],
  ['within quotes', '[image_format]\ncontainer_formats = "ami,bare"\n', '[image_format]\ncontainer_formats = "ami,bare,docker"\n'],
  ['in the last line', '[image_format]\ncontainer_formats = ami,\n  bare,\n  ova\nx = 1\n', '[image_format]\ncontainer_formats = ami,\n  bare,\n  ova,docker\nx = 1\n'],
  ['behind a comma', '[image_format]\ncontainer_formats = ami,\n', '[image_format]\ncontainer_formats = ami,docker\n'],
  ['to nothing', '[image_format]\ncontainer_formats =\n', '[image_format]\ncontainer_formats = docker\n'],
  ['in any case of the section', '[Image_Format]\r\ncontainer_formats = ami\r\n', '[Image_Format]\r\ncontainer_formats = ami,docker\r\n'],
  ['not twice', '[image_format]\ncontainer_formats = docker , ami\n', '[image_format]\ncontainer_formats = docker , ami\n'],
  ['with no line end', '[image_format]\ncontainer_formats = dockers', '[image_format]\ncontainer_formats = dockers,docker'],
];

describe('add to a list', () => {
  test.each(added)('%s', (_, before, after) => {
    expect(addIniListItem(before, formats, 'docker')).toBe(after);
    expect(addIniListItem(after, formats, 'docker')).toBe(after);
    expect(splitIniList(getIniValue(after, formats) ?? '')).toContain('docker');
  });
});

test('a key is removed with all its lines, however often it is there', () => {
  const text = '[DEFAULT]\na = 1\ncompute_driver = x,\n  y\n[b]\ncompute_driver = stays\n[DEFAULT]\n# c\ncompute_driver = z\n';
  expect(removeIniKey(text, driver)).toBe('[DEFAULT]\na = 1\n[b]\ncompute_driver = stays\n[DEFAULT]\n# c\n');
  expect(getIniValue(removeIniKey(text, driver), driver)).toBeUndefined();
});

test('keys that may be there more than once all stay', () => {
  const text = '[pci]\nalias = { "name": "a" }\nalias = { "name": "b" }\n[DEFAULT]\nx=1\n';
  expect(setIniValue(text, driver, 'new')).toBe(`${text}compute_driver = new\n`);
  expect(parseIni(text).entries.map(({ key, value }) => [key, value])).toEqual([['alias', '{ "name": "a" }'], ['alias', '{ "name": "b" }'], ['x', '1']]);
});

test.each([
  ['a = 1\n', 'line 1 stands before the first [section]'],
  ['[DEFAULT]\n\n  a = 1\n', 'line 3 is indented'],
  ['[DEFAULT]\na = 1\n# c\n  2\n', 'line 4 is indented'],
  ['[DEFAULT\n', 'line 1 begins a section and does not end with "]"'],
  ['[DEFAULT] # here\n', 'line 1 begins a section and does not end'],
  ['[]\n', 'without a name'],
  ['[DEFAULT]\nnonsense\n', 'line 2 has no "=" or ":"'],
  ['[DEFAULT]\n= 1\n', 'line 2 has no key'],
])('what oslo.config does not read is refused, with the line: %j', (text, message) => {
  expect(() => setIniValue(text, driver, 'new')).toThrow(message);
});
