import type {CardTab, Change} from '../../state/card/card.ts';
import type {CardRow} from '../../state/card/card-rows.ts';
import {modeText, type FileRow} from '../../state/card/file-tree.ts';
import {count, formatAge, formatBytes, formatChange, formatDuration} from '../format/sizes.ts';
import type {Symbols} from '../theme/symbols.ts';
import type {Tone} from '../theme/theme.ts';
import {columns, lineOf, span, type Column, type Line} from '../ui/line.ts';
import {buildTone} from './builds-rows.ts';

export interface CardLook {
	readonly symbols: Symbols;
	readonly nowMs: number;
	readonly width: number;
	/** The line that the tabs are about. */
	readonly line: string | null;
	readonly tab: CardTab;
	/** Cells of the labels of facts. */
	readonly labelWidth: number;
}

/** Heads of the columns of a tab; tabs without columns have none. */
export function cardHead(tab: CardTab, {width}: CardLook): Line {
	const heads: Readonly<Partial<Record<CardTab, readonly Column[]>>> = {
		overview: lineColumns(width, ['line', 'status', 'tags', 'size', 'built'].map(head)),
		packages: packageColumns(width, ['package', 'version', 'from', 'licence', 'installed'].map(head)),
		layers: layerColumns(width, ['', 'made by', '', 'size', 'digest'].map(head)),
		files: fileColumns(width, ['path', 'mode', 'owner', 'size'].map(head)),
		builds: buildColumns(width, ['started', 'build', 'this line', 'size', 'took', 'id'].map(head)),
	};
	const own = heads[tab];
	return own ? columns(width, own) : [];
}

const head = (text: string): Line => [span(text, 'muted')];

export function cardRowLine(row: CardRow, look: CardLook): Line {
	const {width, nowMs} = look;
	switch (row.kind) {
		case 'line': {
			const {line, status, digest, tags, size, builtAt} = row.line;
			const tone = status === 'failed' ? 'error' : digest ? 'good' : 'muted';
			const isCurrent = line === look.line;
			return columns(
				width,
				lineColumns(width, [
					[isCurrent ? {text: line, bold: true, tone: 'accent'} : span(line)],
					[span(status, tone)],
					[span(tags.join(' '), 'accent')],
					[span(size === null ? '' : formatBytes(size))],
					[span(builtAt ? formatAge(builtAt, nowMs) : '', 'muted')],
				]),
			);
		}
		case 'heading':
			return [span(row.text, 'title')];
		case 'fact':
			return columns(width, [
				{line: [span(row.label, 'muted')], width: look.labelWidth},
				{line: [row.value === '' ? span('none', 'muted') : span(row.value)], width: 'rest'},
			]);
		case 'command':
			return [span('$ ', 'muted'), span(row.text)];
		case 'package': {
			const {name, version, role, requestedAs, licence, installedSizeBytes} = row.entry;
			const from = role === 'added' && requestedAs ? `added as ${requestedAs}` : (role ?? '');
			return columns(
				width,
				packageColumns(width, [
					[span(name, roleTone[role ?? ''])],
					[span(version)],
					[span(from, role === 'added' ? 'accent' : 'muted')],
					[span(licence ?? '', 'muted')],
					[span(installedSizeBytes === null ? '' : formatBytes(installedSizeBytes), 'muted')],
				]),
			);
		}
		case 'layer': {
			const {descriptor, createdBy} = row.layer;
			return columns(
				width,
				layerColumns(width, [
					[span(String(row.number), 'muted')],
					[span(createdBy || 'layer')],
					bar(row.share, 16, look.symbols),
					[span(formatBytes(descriptor.size))],
					[span(descriptor.digest, 'muted')],
				]),
			);
		}
		case 'all-layers':
			return columns(
				width,
				layerColumns(width, [[], [span('all together', 'title')], [], [span(formatBytes(row.sizeBytes), 'title')], []]),
			);
		case 'file':
			return fileLine(row.file, look);
		case 'build': {
			const {build, line} = row;
			return columns(
				width,
				buildColumns(width, [
					[span(formatAge(build.startedAt, nowMs), 'muted')],
					[
						span(
							build.status,
							build.status in buildTone ? buildTone[build.status as keyof typeof buildTone] : undefined,
						),
					],
					lineOf(
						span(line?.status ?? 'not built', line?.digest ? 'good' : line?.status === 'failed' ? 'error' : 'muted'),
						line?.changes ? span(`  ${changesText(line.changes)}`, 'muted') : '',
					),
					[span(line?.size ? formatBytes(line.size) : '')],
					[span(build.durationMs === null ? '' : formatDuration(build.durationMs), 'muted')],
					[span(build.build, 'muted')],
				]),
			);
		}
		case 'changed':
			return lineOf(
				{text: formatAge(row.build.startedAt, nowMs), bold: true},
				span(`  ${changesText(row.changes)}`),
				span(`  ${row.build.build}`, 'muted'),
			);
		case 'change':
			return changeLine(row.what, row.change, look);
		case 'text':
			return [span(row.text, row.isError ? 'error' : 'muted')];
	}
}

const roleTone: Readonly<Record<string, Tone | undefined>> = {added: 'accent', starter: 'muted'};

/** What is left; on a wide screen no more than that: figures at its far edge would belong to nothing. */
const restUpTo = (most: number, width: number): number | 'rest' => (width >= most + 60 ? most : 'rest');

const lineColumns = (
	width: number,
	[line = [], status = [], tags = [], size = [], built = []]: readonly Line[],
): readonly Column[] => [
	{line, width: width >= 90 ? 12 : 8},
	{line: status, width: 11},
	{line: tags, width: restUpTo(64, width)},
	{line: size, width: 9, align: 'right'},
	{line: built, width: width >= 56 ? 11 : 0, align: 'right'},
];

const packageColumns = (
	width: number,
	[name = [], version = [], from = [], licence = [], size = []]: readonly Line[],
): readonly Column[] => [
	{line: name, width: width >= 100 ? 34 : Math.floor(width * 0.36)},
	{line: version, width: width >= 100 ? 30 : Math.floor(width * 0.28)},
	{line: from, width: width >= 100 ? 28 : 'rest'},
	{line: licence, width: width >= 100 ? 'rest' : 0},
	{line: size, width: width >= 60 ? 9 : 0, align: 'right'},
];

const layerColumns = (
	width: number,
	[number = [], made = [], share = [], size = [], digest = []]: readonly Line[],
): readonly Column[] => [
	{line: number, width: 2},
	{line: made, width: width >= 130 ? 44 : 'rest'},
	{line: share, width: width >= 60 ? 16 : 0},
	{line: size, width: 9, align: 'right'},
	{line: digest.length > 0 ? lineOf(' ', digest) : digest, width: width >= 130 ? 'rest' : width >= 90 ? 22 : 0},
];

const fileColumns = (
	width: number,
	[path = [], mode = [], owner = [], size = []]: readonly Line[],
): readonly Column[] => [
	{line: path, width: restUpTo(100, width)},
	{line: mode, width: width >= 60 ? 10 : 0},
	{line: owner, width: width >= 70 ? 11 : 0, align: 'right'},
	{line: size, width: 9, align: 'right'},
];

const buildColumns = (
	width: number,
	[started = [], status = [], line = [], size = [], took = [], id = []]: readonly Line[],
): readonly Column[] => [
	{line: started, width: 11},
	{line: status, width: width >= 56 ? 18 : 0},
	{line, width: restUpTo(64, width)},
	{line: size, width: width >= 50 ? 9 : 0, align: 'right'},
	{line: took, width: 7, align: 'right'},
	{line: id, width: width >= 100 ? 22 : 0, align: 'right'},
];

function fileLine({name, depth, isOpen, isFolder, file, sizeBytes}: FileRow, {width, symbols}: CardLook): Line {
	const sign = isFolder ? (isOpen ? symbols.unfolded : symbols.folded) : ' ';
	const target = file?.target ? span(` ${symbols.arrow} ${file.target}`, 'muted') : '';
	return columns(
		width,
		fileColumns(width, [
			lineOf(
				span(`${'  '.repeat(depth)}${sign} `, 'muted'),
				isFolder ? {text: `${name}/`, bold: true} : span(name, file?.kind === 'whiteout' ? 'error' : undefined),
				target,
			),
			[span(file ? modeText(file) : '', 'muted')],
			[span(file ? `${file.uid}:${file.gid}` : '', 'muted')],
			[span(isFolder || file?.kind === 'file' ? formatBytes(sizeBytes) : '', 'muted')],
		]),
	);
}

function changeLine(what: 'package' | 'setting', {name, before, after}: Change, {width, symbols}: CardLook): Line {
	const [sign, tone] =
		before === null
			? (['+', 'good'] as const)
			: after === null
				? (['-', 'error'] as const)
				: (['~', 'warning'] as const);
	const values =
		before !== null && after !== null
			? lineOf(span(before, 'muted'), span(` ${symbols.arrow} `, 'muted'), span(after))
			: [span(after ?? before ?? '', after === null ? 'muted' : undefined)];
	return columns(width, [
		{line: lineOf('  ', span(`${sign} `, tone), span(name, tone)), width: Math.min(40, Math.floor(width * 0.4))},
		{line: what === 'setting' ? lineOf(span('setting ', 'muted'), values) : values, width: 'rest'},
	]);
}

function changesText({
	packages,
	settings,
	sizeBytes: {before, after},
}: {
	readonly packages: readonly unknown[];
	readonly settings: readonly unknown[];
	readonly sizeBytes: {readonly before: number | null; readonly after: number | null};
}): string {
	const size = before === null || after === null ? '' : formatChange(after - before);
	const parts = [
		packages.length > 0 ? count(packages.length, 'package') : '',
		settings.length > 0 ? count(settings.length, 'setting') : '',
		size,
	].filter(Boolean);
	return parts.length > 0 ? parts.join(', ') : 'the same packages and settings';
}

function bar(share: number, width: number, symbols: Symbols): Line {
	const full = Math.max(share > 0 ? 1 : 0, Math.round(share * width));
	return [span(symbols.barFull.repeat(full), 'info'), span(symbols.barEmpty.repeat(width - full), 'muted')];
}
