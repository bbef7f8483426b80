import type {Architecture, MultiArch, RelationField} from '../package-index.ts';
import {withoutEpoch} from './version.ts';

export const multiArchValues: readonly MultiArch[] = ['no', 'same', 'foreign', 'allowed'];
/** Archive pools whose file names follow from the other columns; number 0 stands for a name written out. */
export const pools: readonly string[] = ['', 'pool/main', 'pool/updates/main'];

/** Bits of the `flags` column. */
export const flag = {essential: 1, architectureAll: 2, multiArchShift: 2, poolShift: 4} as const;

/** What the header of a compiled suite says. */
export interface SuiteMeta {
	readonly suite: string;
	readonly architecture: Architecture;
	readonly packageCount: number;
	/** Paragraphs that were left out, because a field that planning relies on is missing or malformed. */
	readonly rejectedCount: number;
}

/** The last of `numberColumns`, in the order of the fields that a Packages file is read for. */
export const relationFields: readonly RelationField[] = [
	'preDepends',
	'depends',
	'recommends',
	'conflicts',
	'breaks',
	'replaces',
	'provides',
];

/** The columns with a number for each package. */
export const numberColumns = [
	'name',
	'version',
	'source',
	'sourceVersion',
	'section',
	'priority',
	'summary',
	'maintainer',
	'homepage',
	'filename',
	'downloadSize',
	'installedKilobytes',
	'preDepends',
	'depends',
	'recommends',
	'conflicts',
	'breaks',
	'replaces',
	'provides',
] as const;

export type NumberColumn = (typeof numberColumns)[number];

/** Where Debian's archive keeps a package file: pool/main/libx/libxml2/libxml2_2.14_amd64.deb. */
export function poolFilename(
	pool: string,
	source: string,
	name: string,
	version: string,
	architecture: string,
): string {
	const prefix = source.startsWith('lib') ? source.slice(0, 4) : source.slice(0, 1);
	return `${pool}/${prefix}/${source}/${name}_${withoutEpoch(version)}_${architecture}.deb`;
}
