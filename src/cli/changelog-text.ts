import type {Changelog, LineChangelog} from '../app/changelog.ts';
import {safeText} from '../base/safe-text.ts';
import type {FileChange} from '../image/diff-images.ts';
import {formatBytes, formatTime, plural, shortDigest} from './format.ts';
import {changeRow, signedBytes} from './line-diff-text.ts';
import {style} from './terminal.ts';

/** A build's changes for people. */
export function changelogText({build, image, status, startedAt, lines}: Changelog): string {
	const head = `${style('bold', safeText(image))}  ${build}  ${formatTime(startedAt)}  ${status}`;
	return [head, ...lines.flatMap(line => [lineHead(line), ...lineRows(line).map(row => `    ${row}`)])].join('\n');
}

function lineHead({line, status, digest, versions}: LineChangelog): string {
	const {before, after} = versions;
	const version = after === null ? '' : before !== null && before !== after ? `${before} → ${after}` : after;
	const parts = [safeText(line), safeText(status), safeText(version), digest === null ? '' : shortDigest(digest)];
	return `  ${parts.filter(Boolean).join('  ')}`;
}

function lineRows(change: LineChangelog): readonly string[] {
	const {status, error, before, packages, securityUpdates, config, files, sizeBytes} = change;
	if (status !== 'created' && status !== 'up to date') {
		return [
			...(error === null ? [] : [style('red', safeText(error))]),
			before
				? `keeps the image of ${before.build}${before.digest ? ` (${shortDigest(before.digest)})` : ''}`
				: 'has no image yet',
		];
	}
	if (before === null) return [`first image, ${formatBytes(sizeBytes.after ?? 0)}`];
	const rows = [
		...packages.map(({name, before: old, after}) => {
			const row = changeRow(name, old, after);
			return securityUpdates.includes(name) ? `${row}  ${style('red', 'security')}` : row;
		}),
		...config.map(({field, before: old, after}) => changeRow(field, old, after)),
		...(files === null ? [] : fileRows(files)),
		...sizeRow(sizeBytes),
	];
	return rows.length > 0 ? rows : [change.digest === before.digest ? 'the same image' : 'nothing but metadata'];
}

const mostFiles = 40;

/** Files that differ, a row each; the first of many. */
export function fileRows(files: readonly FileChange[]): readonly string[] {
	if (files.length === 0) return [];
	const signs = {added: '+', removed: '-', changed: '~'} as const;
	const rows = files.slice(0, mostFiles).map(({path, kind, differences}) => {
		const what = differences.length > 0 && !differences.includes('content') ? ` (${differences.join(', ')})` : '';
		return style('dim', `${signs[kind]} ${safeText(path)}${what}`);
	});
	const more = files.length - mostFiles;
	return [
		`${plural(files.length, 'file')}:`,
		...rows,
		...(more > 0 ? [`… and ${more} more; --json has them all`] : []),
	];
}

function sizeRow({before, after}: LineChangelog['sizeBytes']): readonly string[] {
	if (before === null || after === null || before === after) return [];
	return [style('dim', `size ${formatBytes(before)} → ${formatBytes(after)} (${signedBytes(after - before)})`)];
}

/** `2 packages, 1 security update, 3 settings, +1.2 MB`, for one row. */
export function changesInBrief({packages, securityUpdates, config, sizeBytes, before}: LineChangelog): string {
	if (before === null) return 'first image';
	const {before: old, after} = sizeBytes;
	const parts = [
		...(packages.length > 0 ? [plural(packages.length, 'package')] : []),
		...(securityUpdates.length > 0 ? [style('red', plural(securityUpdates.length, 'security update'))] : []),
		...(config.length > 0 ? [plural(config.length, 'setting')] : []),
		...(old !== null && after !== null && old !== after ? [signedBytes(after - old)] : []),
	];
	return parts.join(', ');
}
