import {indexFromPackages} from '../../src/repository/deb/index-from-packages.ts';
import type {PackageIndex} from '../../src/repository/package-index.ts';

export interface SmallPackage {
	readonly name: string;
	readonly version: string;
	readonly source?: string;
	readonly depends?: string;
	readonly provides?: string;
	readonly section?: string;
	readonly summary?: string;
}

/** An index of a few packages, written inline: `smallIndex('trixie', [{name: 'curl', version: '8.14.1-2'}])`. */
export function smallIndex(release: string, packages: readonly SmallPackage[]): PackageIndex {
	const text = packages.map(paragraph).join('\n');
	return indexFromPackages({release, architecture: 'amd64', packages: [{suite: release, text}]});
}

function paragraph({name, version, source, depends, provides, section, summary}: SmallPackage): string {
	return [
		`Package: ${name}`,
		...(source === undefined ? [] : [`Source: ${source}`]),
		`Version: ${version}`,
		'Architecture: amd64',
		'Maintainer: Nobody <nobody@example.org>',
		`Section: ${section ?? 'misc'}`,
		'Priority: optional',
		'Installed-Size: 10',
		...(depends === undefined ? [] : [`Depends: ${depends}`]),
		...(provides === undefined ? [] : [`Provides: ${provides}`]),
		`Filename: pool/main/${name[0]}/${name}/${name}_${version.replace(/^\d+:/, '')}_amd64.deb`,
		'Size: 1000',
		`SHA256: ${'0'.repeat(64)}`,
		`Description: ${summary ?? name}`,
		'',
	].join('\n');
}
