import {describe, expect, test} from 'vitest';
import {declaredLicence} from '../../src/sbom/licences.ts';
import {parseMaintainer, spdxParty} from '../../src/sbom/parties.ts';
import {debPurl, ociPurl} from '../../src/sbom/purl.ts';
import {sampleInput, samplePackage} from './sample-line.ts';

test.each([
	[samplePackage('curl', {version: '8.14.1-2'}), 'trixie', 'pkg:deb/debian/curl@8.14.1-2?arch=amd64&distro=debian-13'],
	[
		samplePackage('libstdc++6', {version: '1:14~rc1+b1', source: 'gcc-14', sourceVersion: '14~rc1'}),
		'bookworm',
		'pkg:deb/debian/libstdc%2B%2B6@1:14~rc1%2Bb1?arch=amd64&distro=debian-12&upstream=gcc-14%4014~rc1',
	],
	[samplePackage('a', {architecture: 'all'}), 'sid', 'pkg:deb/debian/a@1.0-1?arch=all&distro=debian-sid'],
])('a package has the purl that scanners expect', (entry, release, purl) => {
	expect(debPurl(entry, release)).toBe(purl);
});

test('an image has a purl with its digest', () => {
	expect(ociPurl(sampleInput())).toBe(`pkg:oci/php-api@sha256%3A${'1'.repeat(64)}?arch=amd64&tag=8.4.11`);
});

const dep5 = (...files: string[]) =>
	[
		'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nLicense: Header',
		...files.map(licence => `Files: *\nCopyright: someone\nLicense: ${licence}\n text`),
		'License: Unused\n text',
	].join('\n\n');

describe('licences', () => {
	test.each([
		['GPL-2+', 'GPL-2.0-or-later'],
		['GPL-2', 'GPL-2.0-only'],
		['LGPL-2.1+', 'LGPL-2.1-or-later'],
		['AGPL-3+', 'AGPL-3.0-or-later'],
		['Expat', 'MIT'],
		['BSD-3-clause', 'BSD-3-Clause'],
		['Apache-2.0', 'Apache-2.0'],
		['GPL-1+ or Artistic', 'GPL-1.0-or-later OR Artistic-1.0-Perl'],
		['GPL-2 or MIT and Zlib', 'GPL-2.0-only OR MIT AND Zlib'],
		['REGCOMP, and GPL-1+ or Artistic', 'LicenseRef-REGCOMP AND (GPL-1.0-or-later OR Artistic-1.0-Perl)'],
		['public-domain', 'LicenseRef-public-domain'],
		['GPL-2+ with Autoconf exception', 'LicenseRef-GPL-2-or-later-with-Autoconf-exception'],
	])('%s is %s', (debian, spdx) => {
		expect(declaredLicence(dep5(debian))?.expression).toBe(spdx);
	});

	test('those of all files hold together; paragraphs of mere text do not count', () => {
		expect(declaredLicence(dep5('Expat', 'GPL-2+ or Zlib', 'Expat'))?.expression).toBe(
			'(GPL-2.0-or-later OR Zlib) AND MIT',
		);
	});

	test('a free-form file gives the common licences that it names', () => {
		const licence = declaredLicence("see `/usr/share/common-licenses/LGPL-2.1'. and /usr/share/common-licenses/GPL-2.");
		expect(licence?.expression).toBe('LicenseRef-common-licenses-GPL-2 AND LicenseRef-common-licenses-LGPL-2.1');
		expect(licence?.references.get('LicenseRef-common-licenses-GPL-2')).toBe('common-licenses-GPL-2');
	});

	test('silence is not a licence', () => {
		expect(declaredLicence('')).toBeNull();
		expect(declaredLicence('All rights reserved.')).toBeNull();
	});
});

test.each([
	['Jane Doe <jane@example.org>', 'Person: Jane Doe (jane@example.org)'],
	['"Doe, Jane (x)" <jane@example.org>', 'Person: Doe, Jane x (jane@example.org)'],
	[
		'GNU Libc Maintainers <debian-glibc@lists.debian.org>',
		'Organization: GNU Libc Maintainers (debian-glibc@lists.debian.org)',
	],
	['Nobody', 'Person: Nobody'],
])('the maintainer %s is %s', (maintainer, party) => {
	expect(spdxParty(parseMaintainer(maintainer))).toBe(party);
});
