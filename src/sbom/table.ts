import {safeText} from '../base/safe-text.ts';

/** A row of `slipway sbom --format table`. */
export interface SbomRow {
	readonly name: string;
	readonly version: string;
	readonly architecture: string | null;
	readonly role: string | null;
	readonly requestedAs: string | null;
	readonly licence: string | null;
}

const heads = ['PACKAGE', 'VERSION', 'ARCH', 'ROLE', 'LICENCE'] as const;
const roleOrder = ['added', 'starter', 'dependency'];

/** Columns in plain text: what the user added first, then the starter's own, then dependencies. */
export function sbomTable(rows: readonly SbomRow[]): string {
	const orderOf = (row: SbomRow) => (roleOrder.indexOf(row.role ?? '') + roleOrder.length + 1) % (roleOrder.length + 1);
	const sorted = [...rows].sort((a, b) => orderOf(a) - orderOf(b) || (a.name < b.name ? -1 : 1));
	const cells = sorted.map(row => [
		row.name,
		row.version,
		row.architecture ?? '',
		row.requestedAs === null ? (row.role ?? '') : `${row.role ?? ''} (${row.requestedAs})`,
		row.licence ?? '-',
	]);
	const table = [[...heads], ...cells].map(line => line.map(cell => safeText(cell)));
	const widths = heads.map((_, column) => Math.max(...table.map(line => (line[column] ?? '').length)));
	return table
		.map(line =>
			line
				.map((cell, column) => cell.padEnd(widths[column] ?? 0))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}
