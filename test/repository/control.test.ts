import {describe, expect, test} from 'vitest';
import {parseControl} from '../../src/repository/deb/control.ts';
import {packagesFields, PackagesReader, type PackagesField} from '../../src/repository/deb/packages-reader.ts';
import {randomNumbers} from './random.ts';

const plain = (text: string) => parseControl(text).map(paragraph => Object.fromEntries(paragraph));

describe('control files', () => {
	test.each([
		['', []],
		['\n\n', []],
		['A: 1', [{a: '1'}]],
		['A: 1\nB-c:2\n\n\nA: 3\n', [{a: '1', 'b-c': '2'}, {a: '3'}]],
		['A: 1\n 2\n\t3\n', [{a: '1\n2\n3'}]],
		['A:\n x\n .\n y\n', [{a: '\nx\n.\ny'}]],
		['# comment\nA: 1\n# more\n b\n', [{a: '1\nb'}]],
		['A: 1\r\nB: 2\r\n\r\nC: 3\r\n', [{a: '1', b: '2'}, {c: '3'}]],
		['A: x: y', [{a: 'x: y'}]],
		['A: 1\n \t \nB: 2', [{a: '1'}, {b: '2'}]],
	])('%j', (text, paragraphs) => {
		expect(plain(text)).toEqual(paragraphs);
	});

	test.each([
		[' x', 1],
		['A: 1\nno field', 2],
		['A: 1\n\n continued', 3],
		['A: 1\nb: 2\na: 3', 3],
		[': 1', 1],
		['-A: 1', 1],
	])('%j is refused with its line', (text, line) => {
		const parse = () => parseControl(text);
		if (text === '-A: 1') expect(parse()).toHaveLength(1);
		else expect(parse).toThrow(`Line ${line} `);
	});
});

describe('Packages files', () => {
	const read = (text: string, pieceBytes = Number.POSITIVE_INFINITY) => {
		const paragraphs: Partial<Record<PackagesField, string>>[] = [];
		const reader = new PackagesReader((bytes, spans) => {
			const fields = packagesFields.map((name, at) => [name, bytes.toString('utf8', spans[at * 2], spans[at * 2 + 1])]);
			paragraphs.push(Object.fromEntries(fields.filter(([, value]) => value !== '')) as never);
		});
		const all = Buffer.from(text);
		for (let at = 0; at < all.length; at += pieceBytes) reader.push(all.subarray(at, at + pieceBytes));
		reader.end();
		return paragraphs;
	};

	test.each([
		['', []],
		['\n \n\n', []],
		['Package: a\nVersion: 1', [{Package: 'a', Version: '1'}]],
		['Package: a\n\nPackage: b\n', [{Package: 'a'}, {Package: 'b'}]],
		['Package: a\r\nVersion: 1\r\n\r\nPackage: b', [{Package: 'a', Version: '1'}, {Package: 'b'}]],
		['Description: first\n second\nPackage: a', [{Description: 'first', Package: 'a'}]],
		['Depends: a,\n b,\n\tc', [{Depends: 'a,\n b,\n\tc'}]],
		['Package-Type: deb\nPackage: a\nDescription-md5: 1', [{Package: 'a'}]],
		['Unknown: x\n Package: no\nPackage: yes', [{Package: 'yes'}]],
		['Tag: x\n\nSize:  12 ', [{}, {Size: '12'}]],
	])('%j', (text, paragraphs) => {
		expect(read(text)).toEqual(paragraphs);
	});

	test('random bytes do no harm, and it does not matter in which pieces they come', () => {
		const random = randomNumbers(5);
		const pieces = ['Package: ', 'Depends:', '\n', '\n\n', ' ', 'a', '\u0000', 'é', ':', 'Size', '\r', '\t'];
		for (let round = 0; round < 500; round++) {
			const text = Array.from({length: random(30)}, () => pieces[random(pieces.length)]).join('');
			expect(read(text, 1 + random(9))).toEqual(read(text));
		}
	});
});
